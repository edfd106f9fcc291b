import { ParseFailure, fail } from '../../container/failure';
import type { Malformed } from '../../container/malformed';
import { PacketDecoder, floatPlanes, type DecodedPacket } from '../PacketDecoder';
import { xiphChannelOrder } from '../xiph-channels';
import { ilog } from './Codebook';
import { applyFloor, decodeFloor, mostPoints } from './floor';
import { InverseMdct } from './InverseMdct';
import { LsbBits } from './LsbBits';
import { decodeResidue } from './residue';
import { readVorbisSetup, type VorbisSetup } from './setup';

/** Vorbis (Vorbis I specification) with floors of type 1, in floats. */
export class VorbisDecoder extends PacketDecoder {
  readonly name = 'vorbis';
  readonly #bits = new LsbBits();
  /** For short and long blocks. */
  readonly #transforms: readonly [InverseMdct, InverseMdct];
  /** The rising half of the windows. */
  readonly #slopes: readonly [Float64Array, Float64Array];
  readonly #modeBits: number;
  readonly #order: readonly number[];
  readonly #y: readonly Int32Array[];
  readonly #spectra: readonly Float64Array[];
  readonly #block: Float64Array;
  /** The second half of each channel's last block, windowed. */
  readonly #tails: readonly Float64Array[];
  /** Of the last block; 0: there is none. */
  #previousSize = 0;

  static open(description: Uint8Array): VorbisDecoder | Malformed {
    try {
      return new VorbisDecoder(readVorbisSetup(description));
    } catch (failure) {
      if (failure instanceof ParseFailure) return failure;
      throw failure;
    }
  }

  private constructor(readonly setup: VorbisSetup) {
    super();
    const { identification: { channels, blockSizes: [short, long] }, modes } = setup;
    this.#transforms = [new InverseMdct(short), new InverseMdct(long)];
    this.#slopes = [slope(short / 2), slope(long / 2)];
    this.#modeBits = ilog(modes.length - 1);
    this.#order = xiphChannelOrder(channels);
    const perChannel = <T>(make: () => T): T[] => Array.from({ length: channels }, make);
    this.#y = perChannel(() => new Int32Array(mostPoints));
    this.#spectra = perChannel(() => new Float64Array(long / 2));
    this.#tails = perChannel(() => new Float64Array(long / 2));
    this.#block = new Float64Array(long);
  }

  reset(): null {
    this.#previousSize = 0;
    return null;
  }

