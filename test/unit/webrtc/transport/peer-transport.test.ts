import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isHostError, type GeneratedCertificate } from '../../../../src/host/Host';
import { createNodeNetHost } from '../../../../src/host/node/net';
import { MediaThreadClient } from '../../../../src/webrtc/thread/MediaThreadClient';
import type { ChannelOptions, Command, MediaEvent } from '../../../../src/webrtc/thread/messages';

process.env['MEDIANT_ICE_ADDRESSES'] = '127.0.0.1';

const net = createNodeNetHost();
const link = net.openMediaThread(() => client.woken(), (reason) => client.lost(reason));
if (isHostError(link)) throw new Error(link.message);
const client = new MediaThreadClient(link);

function certificate(): Promise<GeneratedCertificate> {
  const now = Math.floor(Date.now() / 1000);
  return new Promise((resolve, reject) => {
    net.generateCertificate({ rsaModulusLength: 0, notBefore: now - 60, notAfter: now + 3600 }, (result) => {
      if (isHostError(result)) reject(new Error(result.message));
      else resolve(result);
    });
  });
}

const plain: ChannelOptions = {
  label: 'a', protocol: 'b', ordered: true, maxPacketLifeTime: null, maxRetransmits: null, negotiated: false, priority: 256,
};

let connections = 0;

/** One end of a connection, as the API drives it. */
class End {
  readonly number = ++connections;
  readonly events: MediaEvent[] = [];
  readonly messages: { channel: number; bytes: Uint8Array; binary: boolean }[] = [];
  peer!: End;
  #waiting: (() => void)[] = [];

  constructor(readonly certificate: GeneratedCertificate, readonly isOfferer: boolean) {
    client.listen(this.number, {
      event: (event) => {
        this.events.push(event);
        if (event.kind === 'candidate') this.peer.command({ kind: 'remote candidate', transport: this.peer.number, candidate: event.candidate });
        this.#waiting.splice(0).forEach((wake) => wake());
      },
      message: (channel, bytes, binary) => {
        this.messages.push({ channel, bytes, binary });
        this.#waiting.splice(0).forEach((wake) => wake());
      },
    });
  }

  command(command: Command): void {
    client.command(command);
  }

  get parameters() {
    return { usernameFragment: `user${this.number}`, password: `${this.number}`.padStart(24, 'x'), lite: false };
  }

  start(peer: End): void {
    const transport = this.number;
    this.peer = peer;
    this.command({ kind: 'open transport', transport, connection: this.number, certificate: this.certificate });
    this.command({ kind: 'ice role', transport, controlling: this.isOfferer });
    this.command({ kind: 'gather', transport, parameters: this.parameters, options: { iceServers: [], policy: 'all' } });
    this.command({ kind: 'remote parameters', transport, parameters: peer.parameters });
    const value = net.fingerprint('sha-256', peer.certificate.certificate)!;
    this.command({ kind: 'start dtls', transport, client: this.isOfferer, fingerprints: [{ algorithm: 'sha-256', value }] });
    this.command({ kind: 'start sctp', transport, localPort: 5000, remotePort: 5000, remoteMaxMessageSize: 262_144 });
  }

  async until<T>(find: () => T | undefined): Promise<T> {
    for (let found = find(); ; found = find()) {
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  event<Kind extends MediaEvent['kind']>(kind: Kind, accept: (event: Extract<MediaEvent, { kind: Kind }>) => boolean = () => true) {
    return this.until(() => this.events.find((event): event is Extract<MediaEvent, { kind: Kind }> => event.kind === kind && accept(event as never)));
  }
}

const [ours, theirs] = await Promise.all([certificate(), certificate()]);

async function connected(): Promise<[End, End]> {
  const a = new End(ours, true);
  const b = new End(theirs, false);
  for (const { number } of [a, b]) client.keepAlive(number, true);
  a.start(b);
  b.start(a);
  for (const end of [a, b]) {
    await end.event('ice state', ({ state }) => state === 'connected' || state === 'completed');
    await end.event('dtls state', ({ state }) => state === 'connected');
    await end.event('sctp state', ({ state }) => state === 'connected');
  }
  return [a, b];
}

function close(...ends: End[]): void {
  for (const { number } of ends) {
    client.command({ kind: 'close connection', connection: number });
    client.unlisten(number);
  }
}

test('two ends in one media thread connect, and tell who they are', async () => {
  const [a, b] = await connected();
  const state = await a.event('dtls state', ({ state }) => state === 'connected');
  assert.equal(state.remoteCertificates, [theirs.certificate]);
  assert.equal(b.events.filter(({ kind }) => kind === 'dtls state').map((event) => (event as { state: string }).state), ['connecting', 'connected']);
  assert.is((await a.event('selected pair')).remote.address, '127.0.0.1');
  assert.equal((await a.event('gathering', ({ state }) => state === 'complete')).transport, a.number);
  close(a, b);
});

test('a channel opens, carries messages both ways, and closes', async () => {
  const [a, b] = await connected();
  a.command({ kind: 'open channel', transport: a.number, channel: 1, id: 0, options: plain });
  await a.event('channel open');
  const incoming = await b.event('incoming channel');
  assert.equal(incoming.options, plain);
  assert.is(incoming.id, 0);
  const sent = [0, 1, 1000, 70_000, 262_143, 262_144].map((length) => Uint8Array.from({ length }, (_, at) => at * 7 + length));
  sent.forEach((bytes, i) => client.send(1, bytes, i % 2 === 0));
  sent.forEach((bytes, i) => client.send(incoming.channel, bytes, i % 2 === 1));
  await b.until(() => b.messages.length === sent.length || undefined);
  await a.until(() => a.messages.length === sent.length || undefined);
  assert.equal(b.messages, sent.map((bytes, i) => ({ channel: incoming.channel, bytes, binary: i % 2 === 0 })));
  assert.equal(a.messages, sent.map((bytes, i) => ({ channel: 1, bytes, binary: i % 2 === 1 })));
  const told = a.events.reduce((sum, event) => sum + (event.kind === 'channel sent' ? event.bytes : 0), 0);
  assert.is(told, sent.reduce((sum, { length }) => sum + length, 0));
  a.command({ kind: 'close channel', channel: 1 });
  await b.event('channel closing');
  await b.event('channel closed', ({ failure }) => failure === null);
  await a.event('channel closed', ({ failure }) => failure === null);
  close(a, b);
});

test('datagrams grow to what the path carries', async () => {
  const [a, b] = await connected();
  a.command({ kind: 'open channel', transport: a.number, channel: 3, id: 0, options: plain });
  await a.event('channel open');
  const count = 40;
  for (let i = 0; i < count; i++) client.send(3, new Uint8Array(200_000), true);
  await b.until(() => b.messages.length === count || undefined);
  a.command({ kind: 'get stats', connection: a.number, request: a.number });
  const { records } = await a.event('stats');
  const { bytesSent, packetsSent } = records.find(({ type }) => type === 'transport') as unknown as { bytesSent: number; packetsSent: number };
  assert.ok(bytesSent / packetsSent > 4000, `${bytesSent} bytes in ${packetsSent} datagrams`);
  close(a, b);
});

test('an end that is closed ends the other', async () => {
  const [a, b] = await connected();
  b.command({ kind: 'open channel', transport: b.number, channel: 2, id: 1, options: { ...plain, negotiated: true } });
  await b.event('channel open');
  close(a);
  const { failure } = await b.event('channel closed');
  assert.ok(failure !== null);
  await b.event('dtls state', ({ state }) => state === 'closed');
  close(b);
});

test.run();
