import { BlockPool } from './block-pool';
import { crc32c } from './crc32c';
import type { Checksum } from './packet-writer';
import type { SchedulerName } from './stream-scheduler';

export interface SctpAssociationOptions {
  /** Fills an array with unpredictable bytes: verification tags, TSNs, cookies. */
  readonly randomBytes: (bytes: Uint8Array) => void;
  /** CRC32c of `bytes[start…end)`. Default: in TypeScript. */
  readonly crc32c?: Checksum;
  /** The `sctp-port` of each side's description. Default: 5000. */
  readonly localPort?: number;
  readonly remotePort?: number;
  /** Bytes of an SCTP packet, before DTLS, that the path is known to carry. Default: 1200 less what DTLS adds. */
  readonly packetBytes?: number;
  /** Larger packets are tried up to this size (RFC 8899), at most 16384, the plaintext of a DTLS record. Default: `packetBytes`, no search. */
  readonly maximumPacketBytes?: number;
  /** Whether larger packets may be tried now: not where somebody on the way puts fragments together. Default: they may. */
  readonly mayProbe?: () => boolean;
  /** Bytes received and not taken by the application that we hold. Default: 5 MiB. */
  readonly receiveWindow?: number;
  /** The `max-message-size` that we signalled. Default: 256 KiB. */
  readonly maxMessageBytes?: number;
  /** The `max-message-size` of the peer; `Infinity` for its 0. Default: 65536, as RFC 8841 says for a description without it. */
  readonly remoteMaxMessageBytes?: number;
  /** Offered and taken, each direction. Default: 65535. */
  readonly streams?: number;
  /** Default: `weighted-fair`. */
  readonly scheduler?: SchedulerName;
  /** Offer I-DATA (RFC 8260). Default: true. */
  readonly interleaving?: boolean;
  /** Leave checksums out when the peer does too (RFC 9653); only over DTLS. Default: true. */
  readonly zeroChecksum?: boolean;
  /**
   * Association.Max.Retrans and Max.Init.Retransmits: after so many timeouts in a row the association is closed. Default: Infinity, since
   * ICE finds out whether the peer is there, and may find another path much later.
   */
  readonly maxRetransmits?: number;
  /** Milliseconds, as ICE or DTLS has measured it; asked when the association begins. Default: not known. */
  readonly roundTripTime?: () => number | undefined;
  /** Shared by the associations of a thread. Default: one of its own. */
  readonly pool?: BlockPool;
}

export type ResolvedOptions = Required<SctpAssociationOptions> & {
  readonly random32: () => number;
};

/** A DTLS 1.2 record with AES-GCM: header, explicit nonce, tag. */
export const dtlsOverheadBytes = 13 + 8 + 16;
const defaultPacketBytes = 1200 - dtlsOverheadBytes;
const largestPacketBytes = 16384;
/** Smaller ones can't hold our INIT ACK. */
const smallestPacketBytes = 256;

export function resolveOptions(options: SctpAssociationOptions): ResolvedOptions {
  const packetBytes = Math.min(Math.max(options.packetBytes ?? defaultPacketBytes, smallestPacketBytes), largestPacketBytes) & ~3;
  return {
    randomBytes: options.randomBytes,
    crc32c: options.crc32c ?? crc32c,
    localPort: options.localPort ?? 5000,
    remotePort: options.remotePort ?? 5000,
    packetBytes,
    maximumPacketBytes: Math.min(Math.max(options.maximumPacketBytes ?? 0, packetBytes), largestPacketBytes) & ~3,
    mayProbe: options.mayProbe ?? (() => true),
    receiveWindow: options.receiveWindow ?? 5 * 1024 * 1024,
    maxMessageBytes: options.maxMessageBytes ?? 256 * 1024,
    remoteMaxMessageBytes: options.remoteMaxMessageBytes ?? 65536,
    streams: options.streams ?? 65535,
    scheduler: options.scheduler ?? 'weighted-fair',
    interleaving: options.interleaving ?? true,
    zeroChecksum: options.zeroChecksum ?? true,
    maxRetransmits: options.maxRetransmits ?? Infinity,
    roundTripTime: options.roundTripTime ?? (() => undefined),
    pool: options.pool ?? new BlockPool(),
    random32: () => {
      const bytes = new Uint8Array(4);
      options.randomBytes(bytes);
      return new DataView(bytes.buffer).getInt32(0);
    },
  };
}
