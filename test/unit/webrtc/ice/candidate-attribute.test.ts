import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isCandidateFault, parseCandidateAttribute, serialiseCandidateAttribute } from '../../../../src/webrtc/ice/candidate-attribute';

function parsed(text: string) {
  const candidate = parseCandidateAttribute(text);
  if (isCandidateFault(candidate)) throw new Error(`${text}: ${candidate.fault}`);
  return candidate;
}

test('a host candidate with extensions', () => {
  assert.equal(parsed('candidate:1905690388 1 udp 2113937151 192.168.0.1 58041 typ host generation 0 ufrag thC8 network-cost 50'), {
    foundation: '1905690388', component: 1, protocol: 'udp', priority: 2113937151, address: '192.168.0.1', port: 58041, type: 'host',
    tcpType: null, relatedAddress: null, relatedPort: null, usernameFragment: 'thC8', extensions: [['generation', '0'], ['network-cost', '50']],
  });
});

test('a TCP candidate with a related address that is a name', () => {
  const candidate = parsed('a=candidate:435653019 2 TCP 1845501695 192.168.0.196 4444 typ srflx raddr www.example.com rport 22222 tcptype active');
  assert.equal([candidate.component, candidate.protocol, candidate.tcpType, candidate.relatedAddress, candidate.relatedPort], [2, 'tcp', 'active', 'www.example.com', 22222]);
});

test('addresses become canonical; names stay as they are', () => {
  assert.is(parsed('candidate:1 1 udp 1 2001:DB8:0:0:0:0:0:1 9 typ host').address, '2001:db8::1');
  const name = '1f4712db-ea17-4bcf-a596-105139dfd8bf.local';
  assert.is(parsed(`candidate:1 1 udp 1 ${name} 9 typ host`).address, name);
});

test('what is read is what was written', () => {
  for (const text of [
    'candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host',
    'candidate:a+/9 1 udp 1694498815 2001:db8::7 5001 typ srflx raddr 10.0.0.1 rport 5000 generation 0 ufrag abcd',
    'candidate:2 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active network-id 1',
  ]) assert.is(serialiseCandidateAttribute(parsed(text)), text);
});

test('breaches of the grammar', () => {
  for (const text of [
    '', 'invalid', 'candidate:', 'candidate:1 1 udp 1 1.2.3.4 5 typ', 'candidate:1 1 udp 1 1.2.3.4 5 type host', 'candidate:$ 1 udp 1 1.2.3.4 5 typ host',
    `candidate:${'x'.repeat(33)} 1 udp 1 1.2.3.4 5 typ host`, 'candidate:1 0 udp 1 1.2.3.4 5 typ host', 'candidate:1 257 udp 1 1.2.3.4 5 typ host',
    'candidate:1 1 udp x 1.2.3.4 5 typ host', 'candidate:1 1 udp 4294967296 1.2.3.4 5 typ host', 'candidate:1 1 udp 1 1.2.3.4 65536 typ host',
    'candidate:1 1 udp 1 1.2.3.4 -5 typ host', 'candidate:1 1 u;p 1 1.2.3.4 5 typ host', 'candidate:1  1 udp 1 1.2.3.4 5 typ host',
    'candidate:1 1 udp 1 1.2.3.4 5 typ host raddr', 'candidate:1 1 tcp 1 1.2.3.4 5 typ host tcptype  tcptype active', 'candidate:1 1 udp 1 1.2.3.4 5 typ srflx raddr 1.2.3.4 rport 65536',
    'candidate:1 1 udp 1 1.2.3.4 5 typ host\ncandidate:1 1 udp 1 1.2.3.4 5 typ host', 'candidate:1 1 udp 1 1.2.3.4 5 typ host \u00e9 x',
  ]) assert.equal(parseCandidateAttribute(text), { fault: 'syntax' }, text);
});

test('other transports and types are passed over', () => {
  assert.equal(parseCandidateAttribute('candidate:1 1 sctp 1 1.2.3.4 5 typ host'), { fault: 'unsupported' });
  assert.equal(parseCandidateAttribute('candidate:1 1 udp 1 1.2.3.4 5 typ future'), { fault: 'unsupported' });
});

test.run();
