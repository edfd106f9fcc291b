import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readDnsMessage } from '../../../../src/webrtc/mdns/dns-message';
import { isMulticastName, MulticastDns, type ResolvedName } from '../../../../src/webrtc/mdns/MulticastDns';
import { EventQueue } from '../../../virtual/support/EventQueue';

/** Hosts in one group, a millisecond apart; a datagram comes to all of them, the sender included. */
class Group {
  readonly queue = new EventQueue();
  readonly hosts = Array.from({ length: 3 }, () => new MulticastDns());
  readonly resolved: (ResolvedName & { readonly at: number; readonly host: number })[] = [];
  sent: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  loses = (_bytes: Uint8Array): boolean => false;

  give(host: number, input: (core: MulticastDns, now: number) => void): void {
    const core = this.hosts[host]!;
    input(core, this.queue.now);
    for (let bytes = core.nextTransmit(); bytes; bytes = core.nextTransmit()) {
      const datagram = bytes;
      this.sent.push({ at: this.queue.now, bytes: datagram });
      if (this.loses(datagram)) continue;
      this.hosts.forEach((_, other) => this.queue.schedule(this.queue.now + 1, () => this.give(other, (each, now) => each.handle(now, datagram))));
    }
    for (let resolved = core.nextResolved(); resolved; resolved = core.nextResolved()) this.resolved.push({ ...resolved, at: this.queue.now, host });
    if (core.timeout < Infinity) {
      assert.ok(core.timeout > this.queue.now, 'what is due has been done');
      this.queue.schedule(core.timeout, () => this.give(host, (each, now) => now >= each.timeout && each.handleTimeout(now)));
    }
  }
}

test('the address of a name that another host has; of one of its own at once', () => {
  const group = new Group();
  group.give(0, (core, now) => core.register(now, 'Name.local', '192.0.2.1'));
  group.give(0, (core, now) => core.register(now, 'other.local', '2001:db8::1'));
  group.queue.runUntil(2000);
  group.give(1, (core, now) => core.resolve(now, 'name.LOCAL'));
  group.give(1, (core, now) => core.resolve(now, 'other.local'));
  group.give(0, (core, now) => core.resolve(now, 'name.local'));
  group.queue.runUntil(10_000);
  assert.equal(group.resolved, [
    { name: 'name.local', address: '192.0.2.1', at: 2000, host: 0 },
    { name: 'name.local', address: '192.0.2.1', at: 2002, host: 1 },
    { name: 'other.local', address: '2001:db8::1', at: 2002, host: 1 },
  ]);
  assert.ok(group.hosts[1]!.isIdle);
});

test('a question is asked four times, and given up after ten seconds', () => {
  const group = new Group();
  group.give(0, (core, now) => core.resolve(now, 'nobody.local'));
  group.queue.runUntil(20_000);
  assert.equal(group.sent.map(({ at }) => at), [0, 1000, 3000, 7000]);
  assert.equal(group.resolved, [{ name: 'nobody.local', address: null, at: 10_000, host: 0 }]);
  assert.ok(group.hosts[0]!.isIdle);
});

test('a lost question or answer costs a second', () => {
  for (const isResponse of [false, true]) {
    const group = new Group();
    group.give(0, (core, now) => core.register(now, 'a.local', '192.0.2.1'));
    let losses = 1;
    group.loses = (bytes) => readDnsMessage(bytes)!.isResponse === isResponse && losses-- > 0;
    group.queue.runUntil(1500);
    group.give(1, (core, now) => core.resolve(now, 'a.local'));
    group.queue.runUntil(10_000);
    assert.equal(group.resolved.map(({ at, address }) => [at, address]), [[2502, '192.0.2.1']]);
  }
});

test('many questions for a name get an answer a second', () => {
  const group = new Group();
  group.give(0, (core, now) => core.register(now, 'a.local', '192.0.2.1'));
  group.queue.runUntil(5000);
  group.sent = [];
  group.give(1, (core, now) => core.resolve(now, 'a.local'));
  const { bytes } = group.sent[0]!;
  for (let at = 5001; at < 8001; at++) group.queue.schedule(at, () => group.give(0, (core, now) => core.handle(now, bytes)));
  group.queue.runUntil(20_000);
  assert.is(group.sent.filter((sent) => readDnsMessage(sent.bytes)!.isResponse).length, 3);
});

test('a name that was taken back is nobody\'s', () => {
  const group = new Group();
  group.give(0, (core, now) => core.register(now, 'a.local', '192.0.2.1'));
  group.give(0, (core) => core.unregister('a.local'));
  assert.equal(readDnsMessage(group.sent.at(-1)!.bytes)!.answers, [{ name: 'a.local', address: '192.0.2.1', timeToLive: 0 }]);
  group.queue.runUntil(10);
  group.give(1, (core, now) => core.resolve(now, 'a.local'));
  group.queue.runUntil(20_000);
  assert.is(group.resolved.at(-1)!.address, null);
});

test('at most 256 names are asked for at one time', () => {
  const group = new Group();
  for (let index = 0; index < 300; index++) group.give(0, (core, now) => core.resolve(now, `${index}.local`));
  assert.is(group.resolved.length, 44);
});

test('names of candidates have one label below local', () => {
  assert.equal(['a-b.local', 'A.LOCAL', 'a.b.local', 'local', '.local', 'a.local.', 'a.example'].map(isMulticastName), [true, true, false, false, false, false, false]);
});

test.run();
