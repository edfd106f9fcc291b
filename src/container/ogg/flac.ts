import { flacDescription, flacFrameHeader, flacStreamInfo } from '../codecs/flac';
import { fail } from '../failure';
import type { SampleDescription } from '../tracks';
import { audioDescription, type CodecMapping, type PacketFrames } from './CodecMapping';
import type { Packet } from './PacketAssembler';

/** Bytes of the first packet before STREAMINFO: 0x7f "FLAC", version, number of headers, "fLaC", the block's header. */
const streamInfoAt = 17;

/** FLAC (RFC 9639, 10.1): a first packet with STREAMINFO, the other metadata blocks, frames. Granule positions count frames of the decoder. */
export class FlacMapping implements CodecMapping {
  readonly preSkip = 0;
  timescale = 1;
  totalFrames: number | null = null;
  description: SampleDescription | null = null;
  #described: SampleDescription | null = null;

  header({ data, offset }: Packet): void {
    if (!this.#described) {
      if (data.length < streamInfoAt + 34 || (data[13] & 0x7f) !== 0) fail('a first packet of FLAC without STREAMINFO', offset);
      if (data[5] !== 1) fail(`FLAC in Ogg of version ${data[5]}`, offset + 5);
      const bytes = data.subarray(streamInfoAt);
      const info = flacStreamInfo(bytes);
      if (!info) fail('a STREAMINFO block with values that may not be', offset + streamInfoAt);
      this.timescale = info.sampleRate;
      this.totalFrames = info.totalFrames;
      this.#described = audioDescription('flac', flacDescription(bytes), info.sampleRate, info.channels);
      if (data[13] & 0x80) this.description = this.#described; // No other block.
      return;
    }
    if (data.length < 4 || data[0] === 0xff) fail('a metadata block of FLAC that is none', offset);
    if (data[0] & 0x80) this.description = this.#described;
  }

  framesOf({ data, offset }: Packet): PacketFrames | null {
    if (data.length === 0) return null;
    const header = flacFrameHeader(data);
    if (!header) fail('a packet of FLAC that begins with no frame header, or one whose checksum is wrong', offset);
    return { duration: header.blockSize, decoded: header.blockSize };
  }

  reset(): void {
    // Frames tell how long they are.
  }
}
