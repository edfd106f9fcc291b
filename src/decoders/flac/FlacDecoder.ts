import { flacFrameHeader, flacStreamInfo, type FlacFrameHeader, type FlacStreamInfo } from '../../container/codecs/flac';
import { fail } from '../../container/failure';
import { crc16 } from '../../container/flac/crc16';
import { MsbBits } from '../MsbBits';
import { PacketDecoder, type DecodedPacket } from '../PacketDecoder';
import { readSubframe, type Samples } from './subframe';

/** RFC 9639, 9.1.3: the two channels of a frame are as they are up to 7; these are how they are told by each other. */
const leftSide = 8;
const sideRight = 9;
const midSide = 10;

/** FLAC (RFC 9639): a packet is a frame. Samples of up to 16 bits come as 's16', others as 's32', left-justified and interleaved. */
export class FlacDecoder extends PacketDecoder {
  readonly name = 'flac';
  readonly #bits = new MsbBits();
  #channels: Samples[] = [];

  /**
   * Null where a description (https://www.w3.org/TR/webcodecs-flac-codec-registration/) has no STREAMINFO that can be.
   * @param description null: frames tell all themselves
   */
  static open(description: Uint8Array | null): FlacDecoder | null {
    if (description === null) return new FlacDecoder(null);
    const info = flacStreamInfo(description.subarray(8));
    return info && new FlacDecoder(info);
  }

  private constructor(readonly info: FlacStreamInfo | null) {
    super();
  }

  reset(): null {
    // Frames stand alone.
    return null;
  }

  protected decodePacket(packet: Uint8Array): DecodedPacket {
    const header = flacFrameHeader(packet);
    if (!header) fail('no frame header', 0);
    const bitsPerSample = header.bitsPerSample || this.info?.bitsPerSample;
    const sampleRate = header.sampleRate || this.info?.sampleRate;
    if (!bitsPerSample || !sampleRate) fail('a frame that leaves it to STREAMINFO what its samples are', 2);
    const assignment = packet[3] >> 4;
    this.#readChannels(packet, header, bitsPerSample, assignment);
    const [first, second] = this.#channels;
    if (assignment >= leftSide) decorrelate(assignment, first, second, header.blockSize);
    const { blockSize: numberOfFrames, channels: numberOfChannels } = header;
    const Samples = bitsPerSample <= 16 ? Int16Array : Int32Array;
    const samples = new Samples(numberOfFrames * numberOfChannels);
    const shift = Samples.BYTES_PER_ELEMENT * 8 - bitsPerSample;
    for (let channel = 0; channel < numberOfChannels; channel++) interleave(this.#channels[channel], samples, channel, numberOfChannels, numberOfFrames, shift);
    return {
      format: Samples === Int16Array ? 's16' : 's32', sampleRate, numberOfFrames, numberOfChannels, planes: [new Uint8Array(samples.buffer)],
    };
  }

  #readChannels(packet: Uint8Array, { headerBytes, blockSize, channels }: FlacFrameHeader, bitsPerSample: number, assignment: number): void {
    // A side channel of 33 bits.
    const Channel = bitsPerSample === 32 ? Float64Array : Int32Array;
    if (this.#channels.length < channels || this.#channels[0].length < blockSize || !(this.#channels[0] instanceof Channel)) {
      const [count, length] = [Math.max(channels, this.#channels.length), Math.max(blockSize, this.#channels[0]?.length ?? 0)];
      this.#channels = Array.from({ length: count }, () => new Channel(length));
    }
    const bits = this.#bits;
    bits.load(packet);
    bits.at = headerBytes * 8;
    // The side channel has a bit more (section 4.2).
    const side = assignment === sideRight ? 0 : assignment >= leftSide ? 1 : -1;
    for (let channel = 0; channel < channels; channel++) {
      readSubframe(bits, this.#channels[channel], blockSize, bitsPerSample + (channel === side ? 1 : 0));
      if (bits.isPastEnd) fail('a frame cut short', packet.length);
    }
    const end = ((bits.at + 7) >> 3) + 2;
    if (end > packet.length) fail('a frame cut short', packet.length);
    if (crc16(packet.subarray(0, end)) !== 0) fail('a frame whose checksum is wrong', end - 2);
  }
}

/** Section 9.2.5 of what stands for left and right. */
function decorrelate(assignment: number, first: Samples, second: Samples, frames: number): void {
  if (assignment === leftSide) for (let frame = 0; frame < frames; frame++) second[frame] = first[frame] - second[frame];
  if (assignment === sideRight) for (let frame = 0; frame < frames; frame++) first[frame] += second[frame];
  if (assignment !== midSide) return;
  for (let frame = 0; frame < frames; frame++) {
    const side = second[frame];
    // The side's lowest bit is the one that the mid has lost.
    const left = first[frame] + (side + (side & 1)) / 2;
    first[frame] = left;
    second[frame] = left - side;
  }
}

function interleave(from: Samples, to: Int16Array | Int32Array, start: number, step: number, frames: number, shift: number): void {
  for (let frame = 0, at = start; frame < frames; frame++, at += step) to[at] = from[frame] << shift;
}
