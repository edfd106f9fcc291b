import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { candidatePriority, comparePairPriorities, Foundations, localPreferences, pairPriority, peerReflexivePriority } from '../../../../src/webrtc/ice/priority';

const base = { localPreference: 65_535, component: 1 } as const;

test('RFC 8445 section 5.1.2: types in their order, over UDP before over TCP', () => {
  const order = [
    candidatePriority({ ...base, type: 'host', protocol: 'udp' }),
    candidatePriority({ ...base, type: 'prflx', protocol: 'udp' }),
    candidatePriority({ ...base, type: 'srflx', protocol: 'udp' }),
    candidatePriority({ ...base, type: 'host', protocol: 'tcp', tcpType: 'active' }),
    candidatePriority({ ...base, type: 'host', protocol: 'tcp', tcpType: 'passive' }),
    candidatePriority({ ...base, type: 'host', protocol: 'tcp', tcpType: 'so' }),
    candidatePriority({ ...base, type: 'relay', protocol: 'udp', relayProtocol: 'udp' }),
    candidatePriority({ ...base, type: 'relay', protocol: 'udp', relayProtocol: 'tcp' }),
    candidatePriority({ ...base, type: 'relay', protocol: 'udp', relayProtocol: 'tls' }),
  ];
  assert.equal(order, [...order].sort((a, b) => b - a));
  assert.is(order[0], 2130706431);
  assert.ok(order.every((priority) => priority > 0 && priority < 2 ** 31));
});

test('the priority of a check is that of a peer-reflexive candidate on the same base', () => {
  const host = candidatePriority({ ...base, type: 'host', protocol: 'udp', localPreference: 1234 });
  assert.is(peerReflexivePriority(host, 'udp'), candidatePriority({ ...base, type: 'prflx', protocol: 'udp', localPreference: 1234 }));
});

test('pairs are in the order of their 64-bit priorities, from either side', () => {
  const exact = (controlling: number, controlled: number) => {
    const [low, high] = [Math.min(controlling, controlled), Math.max(controlling, controlled)];
    return 2n ** 32n * BigInt(low) + 2n * BigInt(high) + (controlling > controlled ? 1n : 0n);
  };
  const priorities = [2130706431, 2130706430, 1694498815, 16777215, 1];
  const pairs = priorities.flatMap((a) => priorities.map((b) => [a, b] as const));
  for (const a of pairs) {
    for (const b of pairs) {
      const [first, second] = [exact(...a), exact(...b)];
      const expected = first > second ? -1 : first < second ? 1 : 0;
      assert.is(Math.sign(comparePairPriorities(pairPriority(...a), pairPriority(...b))), expected);
    }
  }
});

test('RFC 8421 section 4: IPv4 addresses among the IPv6 ones', () => {
  const order = (addresses: readonly string[]) => [...localPreferences(addresses)].sort((a, b) => b[1] - a[1]).map(([address]) => address);
  assert.equal(order(['10.0.0.1', '10.0.0.2', 'a::1', 'a::2', 'a::3', 'a::4', 'a::5', 'a::6']),
    ['a::1', 'a::2', 'a::3', 'a::4', '10.0.0.1', 'a::5', 'a::6', '10.0.0.2']);
  assert.equal(order(['10.0.0.1', 'a::1']), ['a::1', '10.0.0.1']);
  assert.equal(order(['10.0.0.1', '10.0.0.2', 'a::1']), ['a::1', '10.0.0.1', '10.0.0.2']);
  assert.equal(order(['10.0.0.1', '10.0.0.2']), ['10.0.0.1', '10.0.0.2']);
  assert.equal(order([]), []);
});

test('foundations tell type, base, protocol and server apart', () => {
  const foundations = new Foundations();
  const first = foundations.of('host', '10.0.0.1', 'udp', null);
  assert.is(foundations.of('host', '10.0.0.1', 'udp', null), first);
  const others = [
    foundations.of('host', '10.0.0.2', 'udp', null), foundations.of('host', '10.0.0.1', 'tcp', null),
    foundations.of('srflx', '10.0.0.1', 'udp', 'a'), foundations.of('srflx', '10.0.0.1', 'udp', 'b'), foundations.of('relay', '10.0.0.1', 'udp', 'a', 'tcp'),
  ];
  assert.is(new Set([first, ...others]).size, 6);
});

test.run();
