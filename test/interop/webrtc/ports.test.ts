// timeout: 120 s
/** Connections to ports that are opened by option: passive TCP candidates, where nothing is told of UDP, and one port for all connections. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { freePort } from '../../support/free-port.mjs';
import { browserPath } from '../browser-path';
import { echo, setupOf, transfer, within } from './against';
import { ChromiumPeer } from './peers/ChromiumPeer';
import { ChildPeer, type Description, type RemotePeer } from './peers/RemotePeer';

const bytes = 4 << 20;
const own = (environment: NodeJS.ProcessEnv = {}) => ChildPeer.ofModule('mediant/webrtc', environment);
const server = () => own({ MEDIANT_ICE_TCP_PASSIVE: '1' });

/** A description without the candidates of a protocol. */
function without(protocol: 'udp' | 'tcp', { type, sdp }: Description): Description {
  return { type, sdp: sdp.split('\r\n').filter((line) => !new RegExp(`^a=candidate:\\S+ \\d+ ${protocol} `, 'i').test(line)).join('\r\n') };
}

async function meet(offerer: RemotePeer, answerer: RemotePeer, hidden: 'udp' | 'tcp' = 'udp'): Promise<void> {
  await Promise.all([offerer, answerer].map((peer) => within('open', peer.call('open'))));
  const offer = without(hidden, await within('offer', offerer.call('offer')));
  assert.is(setupOf(offer), 'actpass');
  const answer = without(hidden, await within('answer', answerer.call('answer', { description: offer })));
  if (hidden === 'udp') assert.ok([offer, answer].some(({ sdp }) => / typ host tcptype passive/.test(sdp)));
  await within('accept', offerer.call('accept', answer));
  await within('channel', Promise.all([offerer.call('opened'), answerer.call('opened')]));
  await echo(offerer, 'over the port');
  const [there, back] = [await transfer(offerer, answerer, bytes), await transfer(answerer, offerer, bytes)];
  console.log(`measured: without ${hidden}, ${there.toFixed(1)} MB/s there, ${back.toFixed(1)} MB/s back`);
  await Promise.all([offerer, answerer].map((peer) => peer.call('close')));
}

async function between(first: ChildPeer, open: () => Promise<RemotePeer> | RemotePeer, ...turns: ((first: RemotePeer, second: RemotePeer) => Promise<void>)[]): Promise<void> {
  const ends: RemotePeer[] = [first];
  try {
    ends.push(await within('start', Promise.resolve(open()), 40));
    for (const turn of turns) await turn(ends[0]!, ends[1]!);
  } finally {
    await Promise.all(ends.map((end) => end.end()));
  }
}

const back = (first: RemotePeer, second: RemotePeer) => meet(second, first);

test('two processes, of which one listens', () => between(server(), own, meet, back));

test('two processes that listen both', () => between(server(), server, meet, back));

const chromium = browserPath('chromium');
if (chromium === undefined) console.log('skipped: TCP with Chromium, no Chromium on the PATH');
else test('Chromium, an offer of either side', () => between(server(), () => ChromiumPeer.open(chromium), meet, back));

if (chromium !== undefined) {
  test('Chromium, UDP and TCP at one port', async () => {
    const port = await freePort();
    const first = own({ MEDIANT_ICE_TCP_PASSIVE: '1', MEDIANT_ICE_PORT: String(port) });
    const isAtPort = async (peer: RemotePeer, other: RemotePeer, hidden: 'udp' | 'tcp') => {
      await within('open', peer.call('open'));
      const ports = (await within('offer', peer.call('offer'))).sdp.matchAll(/^a=candidate:\S+ \d \w+ \d+ \S+ (\d+) typ host(?! tcptype active)/gm);
      assert.equal([...new Set(Array.from(ports, ([, at]) => Number(at)))], [port]);
      await peer.call('close');
      await meet(peer, other, hidden);
    };
    const overUdp = (a: RemotePeer, b: RemotePeer) => isAtPort(a, b, 'tcp');
    await between(first, () => ChromiumPeer.open(chromium), overUdp, (a, b) => isAtPort(a, b, 'udp'), (a, b) => meet(b, a, 'tcp'), back);
  });
}

test.run();
