import { viewOf } from '../bytes';

export interface VorbisIdentification {
  readonly channels: number;
  readonly sampleRate: number;
  /** Frames of a short and of a long block. */
  readonly blockSizes: readonly [short: number, long: number];
}

/** The identification header (Vorbis I specification, 4.2.2); null where it is none. */
export function vorbisIdentification(packet: Uint8Array): VorbisIdentification | null {
  if (packet.length < 30 || !isVorbisHeader(packet, 1)) return null;
  const view = viewOf(packet);
  const [version, channels, sampleRate] = [view.getUint32(7, true), packet[11], view.getUint32(12, true)];
  const [short, long] = [packet[28] & 15, packet[28] >> 4];
  if (version !== 0 || channels === 0 || sampleRate === 0 || short < 6 || long > 13 || short > long) return null;
  return { channels, sampleRate, blockSizes: [2 ** short, 2 ** long] };
}

/** True for a header packet of a type: 1 identification, 3 comment, 5 setup. */
export const isVorbisHeader = (packet: Uint8Array, type: number): boolean =>
  packet.length >= 7 && packet[0] === type && [...'vorbis'].every((character, index) => packet[index + 1] === character.charCodeAt(0));

const modeBits = 41;

/**
 * For each mode, whether its blocks are long (Vorbis I specification, 4.2.4, "Modes"); null where no modes stand at the end of the setup header.
 *
 * The modes are read from the end of the packet, as all that stands before would have to be decoded to find their beginning. Each takes 41 bits: a flag,
 * 16 + 16 bits that must be 0, and 8 for a mapping below 64; 6 bits before the first one tell how many they are. Of several counts that fit, the
 * highest is right: to take more than there are would need 32 bits of 0 in the right place of the mappings.
 */
export function vorbisModes(setup: Uint8Array): readonly boolean[] | null {
  const bit = (at: number): number => (setup[at >> 3] >> (at & 7)) & 1;
  const bits = (at: number, count: number): number => {
    let value = 0;
    for (let index = count - 1; index >= 0; index--) value = value * 2 + bit(at + index);
    return value;
  };
  let end = setup.length * 8 - 1;
  while (end > 0 && bit(end) === 0) end--; // The framing bit, then padding.
  const flags: boolean[] = [];
  let found: readonly boolean[] | null = null;
  for (let at = end - modeBits; at >= 7 * 8 + 6 && flags.length < 64; at -= modeBits) {
    if (bits(at + 1, 32) !== 0 || bits(at + 33, 8) > 63) break;
    flags.unshift(bit(at) === 1);
    if (bits(at - 6, 6) + 1 === flags.length) found = [...flags];
  }
  return found;
}

/** The size of each packet's block, by the modes. */
export class VorbisBlocks {
  readonly #modeMask: number;
  readonly #previousFlag: number;
  #previous: number | null = null;

  constructor(readonly blockSizes: VorbisIdentification['blockSizes'], readonly modes: readonly boolean[]) {
    const bits = Math.ceil(Math.log2(modes.length));
    this.#modeMask = 2 ** bits - 1;
    this.#previousFlag = 2 ** (bits + 1);
  }

  /** The next packet does not follow the last one. */
  reset(): void {
    this.#previous = null;
  }

  /**
   * Frames between the middles of the last block and this one (Vorbis I specification, 4.3.8): what the decoder gives, or would give had there been a
   * block before. Null for a packet that is not audio.
   */
  next(packet: Uint8Array): { readonly frames: number; readonly isFirst: boolean } | null {
    if (packet.length === 0 || packet[0] & 1) return null;
    const isLong = this.modes[(packet[0] >> 1) & this.#modeMask];
    if (isLong === undefined) return null;
    const [short, long] = this.blockSizes;
    const isFirst = this.#previous === null;
    const first = (packet.length > 1 ? packet[0] | (packet[1] << 8) : packet[0]) & this.#previousFlag;
    const previous = isLong ? (first ? long : short) : this.#previous ?? short;
    const current = isLong ? long : short;
    this.#previous = current;
    return { frames: (previous + current) / 4, isFirst };
  }
}
