import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Attribute, MessageClass, Method } from '../../../../src/webrtc/stun/constants';
import { StunWriter } from '../../../../src/webrtc/stun/StunWriter';
import type { MediaHost, TcpEvents } from '../../../../src/webrtc/transport/MediaHost';
import { TcpAcceptor } from '../../../../src/webrtc/transport/TcpAcceptor';
import { stunCrypto } from '../../../support/stun-crypto';

const password = new Uint8Array(24).fill(120);

function frameOf(datagram: Uint8Array): Uint8Array {
  return Uint8Array.of(datagram.length >> 8, datagram.length & 255, ...datagram);
}

function request(username: string, key = password): Uint8Array {
  return new StunWriter(MessageClass.request, Method.binding, new Uint8Array(12)).text(Attribute.username, username)
    .messageIntegrity(key, stunCrypto).fingerprint().finish();
}

/** A listener of an agent with the user name fragment `mine`, and connections that come to it. */
class Listener {
  readonly timers = new Set<() => void>();
  /** What the agent got. */
  readonly received: number[] = [];
  readonly open = new Set<number>();
  readonly acceptor: TcpAcceptor;
  ended = 0;
  isClosed = false;
  #accept!: Parameters<MediaHost['listenTcp']>[2];
  #count = 0;

  constructor() {
    const host: Pick<MediaHost, 'setTimeout' | 'clearTimeout' | 'listenTcp'> = {
      setTimeout: (callback) => {
        const timer = () => callback();
        this.timers.add(timer);
        return timer;
      },
      clearTimeout: (timer) => void this.timers.delete(timer as () => void),
      listenTcp: (_addresses, _port, accept, done) => {
        this.#accept = accept;
        done({ port: 4000, close: () => { this.isClosed = true; } });
      },
    };
    this.acceptor = new TcpAcceptor(host as MediaHost, (fragment) => (fragment === 'mine' ? {
      recognises: (bytes) => bytes.length === request('mine:theirs').length && bytes.every((byte, index) => byte === request('mine:theirs')[index]),
      accept: () => ({ connected() {}, data: (bytes) => this.received.push(...bytes), closed: () => { this.ended++; } }),
    } : undefined));
    this.acceptor.listen(['192.0.2.1'], 0, () => {});
  }

  connect(): TcpEvents {
    const number = this.#count++;
    this.open.add(number);
    return this.#accept({ bufferedAmount: 0, send() {}, close: () => void this.open.delete(number) }, '192.0.2.1', { address: '192.0.2.2', port: number });
  }
}

test('a connection is the agent\'s whose request comes first, with all bytes, however they are cut', () => {
  const good = frameOf(request('mine:theirs'));
  const bytes = [...good, 0, 2, 22, 1, 0];
  for (let step = 1; step <= bytes.length; step++) {
    const listener = new Listener();
    const connection = listener.connect();
    for (let start = 0; start < bytes.length; start += step) connection.data(Uint8Array.from(bytes.slice(start, start + step)));
    assert.equal(listener.received, bytes);
    assert.equal([listener.open.size, listener.timers.size], [1, 0]);
    connection.closed('');
    assert.is(listener.ended, 1);
  }
});

const wrong: Record<string, Uint8Array> = {
  'another agent\'s request': frameOf(request('other:theirs')),
  'a request without a user name': frameOf(new StunWriter(MessageClass.request, Method.binding, new Uint8Array(12)).fingerprint().finish()),
  'a request with another password': frameOf(request('mine:theirs', new Uint8Array(24))),
  'a response': frameOf(new StunWriter(MessageClass.success, Method.binding, new Uint8Array(12)).fingerprint().finish()),
  'DTLS': Uint8Array.of(0, 20, 22, 254, 253),
  'HTTP': Uint8Array.from('GET / HTTP/1.1\r\n\r\n', (character) => character.charCodeAt(0)),
  'an empty frame': Uint8Array.of(0, 0),
  'a frame longer than any request': Uint8Array.of(8, 1, 0, 1),
  'zeros': new Uint8Array(70_000),
};
for (const [name, bytes] of Object.entries(wrong)) {
  test(`${name} ends a connection`, () => {
    const listener = new Listener();
    listener.connect().data(bytes);
    assert.equal([listener.open.size, listener.timers.size, listener.received.length], [0, 0, 0]);
  });
}

test('who sends nothing, or half a request, is waited for only so long', () => {
  const listener = new Listener();
  listener.connect();
  listener.connect().data(frameOf(request('mine:theirs')).subarray(0, 30));
  for (const timer of [...listener.timers]) timer();
  assert.equal([listener.open.size, listener.timers.size], [0, 0]);
});

test('of very many connections that send nothing few are kept, and the peer gets in', () => {
  const listener = new Listener();
  let most = 0;
  for (let i = 0; i < 10_000; i++) {
    listener.connect();
    most = Math.max(most, listener.open.size);
  }
  assert.is(most, 64);
  assert.is(listener.timers.size, 64);
  listener.connect().data(frameOf(request('mine:theirs')));
  assert.ok(listener.received.length > 0);
});

test('closing ends what nobody has, and the listener', () => {
  const listener = new Listener();
  listener.connect();
  listener.connect().data(frameOf(request('mine:theirs')));
  listener.acceptor.close();
  assert.ok(listener.isClosed);
  assert.equal([...listener.open], [1]);
  assert.is(listener.timers.size, 0);
});

test.run();
