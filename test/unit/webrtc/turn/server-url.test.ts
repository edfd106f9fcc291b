import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isIceServerFault, parseIceServer, parseIceServerUrl } from '../../../../src/webrtc/turn/server-url';

const parts = (url: string) => {
  const server = parseIceServerUrl(url);
  return isIceServerFault(server) ? server.fault : [server.kind, server.host, server.port, server.protocol];
};

test('RFC 7064 and RFC 7065: schemes, ports, transports', () => {
  const servers: Record<string, unknown> = {
    'stun:stun.example.net': ['stun', 'stun.example.net', 3478, 'udp'],
    'stuns:stun.example.net': ['stun', 'stun.example.net', 5349, 'tls'],
    'STUN:192.0.2.1:19302': ['stun', '192.0.2.1', 19302, 'udp'],
    'turn:turn.example.org': ['turn', 'turn.example.org', 3478, 'udp'],
    'turn:turn.example.org?transport=udp': ['turn', 'turn.example.org', 3478, 'udp'],
    'turn:turn.example.org:80?transport=tcp': ['turn', 'turn.example.org', 80, 'tcp'],
    'turns:turn.example.org': ['turn', 'turn.example.org', 5349, 'tls'],
    'turns:turn.example.org:443?transport=tcp': ['turn', 'turn.example.org', 443, 'tls'],
    'turn:[2001:DB8::1]:3479': ['turn', '2001:db8::1', 3479, 'udp'],
    'turn:123': ['turn', '123', 3478, 'udp'],
  };
  for (const [url, expected] of Object.entries(servers)) assert.equal(parts(url), expected, url);
});

test('what is no such URL is a SyntaxError', () => {
  for (const url of [
    '', 'relative-url', 'http://example.com', 'stun:', 'turn:', 'stun://example.org', 'turn://example.org/foo?x=y', 'stun:example.org?transport=udp',
    'turn:example.org?transport=sctp', 'turn:example.org?transport=', 'turn:example.org?x=y', 'turn:example.org#f', 'stun:example.org:', 'stun:example.org:0',
    'stun:example.org:65536', 'stun:example.org:1a', 'stun:user@example.org', 'stun:[::1', 'stun:::1', 'stun:[192.0.2.1]', 'stun:a b', 'turn:a:1:2',
  ]) assert.is(parts(url), 'SyntaxError', url);
});

test('TURN over DTLS is not supported', () => {
  assert.is(parts('turns:example.org?transport=udp'), 'NotSupportedError');
});

test('the checks of set the configuration', () => {
  const fault = (server: Parameters<typeof parseIceServer>[0]) => {
    const result = parseIceServer(server);
    return isIceServerFault(result) ? result.fault : result.length;
  };
  assert.is(fault({ urls: [] }), 'SyntaxError');
  assert.is(fault({ urls: ['stun:a', ''] }), 'SyntaxError');
  assert.is(fault({ urls: ['stun:a', 'stun:b'] }), 2);
  assert.is(fault({ urls: ['turn:a'] }), 'InvalidAccessError');
  assert.is(fault({ urls: ['turn:a'], username: 'u' }), 'InvalidAccessError');
  assert.is(fault({ urls: ['turns:a'], credential: 'c' }), 'InvalidAccessError');
  assert.is(fault({ urls: ['turns:a', 'turn:b'], username: '', credential: '' }), 2);
  assert.is(fault({ urls: ['turn:a'], username: 'u'.repeat(509), credential: 'c' }), 'InvalidAccessError');
});

test.run();
