import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { IceStats } from '../../../../src/webrtc/stats/IceStats';
import { PublishedNames } from '../../../../src/webrtc/transport/PublishedNames';
import { makeConnectedCall } from '../../../virtual/support/ice-calls';
import { endCandidates, IcePeer, signal } from '../../../virtual/support/IcePeer';
import { Nat, VirtualNetwork } from '../../../virtual/support/VirtualNetwork';

const names = new PublishedNames({ publishName: () => null, withdrawName() {} });
const find = (records: readonly any[], type: string) => records.filter((record) => record.type === type);

test('the address of a remote candidate that only checks have shown is not told; our own is', () => {
  const network = new VirtualNetwork(2, { delay: 10 });
  const [caller, callee] = [new IcePeer(network), new IcePeer(network)];
  caller.addHost('10.0.0.1', new Nat(network, 'symmetric', '198.51.100.1'));
  callee.addHost('192.0.2.2');
  signal(caller, callee);
  endCandidates(caller, callee);
  network.queue.runUntil(1000);
  const theirs = find(new IceStats('T1', names).records(callee.agent, 7), 'remote-candidate');
  assert.equal(theirs.map(({ candidateType, address }) => [candidateType, address]).sort(), [['host', '10.0.0.1'], ['prflx', null]]);
  const ours = find(new IceStats('T2', names).records(caller.agent, 7), 'local-candidate');
  assert.equal(ours.map(({ candidateType, address, timestamp }) => [candidateType, address, timestamp]), [['host', '10.0.0.1', 7], ['prflx', '198.51.100.1', 7]]);
});

test('ids stay, counters go on, and data\'s pair is told of while a restart is under way', () => {
  const { caller, run } = makeConnectedCall();
  const stats = new IceStats('T1', names);
  const ids = () => stats.records(caller.agent, caller.now).map(({ id }) => id);
  const before = ids();
  assert.is(new Set(before).size, before.length);
  assert.equal(ids(), before);
  const pair = caller.agent.selectedPair!;
  const own = () => find(stats.records(caller.agent, caller.now), 'candidate-pair').find(({ id }) => id === stats.pairId(pair));
  assert.equal([own().packetsSent, own().state, own().nominated, 'lastPacketSentTimestamp' in own()], [0, 'succeeded', true, false]);
  caller.agent.restart(caller.now);
  caller.drain();
  assert.ok(caller.sendData('abc'));
  run(100);
  assert.is(caller.agent.selectedPair, pair);
  assert.equal([own().packetsSent, own().bytesSent, own().lastPacketSentTimestamp], [1, 4, caller.now - 100]);
  const records = stats.records(caller.agent, caller.now);
  assert.ok([own().localCandidateId, own().remoteCandidateId].every((id) => records.some((record) => record.id === id)));
});

test.run();
