/** PeerJS with its own server: JSON, its binary packing of big values in chunks, and a call. */
import 'mediant/polyfill';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import peerjs from 'peerjs';
import { PeerServer } from 'peer';
import { WebSocket } from 'ws';

const { Peer } = peerjs;

// Node has one from version 22 on.
globalThis.WebSocket ??= WebSocket;

const server = await new Promise((resolve) => PeerServer({ port: 0, host: '127.0.0.1' }, resolve));
const options = { host: '127.0.0.1', port: server.address().port, path: '/', config: { iceServers: [] } };
const [here, there] = ['here', 'there'].map((id) => new Peer(id, options));
await Promise.all([once(here, 'open'), once(there, 'open')]);

for (const serialization of ['json', 'binary']) {
  const announced = once(there, 'connection');
  const connection = here.connect('there', { serialization, reliable: true });
  const [answering] = await announced;
  await Promise.all([once(connection, 'open'), once(answering, 'open')]);

  const received = once(answering, 'data');
  connection.send({ text: 'grüße', list: [1, 2.5, null, true] });
  assert.deepEqual(await received, [{ text: 'grüße', list: [1, 2.5, null, true] }]);
  if (serialization === 'binary') {
    const bytes = Uint8Array.from({ length: 1 << 20 }, (_, index) => (index * 7) >> 3);
    const arrived = once(answering, 'data');
    connection.send(bytes);
    assert.deepEqual(new Uint8Array((await arrived)[0]), bytes);
  }
  const closed = once(answering, 'close');
  connection.close();
  await closed;
}

const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
there.on('call', (call) => call.answer(stream));
const call = here.call('there', stream);
const [remoteStream] = await once(call, 'stream');
assert.equal(remoteStream.getAudioTracks().length, 1);

// The server looks for broken connections at an interval that nothing ends.
process.exit();
