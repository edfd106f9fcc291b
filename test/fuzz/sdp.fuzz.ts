import { sectionCodecs } from '../../src/webrtc/jsep/codecs';
import { readSections } from '../../src/webrtc/sdp/MediaSection';
import { isSdpFault, parseSessionDescription, serialiseSessionDescription } from '../../src/webrtc/sdp/SessionDescription';
import type { SeededRandom } from '../virtual/support/SeededRandom';
import type { FuzzTarget } from './fuzz';

const head = ['v=0', 'o=- 4611731400430051336 2 IN IP4 127.0.0.1', 's=-', 't=0 0'];
const ofSession = [
  'a=group:BUNDLE 0 1 2', 'a=extmap-allow-mixed', 'a=msid-semantic: WMS stream', 'a=ice-lite', 'a=ice-options:trickle ice2', 'a=setup:actpass', 'a=extmap:1/sendonly urn:x',
  'a=fingerprint:sha-256 00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff', 'c=IN IP4 0.0.0.0', 'a=recvonly', 'a=ice-ufrag:abcd', 'a=ice-pwd:0123456789012345678901',
];
const sections = ['m=audio 9 UDP/TLS/RTP/SAVPF 111 0 13', 'm=video 0 UDP/TLS/RTP/SAVPF 96', 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'm=audio 5000/2 RTP/AVP 0'];
const ofMedia = [
  'a=mid:0', 'a=mid:data', 'a=sendrecv', 'a=inactive', 'a=bundle-only', 'a=rtcp-mux', 'a=rtcp-rsize', 'a=end-of-candidates', 'a=ice-ufrag:efgh', 'a=ice-pwd:abcdefghabcdefghabcdef',
  'a=rtpmap:111 opus/48000/2', 'a=rtpmap:96 VP8/90000', 'a=rtcp-fb:111 transport-cc', 'a=rtcp-fb:* nack pli', 'a=fmtp:111 minptime=10;useinbandfec=1', 'a=fmtp:97 apt=96',
  'a=extmap:2 urn:ietf:params:rtp-hdrext:sdes:mid with attributes', 'a=msid:stream track', 'a=msid:-', 'a=ssrc:1234 cname:a name', 'a=ssrc:5 msid:s t', 'a=ssrc-group:FID 1 2',
  'a=rid:hi send max-width=1280', 'a=simulcast:send hi;~lo recv a,b', 'a=candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host generation 0', 'a=candidate:2 1 tcp 1 ::1 9 typ host tcptype active',
  'a=sctp-port:5000', 'a=max-message-size:262144', 'a=ptime:20', 'a=maxptime:60', 'a=tls-id:abcdefghijklmnopqrst', 'b=AS:500', 'a=unheard-of:whatever it is', 'a=setup:active',
];
const pieces = ['\r\n', '\n', '\r', 'a=', ':', ' ', '  ', '=', '\0', 'é', '\u2028', '\ud800', '9'.repeat(17), '/', ';', ',', '~', '-', '0', '*', 'm=x 9 X 0\r\n'];

export function someDescription(random: SeededRandom): string {
  const lines = [...head];
  for (let count = random.below(4); count > 0; count--) lines.push(random.pick(ofSession));
  for (let media = random.below(4); media > 0; media--) {
    lines.push(random.pick(sections));
    for (let count = random.below(8); count > 0; count--) lines.push(random.pick(ofMedia));
  }
  return `${lines.join('\r\n')}\r\n`;
}

/** `text` with pieces put in, taken out and repeated. */
export function damagedText(random: SeededRandom, text: string): string {
  for (let count = 1 + random.below(3); count > 0; count--) {
    const at = random.below(text.length + 1);
    const skipped = random.chance(0.7) ? random.below(4) : random.below(30);
    const piece = random.chance(0.7) ? random.pick(pieces) : random.chance(0.5) ? text.slice(random.below(text.length), random.below(text.length)) : '';
    text = text.slice(0, at) + piece + text.slice(at + skipped);
  }
  return text;
}

/** Descriptions sound and damaged: what is read is written again, and means the same. */
export const target: FuzzTarget = {
  name: 'sdp',
  inputsPerSubject: 1,
  begin: (random) => () => {
    const whole = someDescription(random);
    const text = random.chance(0.1) ? whole : damagedText(random, whole);
    const description = parseSessionDescription(text);
    if (isSdpFault(description)) {
      if (text === whole) throw new Error(`a sound description was refused: ${description.fault}`);
      if (!(description.line >= 1) || description.fault.length > 300) throw new Error(`line ${description.line}: ${description.fault}`);
      return true;
    }
    const written = serialiseSessionDescription(description);
    const again = parseSessionDescription(written);
    if (isSdpFault(again) || serialiseSessionDescription(again) !== written) throw new Error(JSON.stringify([text, written]));
    const read = readSections(description);
    const readAgain = readSections(again);
    if (isSdpFault(read)) {
      if (!isSdpFault(readAgain) || readAgain.fault !== read.fault || read.fault.length > 300) throw new Error(`${read.fault}, then none`);
      return true;
    }
    if (isSdpFault(readAgain) || read.media.length !== description.media.length) throw new Error(JSON.stringify([text, written]));
    for (const section of read.media) {
      if (sectionCodecs(section).length > section.formats.length) throw new Error('more codecs than formats');
      if (section.mid === '' || section.port > 65_535 || section.fingerprints.length > 64) throw new Error(JSON.stringify(section));
    }
    return true;
  },
};
