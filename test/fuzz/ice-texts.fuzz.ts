import { isCandidateFault, parseCandidateAttribute, serialiseCandidateAttribute } from '../../src/webrtc/ice/candidate-attribute';
import { isIceServerFault, parseIceServerUrl } from '../../src/webrtc/turn/server-url';
import { canonicalIpAddress } from '../../src/webrtc/stun/TransportAddress';
import { utf8Decode, utf8Encode } from '../../src/text/utf8';
import { damaged, type FuzzTarget } from './fuzz';

const candidates = [
  'candidate:1905690388 1 udp 2113937151 192.168.0.1 58041 typ host generation 0 ufrag thC8 network-cost 50',
  'candidate:435653019 2 tcp 1845501695 192.168.0.196 4444 typ srflx raddr www.example.com rport 22222 tcptype active',
  'a=candidate:9 1 UDP 1 2001:db8::1 9 typ relay raddr ::1 rport 0',
  'candidate:1 1 udp 1 1f4712db-ea17-4bcf-a596-105139dfd8bf.local 1 typ prflx',
];
const urls = ['turn:[2001:db8::1]:3478?transport=tcp', 'stuns:example.org', 'turns:a.b:443', 'stun:192.0.2.1:19302', 'turn:example.org?transport=udp'];
const addresses = ['2001:db8:0:1:1:1:1:1', '::ffff:192.0.2.1', 'fe80::1%eth0', '192.0.2.1', '::'];

/** Texts sound and damaged: what is read is what was written. */
export const target: FuzzTarget = {
  name: 'ice-texts',
  inputsPerSubject: 1,
  begin: (random) => () => {
    const bytes = utf8Encode(random.pick([...candidates, ...urls, ...addresses]));
    const text = utf8Decode(random.chance(0.1) ? bytes : damaged(random, bytes));
    const candidate = parseCandidateAttribute(text);
    if (!isCandidateFault(candidate)) {
      const written = serialiseCandidateAttribute(candidate);
      const again = parseCandidateAttribute(written);
      if (isCandidateFault(again) || JSON.stringify(again) !== JSON.stringify(candidate)) throw new Error(`${text} became ${written}`);
    }
    const url = parseIceServerUrl(text);
    if (!isIceServerFault(url) && (url.host === '' || url.port < 1 || url.port > 65_535)) throw new Error(text);
    const canonical = canonicalIpAddress(text);
    if (canonical !== undefined && canonicalIpAddress(canonical) !== canonical) throw new Error(`${text} became ${canonical}`);
    return true;
  },
};