  /** Section 4.3 */
  protected decodePacket(packet: Uint8Array): DecodedPacket | null {
    const { identification: { blockSizes, sampleRate }, modes } = this.setup;
    const bits = this.#bits;
    bits.load(packet);
    if (bits.flag()) fail('a packet that is not audio', 0);
    const mode = modes[bits.bits(this.#modeBits)];
    if (mode === undefined) fail('a packet of a mode that is not there', 0);
    const size = blockSizes[mode.isLong ? 1 : 0];
    const isPreviousLong = !mode.isLong || bits.flag();
    const isNextLong = !mode.isLong || bits.flag();
    if (bits.isPastEnd) fail('a packet cut short', 0);
    this.#decodeSpectra(mode.mapping, size / 2);
    const left = mode.isLong && isPreviousLong ? 1 : 0;
    const right = mode.isLong && isNextLong ? 1 : 0;
    const isFirst = this.#previousSize === 0;
    const frames = isFirst ? 0 : (this.#previousSize + size) / 4;
    const outputs = this.#order.map(() => new Float32Array(frames));
    this.#order.forEach((channel, position) => {
      this.#transforms[mode.isLong ? 1 : 0].transform(this.#spectra[channel], this.#block);
      if (!isFirst) this.#overlap(this.#tails[channel], size, this.#slopes[left], outputs[position]);
      this.#keepTail(this.#tails[channel], size, this.#slopes[right]);
    });
    this.#previousSize = size;
    return isFirst ? null : floatPlanes(sampleRate, frames, outputs);
  }

  #decodeSpectra(mappingIndex: number, lines: number): void {
    const { identification: { channels }, books, floors, residues, mappings } = this.setup;
    const { couplings, mux, submaps } = mappings[mappingIndex];
    const bits = this.#bits;
    // Section 4.3.2
    const hasFloor = mux.map((submap, channel) => decodeFloor(bits, floors[submaps[submap].floor], books, this.#y[channel]));
    // Section 4.3.3
    const isSilent = hasFloor.map((has) => !has);
    for (const { magnitude, angle } of couplings) if (hasFloor[magnitude] || hasFloor[angle]) isSilent[magnitude] = isSilent[angle] = false;
    // Section 4.3.4
    for (const spectrum of this.#spectra) spectrum.fill(0, 0, lines);
    for (let submap = 0; submap < submaps.length && !bits.isPastEnd; submap++) {
      const own = submaps.length === 1 ? this.#spectra : this.#spectra.filter((_, channel) => mux[channel] === submap);
      const silent = submaps.length === 1 ? isSilent : isSilent.filter((_, channel) => mux[channel] === submap);
      if (own.length > 0) decodeResidue(bits, residues[submaps[submap].residue], books, own, silent, lines);
    }
    // Section 4.3.5
    for (let index = couplings.length - 1; index >= 0; index--) decouple(this.#spectra[couplings[index].magnitude], this.#spectra[couplings[index].angle], lines);
    // Section 4.3.6
    for (let channel = 0; channel < channels; channel++) {
      if (hasFloor[channel]) applyFloor(floors[submaps[mux[channel]].floor], this.#y[channel], this.#spectra[channel], lines);
      else this.#spectra[channel].fill(0, 0, lines);
    }
  }

  /**
   * Sections 4.3.7 and 4.3.8: from the middle of the last block to the middle of this one. Where their sizes differ, they overlap around the quarter of the longer.
   */
  #overlap(tail: Float64Array, size: number, rising: Float64Array, output: Float32Array): void {
    const block = this.#block;
    const previousHalf = this.#previousSize / 2;
    const half = size / 2;
    // Where this block begins to be heard, in the output and in itself.
    const overlap = rising.length;
    const start = previousHalf / 2 - overlap / 2;
    const from = half / 2 - overlap / 2;
    for (let at = 0; at < start; at++) output[at] = tail[at];
    for (let index = 0; index < overlap; index++) {
      const at = start + index;
      output[at] = (at >= 0 && at < previousHalf ? tail[at] : 0) + block[from + index] * rising[index];
    }
    for (let index = from + overlap, at = start + overlap; index < half; index++, at++) output[at] = block[index];
  }

  #keepTail(tail: Float64Array, size: number, rising: Float64Array): void {
    const block = this.#block;
    const half = size / 2;
    const overlap = rising.length;
    const flat = half / 2 - overlap / 2;
    for (let index = 0; index < flat; index++) tail[index] = block[half + index];
    for (let index = 0; index < overlap; index++) tail[flat + index] = block[half + flat + index] * rising[overlap - 1 - index];
    tail.fill(0, flat + overlap, half);
  }
}

/** Section 4.3.1: the window of a block twice as long, up to its middle. */
function slope(length: number): Float64Array {
  return Float64Array.from({ length }, (_, index) => Math.sin((Math.PI / 2) * Math.sin(((index + 0.5) / length) * (Math.PI / 2)) ** 2));
}

/** Section 4.3.5, "inverse coupling" */
function decouple(magnitudes: Float64Array, angles: Float64Array, lines: number): void {
  for (let line = 0; line < lines; line++) {
    const magnitude = magnitudes[line];
    const angle = angles[line];
    if (magnitude > 0) {
      if (angle > 0) {
        angles[line] = magnitude - angle;
      } else {
        angles[line] = magnitude;
        magnitudes[line] = magnitude + angle;
      }
    } else if (angle > 0) {
      angles[line] = magnitude + angle;
    } else {
      angles[line] = magnitude;
      magnitudes[line] = magnitude - angle;
    }
  }
}
