import { certificateRecord } from '../stats/certificate';
import { moveTimes } from '../stats/epoch-times';
import { type StatsRecord, transportStatsId } from '../thread/messages';
import { fingerprintAlgorithm } from './RTCCertificate';
import type { RTCDataChannel } from './RTCDataChannel';
import type { RTCPeerConnection } from './RTCPeerConnection';
import type { TransportController } from './TransportController';

/** Between the clock of this realm and the time since 1970, milliseconds; the same for all reports, so that times never go back. */
let epochOffset: number | null = null;

function epochNow(): number {
  epochOffset ??= Date.now() - host.now();
  return host.now() + epochOffset;
}

/**
 * All statistics of a connection: `records` are the media thread's, on its clock and all of one time.
 * https://w3c.github.io/webrtc-stats/#rtcstatstype-str*
 */
export function connectionStats(connection: RTCPeerConnection, transports: Iterable<TransportController>, records: readonly StatsRecord[]): StatsRecord[] {
  const timestamp = epochNow();
  const offset = timestamp - (records[0]?.timestamp ?? timestamp);
  const all = new Map(records.map((record) => [record.id, moveTimes(record, offset)]));
  for (const transport of transports) addTransport(all, transport, timestamp);
  // https://w3c.github.io/webrtc-stats/#pcstats-dict*
  const { _dataChannelsOpened: dataChannelsOpened, _dataChannelsClosed: dataChannelsClosed } = connection;
  return [
    { id: 'P', timestamp, type: 'peer-connection', dataChannelsOpened, dataChannelsClosed },
    ...all.values(),
    ...[...connection._channels].map((channel) => channelRecord(channel, timestamp)),
    ...mediaSources(connection, timestamp),
  ];
}

/** https://w3c.github.io/webrtc-stats/#transportstats-dict*: states are those that script sees, counters the media thread's. */
function addTransport(all: Map<string, StatsRecord>, { number, iceTransport, dtlsTransport, certificate }: TransportController, timestamp: number): void {
  const id = transportStatsId(number);
  const local = certificateRecord(host.net!, fingerprintAlgorithm, certificate._data.certificate, timestamp);
  all.set(local.id, local);
  const [remoteCertificate] = dtlsTransport._remoteCertificates;
  const remote = remoteCertificate && certificateRecord(host.net!, fingerprintAlgorithm, remoteCertificate, timestamp);
  if (remote !== undefined) all.set(remote.id, remote);
  const usernameFragment = iceTransport._localParameters?.usernameFragment;
  all.set(id, {
    packetsSent: 0, packetsReceived: 0, bytesSent: 0, bytesReceived: 0, selectedCandidatePairChanges: 0, dtlsRole: 'unknown',
    id, timestamp, type: 'transport',
    ...all.get(id),
    dtlsState: dtlsTransport._state, iceState: iceTransport._state, iceRole: iceTransport._role,
    ...(usernameFragment !== undefined && { iceLocalUsernameFragment: usernameFragment }),
    localCertificateId: local.id,
    ...(remote !== undefined && { remoteCertificateId: remote.id }),
  });
}

/** https://w3c.github.io/webrtc-stats/#dcstats-dict* */
function channelRecord(channel: RTCDataChannel, timestamp: number): StatsRecord {
  const { label, protocol, _id: id, _readyState: state, _counters: counters } = channel;
  return { id: `D${channel._number}`, timestamp, type: 'data-channel', label, protocol, ...(id !== null && { dataChannelIdentifier: id }), state, ...counters };
}

/** https://w3c.github.io/webrtc-stats/#mediasourcestats-dict*: tracks that senders have. */
function mediaSources(connection: RTCPeerConnection, timestamp: number): StatsRecord[] {
  const tracks = new Set(connection.getSenders().flatMap(({ track }) => (track === null ? [] : [track])));
  return [...tracks].map((track): StatsRecord => {
    const { width, height } = track.kind === 'video' ? track.getSettings() : {};
    return {
      id: `S${track.id}`, timestamp, type: 'media-source', trackIdentifier: track.id, kind: track.kind,
      ...(width !== undefined && { width }), ...(height !== undefined && { height }),
    };
  });
}
