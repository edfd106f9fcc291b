import { DtlsTransport } from '../dtls/DtlsTransport';
import type { PacketBatch } from '../packet-batch';
import { dtlsOverheadBytes } from '../sctp/options';
import { SctpAssociation } from '../sctp/SctpAssociation';
import { type CertificateData, type ChannelOptions, type DtlsTransportState, type Fingerprint, type MediaEvent, type StatsRecord, transportStatsId } from '../thread/messages';
import type { Batches } from './Batches';
import { DataChannels, type ChannelSink } from './DataChannels';
import { IceTransport } from './IceTransport';
import type { MediaHost } from './MediaHost';
import type { SharedPort } from './SharedPort';

/** Where a transport's events and messages go. */
export interface PeerTransportSink extends ChannelSink {
  emit(event: MediaEvent): void;
  /** Shows all of it to the other thread. */
  flush(): void;
}

/**
 * One path to a peer: ICE below, DTLS over it, and an SCTP association over that when data channels are negotiated. Every input, from
 * a socket, a timer or a command, ends in `settle`, which takes the output of all three until nothing is left.
 */
export class PeerTransport {
  readonly id: number;
  readonly connection: number;
  readonly ice: IceTransport;
  readonly #host: MediaHost;
  readonly #batches: Batches;
  readonly #sink: PeerTransportSink;
  readonly #dtls: DtlsTransport;
  #dtlsState: DtlsTransportState = 'new';
  #association: SctpAssociation | null = null;
  #channels: DataChannels | null = null;
  #timer: unknown = null;
  #timerAt = Infinity;
  #isSettling = false;
  #isClosed = false;

  constructor(
    id: number, connection: number, certificate: CertificateData | null, host: MediaHost, batches: Batches, sink: PeerTransportSink,
    sharedPort: SharedPort | null,
  ) {
    this.id = id;
    this.connection = connection;
    this.#host = host;
    this.#batches = batches;
    this.#sink = sink;
    this.#dtls = new DtlsTransport({ open: (isClient) => certificate === null ? withoutCertificate : host.openDtls(certificate, isClient), fingerprint: host.fingerprint });
    this.ice = new IceTransport(id, host, batches, {
      emit: (event) => sink.emit(event),
      records: (now, batch, first, count) => this.#receiveRecords(now, batch, first, count),
      pathChanged: (now) => {
        this.#dtls.pathReady();
        this.#association?.pathRestored(now);
      },
      // The next smaller size.
      tooLong: (now, length) => this.#association?.packetTooBig(now, length - dtlsOverheadBytes - 4),
      settle: () => this.settle(),
    }, sharedPort);
  }

  // ---- commands; each is followed by settle() ----

  startDtls(isClient: boolean, fingerprints: readonly Fingerprint[]): void {
    this.#dtls.start(isClient, fingerprints);
  }

  startSctp(localPort: number, remotePort: number, remoteMaxMessageSize: number): void {
    if (this.#association !== null) return;
    this.#association = new SctpAssociation({
      randomBytes: this.#host.random,
      localPort,
      remotePort,
      remoteMaxMessageBytes: remoteMaxMessageSize === 0 ? Infinity : remoteMaxMessageSize,
      pool: this.#batches.pool,
      roundTripTime: () => this.ice.roundTripTime,
      maximumPacketBytes: this.#host.maxDatagramBytes - dtlsOverheadBytes,
      mayProbe: () => this.ice.keepsDatagrams,
    });
    this.#channels = new DataChannels(this.#association, this.id, this.#sink);
    if (this.#dtls.state === 'connected') this.#association.connect(this.#host.now());
  }

  openChannel(channel: number, id: number, options: ChannelOptions): void {
    this.#channels?.open(this.#host.now(), channel, id, options);
  }

  closeChannel(channel: number): void {
    this.#channels?.close(this.#host.now(), channel);
  }

  sendOnChannel(channel: number, bytes: Uint8Array, flags: number): void {
    this.#channels?.send(this.#host.now(), channel, bytes, flags);
  }

  /** https://w3c.github.io/webrtc-stats/#transportstats-dict*, as far as this thread knows it, and those of ICE. */
  stats(): StatsRecord[] {
    const timestamp = this.#host.now();
    const { isClient, state, cipherSuite, srtpProfile } = this.#dtls;
    const hasHandshake = state !== 'new';
    return [
      {
        id: transportStatsId(this.id), timestamp, type: 'transport', ...this.ice.transportStats,
        dtlsRole: hasHandshake ? (isClient ? 'client' : 'server') : 'unknown',
        ...(cipherSuite !== '' && { tlsVersion: dtls12, dtlsCipher: cipherSuite }),
        ...(srtpProfile in srtpProfiles && { srtpCipher: srtpProfiles[srtpProfile] }),
      },
      ...this.ice.stats(timestamp),
    ];
  }

