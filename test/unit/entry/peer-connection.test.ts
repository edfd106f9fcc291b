import { spawnSync } from 'node:child_process';
import { RTCPeerConnection, type RTCDataChannel, type RTCPeerConnectionIceEvent } from 'mediant/webrtc';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

process.env['MEDIANT_ICE_ADDRESSES'] = '127.0.0.1';

const event = (target: EventTarget, type: string) => new Promise<any>((resolve) => target.addEventListener(type, resolve, { once: true }));

function trickle(from: RTCPeerConnection, to: RTCPeerConnection): void {
  from.addEventListener('icecandidate', ({ candidate }: RTCPeerConnectionIceEvent) => {
    if (to.signalingState !== 'closed') void to.addIceCandidate(candidate ?? undefined);
  });
}

function pair(): [RTCPeerConnection, RTCPeerConnection] {
  const a = new RTCPeerConnection();
  const b = new RTCPeerConnection();
  trickle(a, b);
  trickle(b, a);
  return [a, b];
}

async function negotiate(offerer: RTCPeerConnection, answerer: RTCPeerConnection): Promise<void> {
  await offerer.setLocalDescription();
  await answerer.setRemoteDescription(offerer.localDescription!);
  await answerer.setLocalDescription();
  await offerer.setRemoteDescription(answerer.localDescription!);
}

test('a data channel carries messages both ways', async () => {
  const [a, b] = pair();
  const channel = a.createDataChannel('label', { protocol: 'protocol' });
  const announced = event(b, 'datachannel');
  const opened = event(channel, 'open');
  await negotiate(a, b);
  const { channel: remote } = (await announced) as { channel: RTCDataChannel };
  await opened;
  assert.is(remote.label, 'label');
  assert.is(remote.protocol, 'protocol');
  assert.is(remote.id, channel.id);
  const received = event(remote, 'message');
  channel.send('grüße');
  assert.is((await received).data, 'grüße');
  const answered = event(channel, 'message');
  remote.send(Uint8Array.of(1, 2, 3));
  assert.equal(new Uint8Array((await answered).data), Uint8Array.of(1, 2, 3));
  assert.is(a.connectionState, 'connected');
  assert.is(a.sctp!.transport.iceTransport.getSelectedCandidatePair()!.remote.address, '127.0.0.1');
  const closed = event(remote, 'close');
  channel.close();
  await closed;
  a.close();
  b.close();
});

test('an ICE restart keeps the channel', async () => {
  const [a, b] = pair();
  const channel = a.createDataChannel('');
  const announced = event(b, 'datachannel');
  const opened = event(channel, 'open'); // the answer to the association's cookie comes after the channel's first message
  await negotiate(a, b);
  const { channel: remote } = await announced;
  await opened;
  const before = /ice-ufrag:(.*)/.exec(a.localDescription!.sdp)![1];
  const needed = event(a, 'negotiationneeded');
  a.restartIce();
  await needed;
  await negotiate(a, b);
  assert.is.not(/ice-ufrag:(.*)/.exec(a.localDescription!.sdp)![1], before);
  const received = event(remote, 'message');
  channel.send('still here');
  assert.is((await received).data, 'still here');
  a.close();
  b.close();
});

test('transceivers are negotiated, and tracks announced', async () => {
  const [a, b] = pair();
  a.addTransceiver('audio');
  a.addTransceiver('video', { direction: 'recvonly' });
  const tracks: string[] = [];
  b.addEventListener('track', ({ track }) => tracks.push(track.kind));
  await negotiate(a, b);
  assert.equal(tracks, ['audio']);
  assert.equal(a.getTransceivers().map(({ mid, currentDirection }) => [mid, currentDirection]), [['0', 'sendonly'], ['1', 'inactive']]);
  assert.equal(b.getTransceivers().map(({ currentDirection }) => currentDirection), ['recvonly', 'inactive']);
  a.close();
  b.close();
});

/** A program of its own, in which what handles a message throws: 'one', and 'two' in a microtask's process.nextTick(). */
function runThrowing(before: string) {
  const program = `
    import { RTCPeerConnection } from ${JSON.stringify(import.meta.resolve('mediant/webrtc'))};
    ${before}
    const [a, b] = [new RTCPeerConnection(), new RTCPeerConnection()];
    a.onicecandidate = ({ candidate }) => b.addIceCandidate(candidate ?? undefined);
    b.onicecandidate = ({ candidate }) => a.addIceCandidate(candidate ?? undefined);
    const channel = a.createDataChannel('');
    channel.onopen = () => ['one', 'two', 'three'].forEach((text) => channel.send(text));
    b.ondatachannel = ({ channel }) => {
      channel.onmessage = ({ data }) => {
        console.log(data);
        if (data === 'one') throw new Error(data);
        if (data === 'two') void Promise.resolve().then(() => process.nextTick(() => { throw new Error(data); }));
        if (data === 'three') { a.close(); b.close(); }
      };
    };
    await a.setLocalDescription();
    await b.setRemoteDescription(a.localDescription);
    await b.setLocalDescription();
    await a.setRemoteDescription(b.localDescription);`;
  return spawnSync(process.execPath, ['--input-type=module', '-'], { input: program, encoding: 'utf8', timeout: 30_000 });
}

test('what a handler throws goes to uncaughtException, and the connection goes on', () => {
  const { status, stdout, stderr } = runThrowing('process.on("uncaughtException", ({ message }) => console.log(`uncaught ${message}`));');
  assert.is(status, 0, stderr);
  assert.is(stdout, 'one\nuncaught one\ntwo\nuncaught two\nthree\n', stderr);
});

test('what a handler throws ends a process that does not listen for it, as any exception does', () => {
  const { status, stdout, stderr } = runThrowing('');
  assert.is(status, 1, stderr);
  assert.is(stdout, 'one\n');
  assert.match(stderr, /^Error: one$/m);
});

test.run();
