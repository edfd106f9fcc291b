/** MEDIANT_ICE_PORT: 20 connections within this process, and to another one, over one socket each. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { freePort } from '../../../support/free-port.mjs';
import { canCount, udpPorts } from '../../../support/process-state';

const connections = 20;
const addresses = '127.0.0.1,127.0.0.2';

const port = await freePort();
// The other processes take most of the time to start: all do at once.
const environments = { 'that has one port too': { MEDIANT_ICE_PORT: String(await freePort()) }, 'with a socket for each': { MEDIANT_ICE_PORT: '' } };
const others = Object.entries(environments).map(([name, environment]): [string, ChildProcess, boolean] => {
  const env = { ...process.env, MEDIANT_ICE_ADDRESSES: addresses, ...environment };
  return [name, fork(fileURLToPath(new URL('shared-port-peer.ts', import.meta.url)), [String(connections)], { env }), environment.MEDIANT_ICE_PORT !== ''];
});
process.env['MEDIANT_ICE_PORT'] = String(port);
process.env['MEDIANT_ICE_ADDRESSES'] = addresses;
const { RTCPeerConnection } = await import('mediant/webrtc');
const { connectedPair } = await import('./support');
const { SharedPortPeer } = await import('./shared-port-peer');

/** The UDP sockets that have gone are those of a connection whose end is being told to its peer. */
async function portsBecome(ports: readonly number[]): Promise<void> {
  while (canCount && udpPorts().join() !== ports.join()) await new Promise((resolve) => setTimeout(resolve, 10));
}

test('within one process', async () => {
  const pairs = await Promise.all(Array.from({ length: connections }, () => connectedPair()));
  if (canCount) assert.equal(udpPorts(), [port]);
  const received = pairs.map(({ remote }) => new Promise<unknown>((resolve) => { remote.onmessage = ({ data }) => resolve(data); }));
  pairs.forEach(({ channel }, number) => channel.send(`message ${number}`));
  assert.equal(await Promise.all(received), pairs.map((_, number) => `message ${number}`));
  for (const { a, b } of pairs.slice(1)) [a, b].forEach((connection) => connection.close());
  const [{ a, b, channel, remote }] = pairs as [typeof pairs[0]];
  const last = new Promise<unknown>((resolve) => { channel.onmessage = ({ data }) => resolve(data); });
  remote.send('still there');
  assert.is(await last, 'still there');
  for (const connection of [a, b]) connection.close();
  await portsBecome([]);
});

for (const [name, child, isShared] of others) {
  test(`to another process ${name}`, async () => {
    const peer = new SharedPortPeer(RTCPeerConnection, connections, true, (message) => void child.send(message));
    const ended = new Promise((resolve) => child.on('exit', resolve));
    const theirPorts = new Promise<number[]>((resolve) => child.on('message', (message: any) => (message.ports ? resolve(message.ports) : void peer.take(message))));
    await peer.offer();
    assert.equal(await peer.received, Array.from({ length: connections }, (_, number) => `message ${number}`));
    const ports = await theirPorts;
    if (canCount) {
      assert.equal(udpPorts(), [port]);
      assert.is(ports.length, isShared ? 1 : connections);
    }
    peer.close();
    child.disconnect();
    await ended;
    await portsBecome([]);
  });
}

test.after(() => others.forEach(([, child]) => child.kill()));

test.run();
