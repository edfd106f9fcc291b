import { RTCPeerConnection } from 'mediant/webrtc';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { growsLinearly } from '../../../support/growth';
import { event } from './support';

const credentials = ['a=ice-ufrag:abcd', 'a=ice-pwd:0123456789012345678901', `a=fingerprint:sha-256 ${Array(32).fill('AA').join(':')}`, 'a=setup:actpass'];
const head = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0'];
const data = (mid: number) => ['m=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'c=IN IP4 0.0.0.0', `a=mid:${mid}`, ...credentials];
const audio = (mid: number) => ['m=audio 9 UDP/TLS/RTP/SAVPF 111', 'c=IN IP4 0.0.0.0', `a=mid:${mid}`, ...credentials, 'a=rtcp-mux', 'a=rtpmap:111 opus/48000/2'];
const offer = (...lines: readonly string[]) => ({ type: 'offer' as const, sdp: [...head, ...lines].map((line) => `${line}\r\n`).join('') });
const candidate = (n: number) => ({ candidate: `candidate:${n} 1 udp ${n} 192.0.2.${n % 250} ${1 + (n % 60_000)} typ host`, sdpMid: '0' });

test('a flood of candidates: a hundred are taken, more are refused, and the description does not grow', async () => {
  const connection = new RTCPeerConnection();
  await connection.setRemoteDescription(offer(...data(0)));
  const results = await Promise.allSettled(Array.from({ length: 3000 }, (_, n) => connection.addIceCandidate(candidate(n))));
  assert.is(results.filter(({ status }) => status === 'fulfilled').length, 100);
  assert.is((results.at(-1) as PromiseRejectedResult).reason.name, 'OperationError');
  assert.ok(connection.remoteDescription!.sdp.length < 10_000);
  // One that is known is no other; the end of candidates may still be told.
  await connection.addIceCandidate(candidate(5));
  await connection.addIceCandidate({ candidate: '', sdpMid: '0' });
  assert.ok(connection.remoteDescription!.sdp.includes('a=end-of-candidates'));
  connection.close();
});

test('a candidate of kilobytes is refused', async () => {
  const connection = new RTCPeerConnection();
  await connection.setRemoteDescription(offer(...data(0)));
  const { candidate: text } = candidate(1);
  await connection.addIceCandidate({ candidate: `${text} ${'"\\ '.repeat(1_000_000)}`, sdpMid: '0' }).then(
    () => assert.unreachable(), ({ name }: Error) => assert.is(name, 'OperationError'),
  );
  connection.close();
});

test('an object that script has keeps its text; the next one has the candidate', async () => {
  const connection = new RTCPeerConnection();
  await connection.setRemoteDescription(offer(...data(0)));
  const before = connection.remoteDescription!;
  assert.is(connection.remoteDescription, before);
  await connection.addIceCandidate(candidate(1));
  assert.not.match(before.sdp, 'candidate');
  assert.match(connection.remoteDescription!.sdp, candidate(1).candidate);
  assert.is(connection.remoteDescription, connection.remoteDescription);
  connection.close();
});

test('candidates in a long description are written when script asks for it', async () => {
  const connection = new RTCPeerConnection();
  await connection.setRemoteDescription(offer(...data(0), ...Array<string>(30_000).fill('a=unheard-of:0123456789')));
  const { sdp } = connection.remoteDescription!;
  await Promise.all(Array.from({ length: 100 }, (_, n) => connection.addIceCandidate(candidate(n))));
  assert.is(connection.remoteDescription!.sdp.length - sdp.length, 100 * '\r\na='.length + Array.from({ length: 100 }, (_, n) => candidate(n).candidate.length).reduce((a, b) => a + b));
  connection.close();
});

test('a bundle that names one section half a million times', async () => {
  const connection = new RTCPeerConnection();
  await connection.setRemoteDescription(offer(`a=group:BUNDLE${' 0'.repeat(400_000)}`, ...data(0), ...audio(1)));
  assert.is(connection.getTransceivers().length, 1);
  await connection.setRemoteDescription(offer(`a=group:BUNDLE${' 7'.repeat(400_000)}`, ...data(0))).then(
    () => assert.unreachable(), ({ name }: Error) => assert.is(name, 'InvalidAccessError'),
  );
  connection.close();
});

test('as many sections as there may be, one transceiver each, and taken back', async () => {
  const connection = new RTCPeerConnection();
  const media = Array.from({ length: 1024 }, (_, mid) => audio(mid)).flat();
  await connection.setRemoteDescription(offer(...media));
  assert.is(connection.getTransceivers().length, 1024);
  await connection.setRemoteDescription({ type: 'rollback', sdp: '' });
  assert.is(connection.getTransceivers().length, 0);
  await connection.setRemoteDescription(offer(...media, ...audio(1024))).then(
    () => assert.unreachable(), (error: RTCError) => assert.equal([error.name, error.errorDetail], ['OperationError', 'sdp-syntax-error']),
  );
  connection.close();
});

interface RTCError extends Error {
  readonly errorDetail: string;
}

test('descriptions are set in time that grows with their length', async () => {
  const connections: RTCPeerConnection[] = [];
  const set = (formats: number) => {
    const connection = new RTCPeerConnection();
    connections.push(connection);
    const maps = Array<string>(formats).fill('a=rtpmap:65 x/1');
    return connection.setRemoteDescription(offer(`m=audio 9 UDP/TLS/RTP/SAVPF${' 70'.repeat(formats)}`, 'a=mid:0', ...credentials, 'a=rtcp-mux', ...maps));
  };
  await set(10);
  const settled: Promise<void>[] = [];
  assert.ok(growsLinearly((formats) => void settled.push(set(formats)), 10_000));
  await Promise.all(settled);
  connections.forEach((connection) => connection.close());
});

test('sections that are bundled share one transport', async () => {
  const connection = new RTCPeerConnection();
  const candidates = event(connection, 'icecandidate');
  await connection.setRemoteDescription(offer(`a=group:BUNDLE ${Array.from({ length: 64 }, (_, mid) => mid).join(' ')}`, ...Array.from({ length: 64 }, (_, mid) => audio(mid)).flat()));
  await connection.setLocalDescription();
  await candidates;
  assert.is(new Set(connection.getReceivers().map(({ transport }) => transport)).size, 1);
  connection.close();
});

test.run();
