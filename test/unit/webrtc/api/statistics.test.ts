import type { RTCStatsReport } from 'mediant/webrtc';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { connectedPair, event } from './support';

const byType = (report: RTCStatsReport, type: string) => [...report.values()].filter((record) => record.type === type);

test('the records of a connection with a channel, and their references', async () => {
  const { a, b, channel, remote } = await connectedPair();
  const received = event(remote, 'message');
  channel.send('abc');
  await received;
  const report: RTCStatsReport = await a.getStats();
  for (const [id, record] of report) {
    assert.is(record.id, id);
    assert.ok(Math.abs(record.timestamp - Date.now()) < 10_000, 'a time since 1970');
    for (const member of Object.keys(record)) if (member.endsWith('Id')) assert.ok(report.has(record[member]), `${record.type}.${member}`);
  }
  const [connection] = byType(report, 'peer-connection');
  assert.equal([connection.dataChannelsOpened, connection.dataChannelsClosed], [1, 0]);
  const [transport] = byType(report, 'transport');
  assert.equal([transport.dtlsState, transport.iceRole, transport.tlsVersion, transport.selectedCandidatePairChanges >= 1], ['connected', 'controlling', 'FEFD', true]);
  assert.is(transport.dtlsCipher, 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256');
  const pair = report.get(transport.selectedCandidatePairId);
  assert.equal([pair.state, pair.localCandidateId !== undefined, pair.responsesReceived > 0], ['succeeded', true, true]);
  assert.ok(pair.currentRoundTripTime >= 0 && pair.currentRoundTripTime < 5, 'seconds');
  assert.ok(Math.abs(pair.lastPacketSentTimestamp - Date.now()) < 10_000);
  assert.ok(transport.bytesSent > 0 && transport.packetsSent > 0 && transport.bytesReceived > 0 && transport.packetsReceived > 0);
  const [{ label, state, messagesSent, bytesSent, messagesReceived, dataChannelIdentifier }] = byType(report, 'data-channel');
  assert.equal({ label, state, messagesSent, bytesSent, messagesReceived, dataChannelIdentifier }, {
    label: 'label', state: 'open', messagesSent: 1, bytesSent: 3, messagesReceived: 0, dataChannelIdentifier: channel.id,
  });
  const local = report.get(transport.localCertificateId);
  const theirs: RTCStatsReport = await b.getStats();
  assert.is(theirs.get(byType(theirs, 'transport')[0].remoteCertificateId).base64Certificate, local.base64Certificate);
  assert.equal(byType(theirs, 'data-channel').map((record) => [record.messagesReceived, record.bytesReceived]), [[1, 3]]);
  a.close();
  b.close();
});

test('counters go on, and channels that have ended are counted', async () => {
  const { a, b, channel } = await connectedPair();
  const before = byType(await a.getStats(), 'transport')[0];
  const closed = event(channel, 'close');
  channel.close();
  await closed;
  const report = await a.getStats();
  const [{ dataChannelsOpened, dataChannelsClosed }] = byType(report, 'peer-connection');
  assert.equal([dataChannelsOpened, dataChannelsClosed], [1, 1]);
  const [after] = byType(report, 'transport');
  assert.ok(after.packetsSent > before.packetsSent);
  assert.ok(after.timestamp >= before.timestamp);
  a.close();
  b.close();
});

test('before there is a transport, and after the end', async () => {
  const { a, b } = await connectedPair();
  const waiting = a.getStats();
  a.close();
  assert.is(byType(await waiting, 'peer-connection').length, 1);
  const report = await a.getStats();
  const [{ dataChannelsOpened, dataChannelsClosed }] = byType(report, 'peer-connection');
  assert.equal([dataChannelsOpened, dataChannelsClosed], [1, 1]);
  assert.equal(byType(report, 'transport').map(({ dtlsState, iceState }) => [dtlsState, iceState]), [['closed', 'closed']]);
  b.close();
});

test('no stream flows for a sender or a receiver yet', async () => {
  const { a, b } = await connectedPair();
  const { sender, receiver } = a.addTransceiver('audio');
  assert.is((await sender.getStats()).size, 0);
  assert.is((await receiver.getStats()).size, 0);
  assert.is((await a.getStats(receiver.track)).size, 0);
  const { receiver: other } = b.addTransceiver('audio');
  const error = await a.getStats(other.track).catch((reason: DOMException) => reason);
  assert.is((error as DOMException).name, 'InvalidAccessError');
  a.close();
  b.close();
});

test.run();
