import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { MediaThreadLink } from '../../../../src/host/Host';
import type { Command, MediaEvent, MediaListener } from '../../../../src/webrtc/thread/messages';
import { MediaThreadClient } from '../../../../src/webrtc/thread/MediaThreadClient';
import { type CommandTarget, MediaThreadServer } from '../../../../src/webrtc/thread/MediaThreadServer';
import { maxPart } from '../../../../src/webrtc/thread/records';
import { allocateRing } from '../../../../src/webrtc/thread/SharedRing';

/** Both ends in one thread, each woken in a task of its own, as by doorbells. */
function threads(makeTarget: (server: MediaThreadServer) => Partial<CommandTarget>, capacity = 1 << 20, more: Partial<MediaThreadLink> = {}) {
  const down = allocateRing(capacity);
  const up = allocateRing(capacity);
  let wakes = 0;
  const soon = (woken: () => void) => () => {
    wakes++;
    setImmediate(woken);
  };
  const target = { command() {}, data() {}, settled() {}, drained() {} };
  const holds: boolean[] = [];
  const client: MediaThreadClient = new MediaThreadClient({
    down, up, wake: soon(() => server.woken()), hold: (hold) => { holds.push(hold); }, close() {}, ...more,
  });
  const server: MediaThreadServer = new MediaThreadServer(down, up, soon(() => client.woken()), (self) => ({ ...target, ...makeTarget(self) }));
  server.woken();
  return { client, server, holds, wakes: () => wakes };
}

/** A turn of the event loop, in which both ends may have been woken once. */
const rest = () => new Promise((resolve) => setTimeout(() => setImmediate(resolve), 0));

const nobody: MediaListener = { event() {}, message() {} };

test('commands arrive in order, bytes as bytes, with one wake-up', async () => {
  const seen: Command[] = [];
  const { client, wakes } = threads(() => ({ command: (command) => void seen.push(command) }));
  const commands: Command[] = [
    { kind: 'open transport', transport: 1, connection: 7, certificate: { certificate: Uint8Array.of(1, 2), privateKey: Uint8Array.of(255) } },
    { kind: 'ice role', transport: 1, controlling: true },
    { kind: 'end of candidates', transport: 1, usernameFragment: 'ä𝄞' },
  ];
  commands.forEach((command) => client.command(command));
  await rest();
  assert.equal(seen, commands);
  assert.is(wakes(), 1);
});

test('events come to the connection they belong to', async () => {
  const { client, server } = threads(() => ({}));
  const seen: [number, MediaEvent][] = [];
  for (const connection of [1, 2]) client.listen(connection, { ...nobody, event: (event) => void seen.push([connection, event]) });
  const certificate = { certificate: new Uint8Array(0), privateKey: new Uint8Array(0) };
  client.command({ kind: 'open transport', transport: 10, connection: 1, certificate });
  client.command({ kind: 'open transport', transport: 20, connection: 2, certificate });
  client.command({ kind: 'get stats', connection: 1, request: 3 });
  const events: [number, MediaEvent][] = [
    [2, { kind: 'ice state', transport: 20, state: 'checking' }],
    [1, { kind: 'ice state', transport: 10, state: 'checking' }],
    [2, { kind: 'incoming channel', transport: 20, channel: -5, id: 1, options: {} as never }],
    [2, { kind: 'channel closing', channel: -5 }],
    [1, { kind: 'stats', request: 3, records: [] }],
  ];
  for (const [, event] of events) server.emit(event);
  server.emit({ kind: 'ice state', transport: 99, state: 'new' });
  server.flush();
  await rest();
  assert.equal(seen, events);
  client.unlisten(2);
  server.emit(events[0][1]);
  server.flush();
  await rest();
  assert.is(seen.length, events.length);
});

test('messages of any length go down and up again', async () => {
  const { client, server } = threads(() => ({
    data(channel, bytes, flags) {
      server.message(channel, bytes, (flags & 1) !== 0, (flags & 2) !== 0, (flags & 4) !== 0);
      server.flush();
    },
  }));
  const seen: [number, Uint8Array, boolean][] = [];
  client.listen(1, { ...nobody, message: (...message) => void seen.push(message) });
  client.command({ kind: 'open transport', transport: 1, connection: 1, certificate: { certificate: new Uint8Array(0), privateKey: new Uint8Array(0) } });
  client.command({ kind: 'open channel', transport: 1, channel: 4, id: 0, options: {} as never });
  const sent: [number, Uint8Array, boolean][] = [0, 1, 1000, maxPart, maxPart + 1, 3 * maxPart, 5_000_000].map((length, i) => [
    4, Uint8Array.from({ length }, (_, at) => at * 31 + i), i % 2 === 0,
  ]);
  for (const [channel, bytes, binary] of sent) {
    const own = bytes.slice();
    client.send(channel, own, binary);
    own.fill(0); // As script may.
  }
  while (seen.length < sent.length) await rest();
  assert.equal(seen, sent);
});

