import { core, RTCPeerConnection, type RTCCertificate, type RTCDataChannel } from 'mediant';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { event, negotiate, pair } from './support';

const typeOf = (name: string) => core.cloneables.find((candidate) => candidate.name === name)!;

/** As an embedder's postMessage() to another realm does, but that it is this one again. */
function transfer(channel: RTCDataChannel): RTCDataChannel {
  const type = typeOf('RTCDataChannel');
  assert.ok(type.is(channel));
  const data = type.transfer!(channel);
  return type.create(structuredClone(data, { transfer: [data.port as never] })) as RTCDataChannel;
}

function nameOf(action: () => void): string {
  try {
    action();
  } catch (error) {
    return (error as DOMException).name;
  }
  return '';
}

test('a channel that is transferred opens, sends, receives, counts and closes elsewhere', async () => {
  const [a, b] = pair();
  const before = a.createDataChannel('label', { protocol: 'protocol' });
  const channel = transfer(before);
  const announced = event(b, 'datachannel');
  const opened = event(channel, 'open');
  await negotiate(a, b);
  await opened;
  const { channel: remote } = (await announced) as { channel: RTCDataChannel };
  assert.equal([before.readyState, channel.readyState, channel.label, channel.protocol, channel.id], ['closed', 'open', 'label', 'protocol', remote.id]);
  assert.is(nameOf(() => before.send('x')), 'InvalidStateError');
  const received = event(remote, 'message');
  const drained = event(channel, 'bufferedamountlow');
  channel.send('there');
  assert.is(channel.bufferedAmount, 5);
  assert.is((await received).data, 'there');
  await drained;
  assert.is(channel.bufferedAmount, 0);
  const answered = event(channel, 'message');
  remote.send(Uint8Array.of(1, 2, 3));
  assert.equal(new Uint8Array((await answered).data), Uint8Array.of(1, 2, 3));
  const closed = event(remote, 'close');
  channel.close();
  await closed;
  a.close();
  b.close();
});

test('the one that a peer made is transferred in its event, and hears of the end', async () => {
  const [a, b] = pair();
  const channel = a.createDataChannel('');
  const moved = new Promise<RTCDataChannel>((resolve) => { b.ondatachannel = ({ channel: remote }) => resolve(transfer(remote)); });
  await negotiate(a, b);
  const remote = await moved;
  if (remote.readyState !== 'open') await event(remote, 'open');
  const closed = event(remote, 'close');
  if (channel.readyState !== 'open') await event(channel, 'open');
  channel.close();
  await closed;
  assert.is(remote.readyState, 'closed');
  a.close();
  b.close();
});

test('a channel stays where it is once its task is over', async () => {
  const connection = new RTCPeerConnection();
  const channel = connection.createDataChannel('');
  const once = connection.createDataChannel('');
  transfer(once);
  assert.is(nameOf(() => typeOf('RTCDataChannel').transfer!(once)), 'DataCloneError', 'a second time');
  await new Promise((resolve) => setTimeout(resolve));
  assert.is(nameOf(() => typeOf('RTCDataChannel').transfer!(channel)), 'DataCloneError');
  assert.is(channel.readyState, 'connecting');
  connection.close();
});

test('a certificate is copied with its key, and belongs to its origin', async () => {
  const type = typeOf('RTCCertificate');
  const certificate = await RTCPeerConnection.generateCertificate({ name: 'ECDSA', namedCurve: 'P-256' } as never);
  const data = structuredClone(type.serialize!(certificate));
  const copy = type.create(data) as RTCCertificate;
  assert.ok(type.is(copy) && !type.is({}));
  assert.equal([copy.expires, copy.getFingerprints()], [certificate.expires, certificate.getFingerprints()]);
  const [a, b] = pair({ certificates: [copy] });
  const channel = a.createDataChannel('');
  await negotiate(a, b);
  await event(channel, 'open');
  a.close();
  b.close();
  const foreign = type.create({ ...data, origin: 'https://example.net' }) as RTCCertificate;
  assert.is(nameOf(() => new RTCPeerConnection({ certificates: [foreign] })), 'InvalidAccessError');
});

test.run();
