import { fail } from '../../container/failure';
import { mpegAudioHeader } from '../../container/mp3/frame-header';
import { MsbBits } from '../MsbBits';
import { PacketDecoder, floatPlanes, type DecodedPacket } from '../PacketDecoder';
import { bandsByRate, type Bands } from './bands';
import { reduceAliases, transformGranule } from './hybrid';
import { mostScaleFactors, readLowScaleFactors, readScaleFactors } from './scale-factors';
import { readSideInformation, shortBlocks, type Granule, type SideInformation } from './side-information';
import { granuleLines, readSpectrum } from './spectrum';
import { decodeIntensity, decodeMidSide } from './stereo';
import { Synthesis } from './Synthesis';

/** Bytes of main data that later frames may begin in: 511 and a frame of the highest bit rate. */
const mostMainBytes = 4096;

class Channel {
  readonly lines = new Float64Array(granuleLines);
  readonly overlap = new Float64Array(granuleLines);
  readonly factors = new Uint8Array(mostScaleFactors);
  readonly synthesis = new Synthesis();
  /** Lines up to the last that is not 0. */
  used = 0;
}

/** `mode`, `mode_extension` */
const jointStereo = 1;
const midSideFlag = 2;
const intensityFlag = 1;

const quantised = new Int32Array(granuleLines);
const samples = new Float64Array(granuleLines);
const reordered = new Float64Array(granuleLines);
const limits = new Uint8Array(mostScaleFactors);

/** MPEG-1, MPEG-2 and MPEG-2.5 audio layer III (ISO/IEC 11172-3, 13818-3), in floats. A packet is a frame. */
export class Mp3Decoder extends PacketDecoder {
  readonly name = 'mp3';
  readonly #header = new MsbBits();
  readonly #bits = new MsbBits();
  #channels: Channel[] = [];
  /** The end of the main data of frames before. */
  readonly #reservoir = new Uint8Array(mostMainBytes);
  #reservoirBytes = 0;

  reset(): null {
    this.#reservoirBytes = 0;
    this.#channels = [];
    return null;
  }

  protected decodePacket(packet: Uint8Array): DecodedPacket {
    const header = mpegAudioHeader(packet, 0);
    if (!header || header.layer !== 3) fail('no header of a layer III frame', 0);
    if (packet.length < header.frameBytes) fail('a frame cut short', packet.length);
    const { channels, sampleRate, frameSamples, frameBytes } = header;
    while (this.#channels.length < channels) this.#channels.push(new Channel());
    const bits = this.#header;
    bits.load(packet.subarray(0, Math.min(frameBytes, 64)));
    const hasChecksum = (packet[1] & 1) === 0;
    bits.at = hasChecksum ? 48 : 32;
    const side = readSideInformation(bits, header.version === 1, channels);
    if (bits.isPastEnd) fail('a frame too short for its side information', 4);
    const lacking = this.#gather(packet.subarray(bits.at >> 3, frameBytes), side.mainDataBegin);
    const joint = packet[3] >> 6 === jointStereo ? (packet[3] >> 4) & 3 : 0;
    const outputs = Array.from({ length: channels }, () => new Float32Array(frameSamples));
    this.#decodeGranules(side, header.version === 1, bandsByRate[sampleRate], joint, 8 * lacking, outputs);
    return floatPlanes(sampleRate, frameSamples, outputs);
  }

  /** Puts together the main data that begin in frames before. Returns how many bytes of those are not there, as behind a cut. */
  #gather(data: Uint8Array, before: number): number {
    const reservoir = this.#reservoir;
    const kept = Math.min(before, this.#reservoirBytes);
    reservoir.copyWithin(0, this.#reservoirBytes - kept, this.#reservoirBytes);
    reservoir.set(data, kept);
    const bytes = reservoir.subarray(0, kept + data.length);
    this.#bits.load(bytes);
    // What frames to come may look back to: 511 bytes.
    const end = Math.min(bytes.length, 511);
    reservoir.copyWithin(0, bytes.length - end, bytes.length);
    this.#reservoirBytes = end;
    return before - kept;
  }

  #decodeGranules({ granules, shared }: SideInformation, isVersion1: boolean, bands: Bands, joint: number, lackingBits: number, outputs: readonly Float32Array[]): void {
    const channels = this.#channels;
    let lacking = lackingBits;
    granules.forEach((parts, index) => {
      // A granule of which not all is there is silent.
      const isWhole = lacking <= 0;
      if (!isWhole) {
        lacking -= parts.reduce((sum, { part23Bits }) => sum + part23Bits, 0);
        this.#bits.at = Math.max(0, -lacking);
      }
      parts.forEach((granule, channel) => {
        const isIntensity = !isVersion1 && channel === 1 && (joint & intensityFlag) !== 0;
        if (isWhole) this.#readGranule(granule, isVersion1, bands, index === 0 ? 0 : shared[channel], isIntensity, channels[channel]);
        else silence(channels[channel]);
      });
      if (parts.length === 2 && joint !== 0 && isWhole) mixStereo(channels, parts[1], bands, joint, isVersion1);
      parts.forEach((granule, channel) => {
        const { lines, overlap, synthesis, used } = channels[channel];
        const isShort = granule.blockType === shortBlocks;
        const longSubbands = isShort ? (granule.isMixed ? longLines(bands) / 18 : 0) : 32;
        if (isShort) reorder(lines, bands, granule.isMixed ? 3 : 0);
        const usedSubbands = isShort ? 32 : Math.min(32, Math.ceil(used / 18) + 1);
        reduceAliases(lines, isShort ? Math.max(0, longSubbands - 1) : Math.min(31, usedSubbands));
        transformGranule(lines, granule.blockType, isShort ? longSubbands : granule.isMixed ? 2 : 0, usedSubbands, overlap, samples);
        synthesis.process(samples, 18, outputs[channel], index * granuleLines);
      });
    });
  }

  #readGranule(granule: Granule, isVersion1: boolean, bands: Bands, shared: number, isIntensity: boolean, channel: Channel): void {
    const bits = this.#bits;
    const end = bits.at + granule.part23Bits;
    if (end > bits.end) {
      // A frame that promises more than it has: FFmpeg's decoder is silent there too.
      bits.at = bits.end;
      return silence(channel);
    }
    if (isVersion1) readScaleFactors(bits, granule, shared, channel.factors);
    else readLowScaleFactors(bits, granule, isIntensity, channel.factors, limits);
    const count = readSpectrum(bits, granule, bands, end, quantised);
    bits.at = end;
    channel.used = count;
    dequantise(granule, bands, channel.factors, count, channel.lines);
  }
}

