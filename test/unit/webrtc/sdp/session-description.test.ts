import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readSections } from '../../../../src/webrtc/sdp/MediaSection';
import {
  isSdpFault, parseSessionDescription, serialiseSessionDescription, type SessionDescription,
} from '../../../../src/webrtc/sdp/SessionDescription';

const offer = [
  'v=0',
  'o=- 4611731400430051336 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0 1 data',
  'a=extmap-allow-mixed',
  'a=msid-semantic: WMS stream',
  'a=fingerprint:sha-256 00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111 0 13',
  'c=IN IP4 0.0.0.0',
  'a=rtcp:9 IN IP4 0.0.0.0',
  'a=ice-ufrag:abcd',
  'a=ice-pwd:0123456789012345678901',
  'a=ice-options:trickle renomination',
  'a=setup:actpass',
  'a=mid:0',
  'a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  'a=sendrecv',
  'a=msid:stream track',
  'a=rtcp-mux',
  'a=rtpmap:111 opus/48000/2',
  'a=rtcp-fb:111 transport-cc',
  'a=fmtp:111 minptime=10;useinbandfec=1',
  'a=rtpmap:0 PCMU/8000',
  'a=ssrc:1234 cname:name with spaces',
  'a=unheard-of:whatever it is',
  'a=candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host generation 0',
  'a=candidate:2 1 quic 1 192.0.2.1 5000 typ host',
  'm=video 0 UDP/TLS/RTP/SAVPF 96',
  'c=IN IP4 0.0.0.0',
  'b=AS:500',
  'a=mid:1',
  'a=bundle-only',
  'a=recvonly',
  'a=rid:hi send max-width=1280',
  'a=rid:lo send',
  'a=simulcast:send hi;~lo recv a,b',
  'a=rtpmap:96 VP8/90000',
  'a=rtcp-fb:* nack pli',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'c=IN IP4 0.0.0.0',
  'x=a letter that nobody knows',
  'a=mid:data',
  'a=sctp-port:5000',
  'a=max-message-size:262144',
].map((line) => `${line}\r\n`).join('');

function parsed(text: string): SessionDescription {
  const description = parseSessionDescription(text);
  if (isSdpFault(description)) throw new Error(`line ${description.line}: ${description.fault}`);
  return description;
}

test('what is read is written again, unknown lines and all', () => {
  assert.is(serialiseSessionDescription(parsed(offer)), offer);
});

test('lines may end in LF or CR, and the last one in nothing', () => {
  assert.is(serialiseSessionDescription(parsed(offer.replaceAll('\r\n', '\n'))), offer);
  assert.is(serialiseSessionDescription(parsed(offer.trimEnd())), offer);
});

test('sections are read as JSEP has them', () => {
  const sections = readSections(parsed(offer));
  if (isSdpFault(sections)) throw new Error(sections.fault);
  const { session, media: [audio, video, data] } = sections;
  assert.equal(session.groups, [{ semantics: 'BUNDLE', members: ['0', '1', 'data'] }]);
  assert.ok(session.hasExtmapAllowMixed);
  assert.is(audio.mid, '0');
  assert.is(audio.direction, 'sendrecv');
  assert.equal(audio.rtpMaps, [
    { payloadType: 111, name: 'opus', clockRate: 48000, channels: 2 }, { payloadType: 0, name: 'PCMU', clockRate: 8000, channels: null },
  ]);
  assert.equal(audio.formatParameters, [{ payloadType: 111, parameters: 'minptime=10;useinbandfec=1' }]);
  assert.equal(audio.iceOptions, ['trickle', 'renomination']);
  assert.equal(audio.msids, [{ stream: 'stream', track: 'track' }]);
  assert.equal(audio.ssrcs, [{ ssrc: 1234, name: 'cname', value: 'name with spaces' }]);
  assert.is(audio.setup, 'actpass');
  assert.is(audio.candidates.length, 1, 'one is of a kind to be passed over');
  assert.is(audio.fingerprints[0].value.length, 95);
  assert.equal(video.fingerprints, audio.fingerprints, "the session's stands for all");
  assert.ok(video.isBundleOnly);
  assert.is(video.direction, 'recvonly');
  assert.equal(video.simulcast, { send: [['hi'], ['~lo']], recv: [['a', 'b']] });
  assert.equal(video.rids[0], { id: 'hi', direction: 'send', restrictions: 'max-width=1280' });
  assert.equal(video.feedback, [{ payloadType: null, value: 'nack pli' }]);
  assert.is(data.sctpPort, 5000);
  assert.is(data.maxMessageSize, 262144);
});

