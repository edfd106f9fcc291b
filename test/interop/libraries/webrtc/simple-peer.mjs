/** simple-peer: two ends in one process; messages, a stream of Node's through them, a MediaStream, and the end of one that the other sees. */
import 'mediant/polyfill';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import Peer from 'simple-peer';

const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
const config = { iceServers: [] };
const here = new Peer({ initiator: true, config, stream });
const there = new Peer({ config });
here.on('signal', (data) => there.signal(data));
there.on('signal', (data) => here.signal(data));

const [[remoteStream]] = await Promise.all([once(there, 'stream'), once(here, 'connect'), once(there, 'connect')]);
assert.equal(remoteStream.getTracks().length, 2);
assert.match(here.remoteFamily, /^IPv[46]$/);

here.send('hello');
assert.equal((await once(there, 'data'))[0].toString(), 'hello');

const bytes = randomBytes(4 << 20);
const received = [];
there.on('data', (chunk) => received.push(chunk));
await pipeline(Readable.from(Array.from({ length: 256 }, (_, index) => bytes.subarray(index << 14, (index + 1) << 14))), here, { end: false });
while (Buffer.concat(received).length < bytes.length) await once(there, 'data');
assert(Buffer.concat(received).equals(bytes));

here.addTransceiver('audio');
await once(here, 'negotiated');

// The end of a connection that its other end has closed is an error of the channel first, in browsers as well.
const errors = [];
there.on('error', (error) => errors.push(error.code));
const closed = new Promise((resolve) => there.once('close', resolve));
here.destroy();
await closed;
assert.deepEqual(errors, ['ERR_DATA_CHANNEL']);
for (const track of stream.getTracks()) track.stop();
