/** What every other stack is tried with: who offers, who is DTLS client, trickled candidates, renegotiation, ICE restarts, and bulk both ways. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OwnPeer } from './peers/OwnPeer';
import type { Description, RemotePeer } from './peers/RemotePeer';

/** What the connections that come about by themselves carry; a gigabyte each way: MEDIANT_INTEROP_BYTES=1000000000. The others carry the usual. */
const usualBytes = 16 << 20;
const bulkBytes = Number(process.env['MEDIANT_INTEROP_BYTES']) || usualBytes;

export interface Stack {
  name: string;
  open(): Promise<RemotePeer> | RemotePeer;
  /** What it can't, with the reason, which is printed. */
  lacks?: { renegotiation?: string; iceRestart?: string; iceRestartOffer?: string; activeOffer?: string };
}

/** Nothing here takes long; the slowest stack moves 5 MB/s. */
const limitSeconds = 20;
const slowestBytesPerSecond = 5e6;

export function within<T>(what: string, promise: Promise<T>, seconds = limitSeconds): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing after ${seconds} s`)), seconds * 1000);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

export const setupOf = ({ sdp }: Description) => /^a=setup:(\w+)/m.exec(sdp)?.[1];
export const usernameFragmentOf = ({ sdp }: Description) => /^a=ice-ufrag:(\S+)/m.exec(sdp)?.[1];

/** Until the last candidate of `from`. */
export async function trickle(from: RemotePeer, to: RemotePeer): Promise<void> {
  for (;;) {
    const candidate = await from.call('nextCandidate');
    if (!candidate?.candidate) return;
    await to.call('addCandidate', candidate);
  }
}

export interface ConnectOptions {
  /** Of the offerer: what the answerer reads in place of `a=setup:actpass`. */
  setup?: 'active' | 'passive';
  isTrickling?: boolean;
  configuration?: object;
}

export async function connect(offerer: RemotePeer, answerer: RemotePeer, { setup, isTrickling = false, configuration }: ConnectOptions = {}): Promise<void> {
  await Promise.all([offerer, answerer].map((peer) => within('open', peer.call('open', configuration))));
  const offer = await within('offer', offerer.call('offer', { trickle: isTrickling }));
  assert.is(setupOf(offer), 'actpass');
  if (setup) offer.sdp = offer.sdp.replaceAll('a=setup:actpass', `a=setup:${setup}`);
  const answer = await within('answer', answerer.call('answer', { description: offer, trickle: isTrickling }));
  if (setup) assert.is(setupOf(answer), setup === 'active' ? 'passive' : 'active');
  await within('accept', offerer.call('accept', answer));
  const candidates = isTrickling ? [trickle(offerer, answerer), trickle(answerer, offerer)] : [];
  await within('candidates', Promise.all(candidates));
  await within('channel', Promise.all([offerer.call('opened'), answerer.call('opened')]));
}

/** Another round of offer and answer; the offer's user name fragment. */
export async function renegotiate(offerer: RemotePeer, answerer: RemotePeer, iceRestart: boolean): Promise<string | undefined> {
  const description = await within('offer', offerer.call('offer', { iceRestart }));
  await within('accept', offerer.call('accept', await within('answer', answerer.call('answer', { description }))));
  return usernameFragmentOf(description);
}

/** In megabytes a second. */
export async function transfer(from: RemotePeer, to: RemotePeer, bytes: number): Promise<number> {
  const started = performance.now();
  const moved = Promise.all([from.call('send', { bytes }), to.call('received')]);
  const [sent, received] = await within(`${bytes} bytes`, moved, limitSeconds + bytes / slowestBytesPerSecond);
  const seconds = (performance.now() - started) / 1000;
  assert.is(sent.bytes, bytes);
  assert.equal(received, sent);
  return bytes / 1e6 / seconds;
}

export async function echo(from: RemotePeer, text: string): Promise<void> {
  assert.is(await within(`echo of "${text}"`, from.call('echo', text)), text);
}

/** The tests of a stack; `undefined` for one that isn't there. */
export function testAgainst(stack: Stack | undefined): void {
  if (stack) defineTests(stack);
  test.run();
}

function defineTests({ name, open, lacks = {} }: Stack): void {
  const ours: RemotePeer = new OwnPeer();
  let theirs: RemotePeer;
  // Between connections nothing else would hold the process.
  const held = setInterval(() => {}, 60_000);

  test.before(async () => {
    theirs = await within(`start ${name}`, Promise.resolve(open()), 40);
  });
  test.after.each(async () => {
    await Promise.all([ours, theirs].map((peer) => within('close', peer.call('close'))));
  });
  test.after(async () => {
    clearInterval(held);
    await theirs?.end();
  });

  for (const isOursOffering of [true, false]) {
    const ends = (): [RemotePeer, RemotePeer] => (isOursOffering ? [ours, theirs] : [theirs, ours]);
    const offering = isOursOffering ? 'an offer of ours' : `an offer of ${name}`;

    for (const setup of ['active', 'passive'] as const) {
      const isClient = isOursOffering === (setup === 'active');
      // An answer to `actpass` is `active`.
      const bytes = setup === 'passive' ? bulkBytes : usualBytes;
      if (isOursOffering && setup === 'active' && lacks.activeOffer !== undefined) {
        console.log(`skipped: an offer that is a=setup:active to ${name}, ${lacks.activeOffer}`);
        continue;
      }
      test(`${offering}, DTLS ${isClient ? 'client' : 'server'} here: ${bytes} bytes each way`, async () => {
        const [offerer, answerer] = ends();
        await connect(offerer, answerer, { setup });
        await echo(ours, 'grüße');
        const [up, down] = [await transfer(ours, theirs, bytes), await transfer(theirs, ours, bytes)];
        console.log(`measured: ${offering}, ${setup}: ${up.toFixed(1)} MB/s to ${name}, ${down.toFixed(1)} MB/s from it`);
      });
    }

    test(`${offering}, trickled candidates, renegotiation and ICE restarts from both sides`, async () => {
      const [offerer, answerer] = ends();
      await connect(offerer, answerer, { isTrickling: true });
      await echo(ours, 'connected');
      for (const iceRestart of [false, true]) {
        const lack = iceRestart ? lacks.iceRestart : lacks.renegotiation;
        if (lack !== undefined) {
          console.log(`skipped: ${iceRestart ? 'ICE restart' : 'renegotiation'} with ${name}, ${lack}`);
          continue;
        }
        if (iceRestart && lacks.iceRestartOffer !== undefined) console.log(`skipped: ICE restart offered by ${name}, ${lacks.iceRestartOffer}`);
        const restarts = (peer: RemotePeer) => iceRestart && (peer === ours || lacks.iceRestartOffer === undefined);
        const fragments: (string | undefined)[] = [];
        for (const [from, to] of [[offerer, answerer], [answerer, offerer], [offerer, answerer]]) fragments.push(await renegotiate(from, to, restarts(from)));
        // Who can't offer a restart may still have answered one.
        if (restarts(offerer) === iceRestart) assert.is(fragments[0] === fragments[2], !iceRestart);
        await echo(ours, iceRestart ? 'after ICE restarts' : 'after renegotiation');
        await transfer(ours, theirs, 1 << 20);
        await transfer(theirs, ours, 1 << 20);
      }
    });
  }
}