/** Replaces a line; the fault has its number. */
function faultOf(line: string, instead: string): string {
  const text = offer.replace(`${line}\r\n`, `${instead}\r\n`);
  assert.is.not(text, offer, line);
  const number = text.split('\r\n').indexOf(instead) + 1;
  const description = parseSessionDescription(text);
  const result = isSdpFault(description) ? description : readSections(description);
  assert.ok(isSdpFault(result), instead);
  assert.is(result.line, number, instead);
  return result.fault;
}

test('a fault names its line', () => {
  assert.is(faultOf('v=0', 'v=1'), 'the version has to be 0');
  faultOf('o=- 4611731400430051336 2 IN IP4 127.0.0.1', 'o=- x 2 IN IP4 127.0.0.1');
  assert.is(faultOf('t=0 0', 'm=audio 9 RTP/AVP 0'), "'t=' is expected");
  assert.is(faultOf('c=IN IP4 0.0.0.0', 'not a line'), "a line has to begin with a letter and '='");
  assert.is(faultOf('c=IN IP4 0.0.0.0', 's=again'), "'s=' does not belong here");
  faultOf('m=video 0 UDP/TLS/RTP/SAVPF 96', 'm=video 65536 UDP/TLS/RTP/SAVPF 96');
  faultOf('m=video 0 UDP/TLS/RTP/SAVPF 96', 'm=video 9 UDP/TLS/RTP/SAVPF');
  assert.is(faultOf('a=setup:actpass', 'a=setup:maybe'), "'maybe' is not a value of a=setup");
  for (const [line, instead] of [
    ['a=ice-ufrag:abcd', 'a=ice-ufrag:abc'], ['a=ice-pwd:0123456789012345678901', 'a=ice-pwd:short'], ['a=mid:0', 'a=mid:'],
    ['a=rtpmap:0 PCMU/8000', 'a=rtpmap:128 PCMU/8000'], ['a=rtpmap:0 PCMU/8000', 'a=rtpmap:0 PCMU'],
    ['a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level', 'a=extmap:0 urn:x'], ['a=sctp-port:5000', 'a=sctp-port:65536'],
    ['a=simulcast:send hi;~lo recv a,b', 'a=simulcast:send hi send lo'], ['a=rid:lo send', 'a=rid:lo both'],
    ['a=msid:stream track', 'a=msid:a b c'], ['a=max-message-size:262144', 'a=max-message-size:lots'],
    ['a=candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host generation 0', 'a=candidate:1 1 udp x 192.0.2.1 5000 typ host'],
  ]) faultOf(line, instead);
});

test('texts that are none', () => {
  for (const text of ['', '\r\n', 'v=0', 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\n', 'hello', 'v=0\r\n\r\n', 'a'.repeat((1 << 20) + 1)]) {
    const result = parseSessionDescription(text);
    assert.ok(isSdpFault(result), JSON.stringify(text.slice(0, 50)));
    assert.ok(result.line >= 1);
  }
});

test('mutated descriptions are read or have a fault, in bounded time', () => {
  let seed = 7;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed % below;
  };
  const pieces = ['\r\n', 'a=', ':', ' ', '=', 'm=audio 9 X 0\r\n', '\0', 'é', '9'.repeat(40), '/', ';', ','];
  let read = 0;
  for (let round = 0; round < 20_000; round++) {
    let text = offer;
    for (let change = random(2); change >= 0; change--) {
      const at = random(text.length);
      text = text.slice(0, at) + (random(2) ? pieces[random(pieces.length)] : '') + text.slice(at + random(12));
    }
    const description = parseSessionDescription(text);
    if (isSdpFault(description)) continue;
    const sections = readSections(description);
    if (isSdpFault(sections)) continue;
    read++;
    const written = serialiseSessionDescription(description);
    assert.is(serialiseSessionDescription(parsed(written)), written);
  }
  assert.ok(read > 1000);
});

test.run();