  close(): void {
    if (this.#isClosed) return;
    const now = this.#host.now();
    this.#association?.abort();
    this.#transmitAssociation(now);
    this.#dtls.close();
    this.#transmitDtls(now);
    this.#isClosed = true;
    this.ice.close();
    this.#host.clearTimeout(this.#timer);
    this.#timerAt = Infinity;
  }

  // ---- input ----

  #receiveRecords(now: number, batch: PacketBatch, first: number, count: number): void {
    const { data } = this.#batches;
    this.#dtls.receive(batch, first, count, data);
    if (data.count === 0 || this.#association === null) return;
    this.#association.handlePackets(now, data);
    this.#channels!.settle(now);
  }

  // ---- output ----

  settle(): void {
    // What is asked for while output is taken is part of it.
    if (this.#isSettling || this.#isClosed) return;
    this.#isSettling = true;
    const now = this.#host.now();
    // What is due at once, as the first check is, doesn't wait for a timer, which takes a millisecond at least.
    this.#handleDue(now);
    this.ice.takeOutput(now);
    this.#settleDtls(now);
    this.#channels?.settle(now);
    // The other thread takes what has come while this one answers the peer.
    this.#sink.flush();
    this.#transmitAssociation(now);
    this.#isSettling = false;
    this.#sink.flush();
    this.#arrangeTimer(now);
  }

  #settleDtls(now: number): void {
    this.#transmitDtls(now);
    const { state } = this.#dtls;
    if (state === this.#dtlsState) return;
    // Connecting is told although the handshake may be over by now.
    if (this.#dtlsState === 'new' && state === 'connected') this.#tellDtlsState('connecting');
    this.#tellDtlsState(state);
    if (state === 'connected') this.#association?.connect(now);
    if (state === 'closed' || state === 'failed') this.#channels?.lost('The DTLS transport has ended.', null);
  }

  #tellDtlsState(state: DtlsTransportState): void {
    this.#dtlsState = state;
    const { remoteCertificate, failure } = this.#dtls;
    this.#sink.emit({
      kind: 'dtls state', transport: this.id, state, failure,
      remoteCertificates: state === 'connected' && remoteCertificate !== null ? [remoteCertificate] : [],
    });
  }

  #transmitDtls(now: number): void {
    const { datagrams } = this.#batches;
    this.#dtls.takeDatagrams(datagrams);
    this.ice.send(now, datagrams);
  }

  #transmitAssociation(now: number): void {
    if (this.#association === null || this.#dtls.state !== 'connected') return;
    const { packets, datagrams } = this.#batches;
    while (this.#association.transmit(now, packets) > 0) {
      this.#dtls.send(packets, datagrams);
      this.ice.send(now, datagrams);
    }
    this.#channels!.transmitted();
  }

  // ---- time ----

  #arrangeTimer(now: number): void {
    const at = Math.min(this.ice.timeout, now + this.#dtls.timeout, this.#association?.timeout ?? Infinity);
    // A timer that is early costs a look when it goes off; deadlines move on with every packet.
    if (at >= this.#timerAt) return;
    this.#host.clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = this.#host.setTimeout(() => this.#handleTimeout(), Math.max(0, at - now));
  }

  #handleTimeout(): void {
    this.#timerAt = Infinity;
    this.settle();
  }

  #handleDue(now: number): void {
    this.ice.handleTimeout(now);
    if (this.#dtls.timeout <= 0) this.#dtls.handleTimeout();
    if (now >= (this.#association?.timeout ?? Infinity)) this.#association!.handleTimeout(now);
  }
}

const withoutCertificate = { code: 'no-certificate', message: 'The transport has no certificate.' };

/** `ProtocolVersion` of the only version there is here, in hexadecimal. https://www.rfc-editor.org/rfc/rfc6347#section-4.1 */
const dtls12 = 'FEFD';

/** https://www.iana.org/assignments/srtp-protection/srtp-protection.xhtml */
const srtpProfiles: Readonly<Record<number, string>> = {
  1: 'SRTP_AES128_CM_HMAC_SHA1_80', 2: 'SRTP_AES128_CM_HMAC_SHA1_32', 7: 'SRTP_AEAD_AES_128_GCM', 8: 'SRTP_AEAD_AES_256_GCM',
};
