// timeout: 120 s
/** Ends whose host candidates have mDNS names: two processes of ours, and one with Chromium. */
import { createSocket } from 'node:dgram';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { browserPath } from '../browser-path';
import { connect, echo, within } from './against';
import { ChromiumPeer } from './peers/ChromiumPeer';
import { ChildPeer, type RemotePeer } from './peers/RemotePeer';

/** Whether the group's messages come back to this machine: not every container has a network with multicast. */
function hasMulticast(): Promise<boolean> {
  const group = '224.0.0.251';
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    const done = (result: boolean) => {
      clearTimeout(timer);
      socket.close();
      resolve(result);
    };
    const timer = setTimeout(() => done(false), 3000);
    socket.on('message', () => done(true)).on('error', () => done(false));
    socket.bind(0, () => {
      try {
        socket.addMembership(group);
        socket.send('', socket.address().port, group);
      } catch {
        done(false);
      }
    });
  });
}

const canAsk = await hasMulticast();
const chromium = canAsk ? browserPath('chromium') : undefined;
if (!canAsk) console.log('skipped: mDNS names, no multicast here');
else if (chromium === undefined) console.log('skipped: mDNS names with Chromium, no Chromium on the PATH');

const own = () => ChildPeer.ofModule('mediant/webrtc', { MEDIANT_ICE_MDNS: '1' });

/** Until the peer's candidate, which checks may have shown first, is known for the one that it has named. */
async function namesAreKnown(peers: readonly RemotePeer[]): Promise<void> {
  for (const peer of peers) while ((await peer.call('path')).remote !== 'host') await new Promise((resolve) => setTimeout(resolve, 50));
}

async function meet(offerer: RemotePeer, answerer: RemotePeer, isFirst = true): Promise<void> {
  await connect(offerer, answerer, { isTrickling: false });
  await echo(offerer, 'by name');
  // Chromium sends a message a second: the names of later connections wait for those of earlier ones.
  if (isFirst) await within('names', namesAreKnown([offerer, answerer]), 30);
  for (const peer of [offerer, answerer]) {
    const candidates = await peer.call('localCandidates');
    assert.ok(candidates.length > 0 && candidates.every((line) => / [\w-]+\.local \d+ typ host/.test(line)), candidates.join('\n'));
  }
  await Promise.all([offerer, answerer].map((peer) => peer.call('close')));
}

test('two processes', async () => {
  if (!canAsk) return;
  const ends = [own(), own()] as const;
  try {
    await meet(...ends);
  } finally {
    await Promise.all(ends.map((end) => end.end()));
  }
});

if (chromium !== undefined) {
  test('Chromium, an offer of either side', async () => {
    const ends: RemotePeer[] = [own()];
    try {
      ends.push(await ChromiumPeer.open(chromium, { hidesAddresses: true }));
      await meet(ends[0]!, ends[1]!);
      await meet(ends[1]!, ends[0]!, false);
    } finally {
      await Promise.all(ends.map((end) => end.end()));
    }
  });
}

test.run();
