import { isVorbisHeader, VorbisBlocks, vorbisIdentification, vorbisModes } from '../codecs/vorbis';
import { fail } from '../failure';
import type { SampleDescription } from '../tracks';
import { audioDescription, type CodecMapping, type PacketFrames } from './CodecMapping';
import type { Packet } from './PacketAssembler';

/** Vorbis (Vorbis I specification, appendix A): three headers, packets. Granule positions count frames of the decoder. */
export class VorbisMapping implements CodecMapping {
  readonly preSkip = 0;
  readonly totalFrames = null;
  timescale = 1;
  description: SampleDescription | null = null;
  #headers: Uint8Array[] = [];
  #channels = 0;
  #blockSizes: readonly [number, number] = [0, 0];
  #blocks: VorbisBlocks | null = null;

  header({ data, offset }: Packet): void {
    if (!isVorbisHeader(data, [1, 3, 5][this.#headers.length])) fail(`no ${['identification', 'comment', 'setup'][this.#headers.length]} header of Vorbis`, offset);
    this.#headers.push(data);
    if (this.#headers.length === 1) {
      const identification = vorbisIdentification(data);
      if (!identification) fail('an identification header of Vorbis with values that may not be', offset);
      this.timescale = identification.sampleRate;
      this.#channels = identification.channels;
      this.#blockSizes = identification.blockSizes;
    } else if (this.#headers.length === 3) {
      const modes = vorbisModes(data);
      if (!modes) fail('a setup header of Vorbis without modes', offset);
      this.#blocks = new VorbisBlocks(this.#blockSizes, modes);
      // The first block prepares the next one, which may begin a long block's half later.
      this.description = audioDescription('vorbis', laced(this.#headers), this.timescale, this.#channels, this.#blockSizes[1] / 2);
      this.#headers = [];
    }
  }

  framesOf({ data }: Packet): PacketFrames | null {
    const block = this.#blocks!.next(data);
    return block && { duration: block.frames, decoded: block.isFirst ? 0 : block.frames };
  }

  reset(): void {
    this.#blocks?.reset();
  }
}

/** The headers with the number of those before the last, and their sizes, in front: https://www.w3.org/TR/webcodecs-vorbis-codec-registration/ */
function laced(headers: readonly Uint8Array[]): Uint8Array {
  const sizes = headers.slice(0, -1).flatMap(({ length }) => [...new Uint8Array(Math.floor(length / 255)).fill(255), length % 255]);
  const bytes = new Uint8Array(1 + sizes.length + headers.reduce((sum, { length }) => sum + length, 0));
  bytes[0] = headers.length - 1;
  bytes.set(sizes, 1);
  let at = 1 + sizes.length;
  for (const header of headers) {
    bytes.set(header, at);
    at += header.length;
  }
  return bytes;
}
