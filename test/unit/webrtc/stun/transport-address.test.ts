import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { canonicalIpAddress, formatTransportAddress, isLinkLocal, parseIpAddress } from '../../../../src/webrtc/stun/TransportAddress';

test('IPv4 is dotted decimal and nothing else', () => {
  assert.equal(parseIpAddress('192.0.2.255'), Uint8Array.of(192, 0, 2, 255));
  for (const text of ['', '1.2.3', '1.2.3.4.5', '256.0.0.1', '01.2.3.4', '1.2.3.x', ' 1.2.3.4', '1.2.3.4 ', '0x1.2.3.4']) {
    assert.is(parseIpAddress(text), undefined, text);
  }
});

test('IPv6 in all its spellings has one canonical form', () => {
  const spellings: Record<string, string> = {
    '::': '::',
    '::1': '::1',
    '1::': '1::',
    '0:0:0:0:0:0:0:1': '::1',
    '2001:0DB8:0:0:1:0:0:1': '2001:db8::1:0:0:1',
    '2001:db8:0:1:1:1:1:1': '2001:db8:0:1:1:1:1:1',
    'FE80::1%eth0': 'fe80::1',
    '::ffff:192.0.2.1': '::ffff:c000:201',
    '64:ff9b::192.0.2.33': '64:ff9b::c000:221',
    '1:2:3:4:5:6:7::': '1:2:3:4:5:6:7:0',
  };
  for (const [text, canonical] of Object.entries(spellings)) assert.is(canonicalIpAddress(text), canonical, text);
});

test('what is no IPv6 address is none', () => {
  for (const text of [':', ':::', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1::2::3', '12345::', 'g::', '1:2:3:4:5:6:7:8::', '1.2.3.4::', '::1.2.3', '::1.2.3.4:5', ':1:2:3:4:5:6:7']) {
    assert.is(parseIpAddress(text), undefined, text);
  }
});

test('link-local addresses, and how an address is written', () => {
  assert.ok(isLinkLocal('fe80::1') && isLinkLocal('febf::1') && isLinkLocal('169.254.3.4'));
  assert.not(isLinkLocal('fec0::1') || isLinkLocal('169.253.0.1') || isLinkLocal('::fe80:1'));
  assert.is(formatTransportAddress({ address: '::1', port: 80 }), '[::1]:80');
});

test.run();
