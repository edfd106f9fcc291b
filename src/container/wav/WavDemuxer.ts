import { fourCharacters, viewOf } from '../bytes';
import { Demuxer, type Parsing } from '../Demuxer';
import { fail } from '../failure';
import { isMalformed } from '../malformed';
import type { SampleDescription } from '../tracks';
import { blockFormat, type BlockFormat } from './blocks';
import { dataLength, readFormat, type WaveFormat } from './header';

/** Bytes of a sample at most: no time of its own stands in the file, so that any number of frames would do. */
const sampleBytes = 4096;
const trackId = 1;

/** What lies one behind the other in the data chunk: frames, or blocks of them. */
interface Layout {
  readonly unitBytes: number;
  readonly unitFrames: number;
  readonly sampleRate: number;
  readonly description: SampleDescription;
}

/** RIFF WAVE (Multimedia Programming Interface and Data Specifications 1.0), RF64 and BW64 (ITU-R BS.2088). Samples are up to 4096 bytes of whole frames, or a block. */
export class WavDemuxer extends Demuxer {
  protected readonly formatName = 'WAV';
  #format: Layout | null = null;
  #dataOffset = 0;
  #dataEnd = 0;

  protected override* parse(): Parsing {
    const begin = this.position;
    const riff = yield* this.take(12);
    if (!riff) return;
    const form = fourCharacters(riff, 0);
    if (!['RIFF', 'RF64', 'BW64'].includes(form) || fourCharacters(riff, 8) !== 'WAVE') fail('no RIFF WAVE header', begin);
    const dataBytes = yield* this.#chunks(form !== 'RIFF');
    const format = this.#format;
    if (dataBytes === null || !format) return;

    this.#dataOffset = this.position;
    this.#dataEnd = this.#dataOffset + dataBytes;
    const end = Math.min(this.#dataEnd, this.fileEnd);
    const frames = end === Infinity ? null : Math.max(0, Math.floor((end - this.#dataOffset) / format.unitBytes)) * format.unitFrames;
    yield {
      type: 'init-segment',
      tracks: [{
        id: trackId, type: 'audio', timescale: format.sampleRate, duration: frames, language: 'und', label: '', isDefault: true,
        descriptions: [format.description], gapless: null,
      }],
      duration: frames === null ? null : frames / format.sampleRate,
      hasIndex: true,
      startDate: null,
    };
    yield* this.#samples(format);
  }

  /** The chunks up to the samples; returns how long they are. Null where the file ends before. */
  * #chunks(isLong: boolean): Parsing<number | null> {
    let longDataBytes: number | undefined;
    this.#format = null;
    for (;;) {
      const begin = this.position;
      const header = yield* this.take(8);
      if (!header) return null;
      const type = fourCharacters(header, 0);
      const size = viewOf(header).getUint32(4, true);
      const end = this.position + size + (size & 1); // Chunks are padded to an even length.
      if (type === 'data') {
        if (!this.#format) fail('the data chunk comes before the fmt chunk', begin);
        return dataLength(size, longDataBytes);
      }
      if (type === 'fmt ') {
        if (size < 16) fail(`a fmt chunk of ${size} bytes`, begin);
        const bytes = yield* this.take(Math.min(size, 40));
        if (!bytes) return null;
        const format = readFormat(viewOf(bytes), 0, bytes.length);
        if (isMalformed(format)) fail(format.malformed, begin + 8 + format.offset);
        const blocks = 'foreignFormatTag' in format ? blockFormat(viewOf(bytes)) : null;
        if ('foreignFormatTag' in format && !blocks) fail(`samples of format 0x${format.foreignFormatTag.toString(16)}, which are neither PCM, nor floats, A-law or µ-law`, begin + 8);
        this.#format = blocks ? layoutOfBlocks(blocks) : layoutOfFrames(format as WaveFormat);
      } else if (type === 'ds64' && isLong) {
        if (size < 16) fail(`a ds64 chunk of ${size} bytes`, begin);
        const bytes = yield* this.take(16);
        if (!bytes) return null;
        longDataBytes = viewOf(bytes).getUint32(8, true) + viewOf(bytes).getUint32(12, true) * 2 ** 32;
        if (!Number.isSafeInteger(begin + longDataBytes)) fail(`a data chunk of ${longDataBytes} bytes`, begin + 16);
      }
      this.moveTo(end);
    }
  }

  /** From the position on, which is that of a frame or block. */
  * #samples({ unitBytes, unitFrames }: Layout): Parsing {
    yield { type: 'media-segment-start', offset: this.position };
    const most = unitFrames > 1 ? unitBytes : Math.floor(sampleBytes / unitBytes) * unitBytes;
    for (;;) {
      const left = this.#dataEnd - this.position;
      const wanted = Math.min(most, left - (left === Infinity ? 0 : left % unitBytes));
      if (wanted === 0) break;
      const isWhole = yield* this.has(wanted);
      const bytes = isWhole ? wanted : this.available - (this.available % unitBytes);
      if (!isWhole && (left !== Infinity || bytes < this.available)) this.truncated();
      if (bytes === 0) break;
      const offset = this.position;
      const timestamp = ((offset - this.#dataOffset) / unitBytes) * unitFrames;
      const data = (yield* this.take(bytes))!;
      yield {
        type: 'sample', trackId, timestamp, decodeTimestamp: timestamp, duration: (bytes / unitBytes) * unitFrames, isKey: true, descriptionIndex: 0, data, offset,
        encryption: null, trim: null, alpha: null,
      };
      if (!isWhole) break;
    }
    yield { type: 'media-segment-end' };
  }

  protected override parseFrom(seconds: number): Parsing | null {
    return this.#format && this.#dataOffset > 0 ? this.#parseFrom(this.#format, seconds) : null;
  }

  * #parseFrom(format: Layout, seconds: number): Parsing {
    const end = Math.min(this.#dataEnd, this.source.size ?? Infinity);
    const units = Math.max(0, Math.floor((end - this.#dataOffset) / format.unitBytes));
    // What is a whole number of frames but for rounding counts as one.
    const unit = Math.min(units, Math.max(0, Math.floor((seconds * format.sampleRate) / format.unitFrames + 1e-6)));
    this.moveTo(this.#dataOffset + unit * format.unitBytes);
    yield* this.#samples(format);
  }
}

const codecs: Record<WaveFormat['encoding'], readonly string[]> = {
  'integer': ['', 'pcm-u8', 'pcm-s16', 'pcm-s24', 'pcm-s32'],
  'float': ['', '', '', '', 'pcm-f32'],
  'a-law': ['', 'alaw'],
  'mu-law': ['', 'ulaw'],
};

const describe = (codec: string, format: string, sampleRate: number, numberOfChannels: number): SampleDescription =>
  ({ codec, description: null, format, video: null, audio: { sampleRate, numberOfChannels }, encryption: null, prerollFrames: 0 });

function layoutOfFrames({ encoding, sampleBytes: bytes, frameBytes, sampleRate, channels, channelMask }: WaveFormat): Layout {
  const format = `${bytes * 8}-bit ${encoding}${channelMask ? `, channel mask 0x${channelMask.toString(16)}` : ''}`;
  // Floats of 64 bits have no registration.
  return { unitBytes: frameBytes, unitFrames: 1, sampleRate, description: describe(codecs[encoding][bytes] ?? '', format, sampleRate, channels) };
}

function layoutOfBlocks({ codec, sampleRate, channels, blockBytes, blockFrames }: BlockFormat): Layout {
  return { unitBytes: blockBytes, unitFrames: blockFrames, sampleRate, description: describe(codec, codec, sampleRate, channels) };
}
