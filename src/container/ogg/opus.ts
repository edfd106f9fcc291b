import { viewOf } from '../bytes';
import { opusPacketFrames } from '../codecs/opus';
import { fail } from '../failure';
import type { SampleDescription } from '../tracks';
import { audioDescription, type CodecMapping, type PacketFrames } from './CodecMapping';
import type { Packet } from './PacketAssembler';

/** RFC 7845, 4.6: 80 ms. */
const prerollFrames = 3840;

/** Opus (RFC 7845): OpusHead, OpusTags, packets. Granule positions count frames of 48 kHz. */
export class OpusMapping implements CodecMapping {
  readonly timescale = 48_000;
  readonly totalFrames = null;
  preSkip = 0;
  description: SampleDescription | null = null;
  #head: SampleDescription | null = null;

  header({ data, offset }: Packet): void {
    if (this.#head) {
      if (data.length < 8 || viewOf(data).getUint32(4) !== 0x54616773) fail('no OpusTags behind OpusHead', offset); // "Tags"
      this.description = this.#head;
      return;
    }
    if (data.length < 19) fail(`an OpusHead of ${data.length} bytes`, offset);
    if (data[8] > 15) fail(`an OpusHead of version ${data[8]}`, offset + 8); // Section 5.1: the upper four bits are the major version.
    if (data[9] === 0) fail('an OpusHead with 0 channels', offset + 9);
    if (data[18] !== 0 && data.length < 21 + data[9]) fail('an OpusHead without its channel mapping', offset + 18);
    this.preSkip = viewOf(data).getUint16(10, true);
    this.#head = audioDescription('opus', data, this.timescale, data[9], prerollFrames);
  }

  /** A packet that can't be one has no frames (section 4.1 counts it as lost), and is given all the same. */
  framesOf({ data }: Packet): PacketFrames {
    const duration = opusPacketFrames(data) ?? 0;
    return { duration, decoded: duration };
  }

  reset(): void {
    // Packets tell how long they are.
  }
}