function silence(channel: Channel): void {
  channel.lines.fill(0);
  channel.used = 0;
}

const longLines = ({ short }: Bands): number => short[3] * 3;

function mixStereo([left, right]: readonly Channel[], granule: Granule, bands: Bands, joint: number, isVersion1: boolean): void {
  const isMidSide = (joint & midSideFlag) !== 0;
  if (joint & intensityFlag) {
    decodeIntensity(left.lines, right.lines, granule, bands, { isVersion1, isCoarse: (granule.scalefacCompress & 1) === 1, isMidSide, factors: right.factors, limits });
  } else if (isMidSide) {
    decodeMidSide(left.lines, right.lines, Math.max(left.used, right.used));
  }
  left.used = right.used = Math.max(left.used, right.used);
}

/** What is quantised to `value` (2.4.3.4.7.1): up to 15 + 2¹³ - 1. */
const powers = Float64Array.from({ length: 8207 }, (_, value) => value ** (4 / 3));
/** 2 to a quarter of a number: global gain less 210, less what scale factors and subblock gains take away. */
const lowestExponent = -400;
const gains = Float64Array.from({ length: 512 }, (_, at) => 2 ** ((at + lowestExponent) / 4));
/** Table B.6 */
const preemphasis = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 3, 2, 0];

function dequantise({ globalGain, scalefacScale, preflag, blockType, isMixed, subblockGain }: Granule, bands: Bands, factors: Uint8Array, count: number, lines: Float64Array): void {
  const step = scalefacScale ? 4 : 2;
  const base = globalGain - 210 - lowestExponent;
  const isShort = blockType === shortBlocks;
  const longEnd = isShort ? (isMixed ? longLines(bands) : 0) : granuleLines;
  let factor = 0;
  for (let band = 0; band < 22 && bands.long[band] < longEnd; band++, factor++) {
    const taken = step * (band < 21 ? factors[factor] + preflag * preemphasis[band] : 0);
    scale(lines, bands.long[band], bands.long[band + 1], gains[base - taken], count);
  }
  if (!isShort) return;
  for (let band = isMixed ? 3 : 0; band < 13; band++) {
    const width = bands.short[band + 1] - bands.short[band];
    for (let window = 0, begin = bands.short[band] * 3; window < 3; window++, begin += width, factor++) {
      const taken = (band < 12 ? step * factors[factor] : 0) + 8 * subblockGain[window];
      scale(lines, begin, begin + width, gains[base - taken], count);
    }
  }
}

function scale(lines: Float64Array, begin: number, end: number, gain: number, count: number): void {
  const last = Math.min(end, count);
  let line = begin;
  for (; line < last; line++) {
    const value = quantised[line];
    lines[line] = value < 0 ? -powers[-value] * gain : powers[value] * gain;
  }
  for (; line < end; line++) lines[line] = 0;
}

/** 2.4.3.4.8: lines of short blocks come window by window in each band, and go on alternating. */
function reorder(lines: Float64Array, { short }: Bands, firstBand: number): void {
  for (let band = firstBand; band < 13; band++) {
    const width = short[band + 1] - short[band];
    const begin = short[band] * 3;
    for (let window = 0; window < 3; window++) {
      for (let index = 0; index < width; index++) reordered[begin + 3 * index + window] = lines[begin + window * width + index];
    }
  }
  const begin = short[firstBand] * 3;
  lines.set(reordered.subarray(begin), begin);
}