test('a full ring upwards holds messages back until there is room', async () => {
  let drained = 0;
  const { client, server } = threads(() => ({ drained: () => void drained++ }));
  client.listen(1, nobody);
  let given = 0;
  while (server.hasRoom) {
    server.message(1, new Uint8Array(maxPart), true, true, true);
    given++;
  }
  assert.ok(given >= 2 && given <= 4);
  assert.is(drained, 0);
  server.flush();
  while (drained === 0) await rest();
  assert.is(drained, 1);
  assert.ok(server.hasRoom);
});

test('each message is a task, and others of the event loop have their turns between many', async () => {
  let checkpoints = 0;
  const deferred: number[] = [];
  const seen: number[] = [];
  const { client, server } = threads(() => ({}), 1 << 20, {
    checkpoint: () => void checkpoints++,
    again() {
      deferred.push(seen.length);
      setImmediate(() => client.woken());
    },
  });
  client.listen(1, { ...nobody, message: (_channel, bytes) => void seen.push(bytes.length) });
  client.command({ kind: 'open transport', transport: 1, connection: 1, certificate: null });
  client.command({ kind: 'open channel', transport: 1, channel: 5, id: 0, options: {} as never });
  await rest();
  const sent = Array.from({ length: 1000 }, (_, at) => at);
  for (const length of sent) server.message(5, new Uint8Array(length), true, true, true);
  server.flush();
  while (seen.length < sent.length) await rest();
  assert.equal(seen, sent);
  assert.is(checkpoints, sent.length);
  assert.equal(deferred, [256, 512, 768]);
});

test('the process is held while any connection asks for it', () => {
  const { client, holds } = threads(() => ({}));
  client.listen(1, nobody);
  client.keepAlive(1, true);
  client.keepAlive(2, true);
  client.keepAlive(1, false);
  client.unlisten(2);
  assert.equal(holds, [true, true, true, false]);
});

test('the process is held until the peers of a closed connection have been told', async () => {
  const { client, server, holds } = threads(() => ({}));
  client.command({ kind: 'open transport', transport: 10, connection: 1, certificate: null });
  client.keepAlive(1, true);
  for (const connection of [1, 2]) {
    client.command({ kind: 'close connection', connection });
    client.unlisten(connection);
  }
  assert.is(holds.at(-1), true);
  for (const connection of [1, 2]) server.emit({ kind: 'connection closed', connection });
  server.flush();
  await rest();
  assert.is(holds.at(-1), false);
});

test('a thread that is lost tells every connection', () => {
  const { client } = threads(() => ({}));
  const seen: MediaEvent[] = [];
  client.listen(1, { ...nobody, event: (event) => void seen.push(event) });
  client.lost('out of memory');
  client.command({ kind: 'close connection', connection: 1 });
  assert.equal(seen, [{ kind: 'lost', message: 'out of memory' }]);
});

test('commands and events longer than a ring', async () => {
  const seen: Command[] = [];
  const events: MediaEvent[] = [];
  const { client, server } = threads(() => ({ command: (command) => void seen.push(command) }));
  client.listen(1, { ...nobody, event: (event) => void events.push(event) });
  client.command({ kind: 'get stats', connection: 1, request: 1 });
  const usernameFragment = '"\\'.repeat(1_000_000);
  client.command({ kind: 'end of candidates', transport: 1, usernameFragment });
  client.command({ kind: 'ice role', transport: 1, controlling: true });
  const records = [{ id: usernameFragment, timestamp: 1, type: 'transport' }];
  server.emit({ kind: 'stats', request: 1, records });
  for (let turn = 0; turn < 200 && (seen.length < 3 || events.length < 1); turn++) {
    server.flush();
    await rest();
  }
  assert.equal(seen.map(({ kind }) => kind), ['get stats', 'end of candidates', 'ice role']);
  assert.ok((seen[1] as { usernameFragment: string }).usernameFragment === usernameFragment);
  assert.equal(events, [{ kind: 'stats', request: 1, records }]);
});

test('parts of a message that never ends go with their channel; those without a channel are not kept', async () => {
  const { client, server } = threads(() => ({}));
  const seen: number[] = [];
  const listener: MediaListener = { ...nobody, message: (_channel, bytes) => void seen.push(bytes.length) };
  client.listen(1, listener);
  client.command({ kind: 'open transport', transport: 1, connection: 1, certificate: { certificate: new Uint8Array(0), privateKey: new Uint8Array(0) } });
  const part = (channel: number, begins: boolean, ends: boolean) => server.message(channel, new Uint8Array(10), true, begins, ends);
  const open = () => server.emit({ kind: 'incoming channel', transport: 1, channel: -1, id: 0, options: {} as never });
  part(-1, true, false);
  open();
  part(-1, false, true);
  server.emit({ kind: 'channel closed', channel: -1, failure: null });
  open();
  part(-1, true, false);
  server.emit({ kind: 'channel closed', channel: -1, failure: null });
  open();
  part(-1, false, true);
  part(-1, true, false);
  // Given up: another begins without bytes.
  server.message(-1, new Uint8Array(0), true, true, false);
  part(-1, false, true);
  server.flush();
  await rest();
  assert.equal(seen, [10, 10, 10]);
});

test.run();
