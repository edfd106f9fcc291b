import { fourCharacters, viewOf } from '../bytes';
import { Demuxer, type Parsing } from '../Demuxer';
import { fail } from '../failure';
import { isMalformed } from '../malformed';
import type { SampleDescription } from '../tracks';
import { dataLength, readFormat, type WaveFormat } from './header';

/** Bytes of a sample at most: no time of its own stands in the file, so that any number of frames would do. */
const sampleBytes = 4096;
const trackId = 1;

/** RIFF WAVE (Multimedia Programming Interface and Data Specifications 1.0), RF64 and BW64 (ITU-R BS.2088). Samples are up to 4096 bytes of whole frames. */
export class WavDemuxer extends Demuxer {
  protected readonly formatName = 'WAV';
  #format: WaveFormat | null = null;
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
    const frames = end === Infinity ? null : Math.max(0, Math.floor((end - this.#dataOffset) / format.frameBytes));
    yield {
      type: 'init-segment',
      tracks: [{
        id: trackId, type: 'audio', timescale: format.sampleRate, duration: frames, language: 'und', label: '', isDefault: true,
        descriptions: [describe(format)], gapless: null,
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
        if ('foreignFormatTag' in format) fail(`samples of format 0x${format.foreignFormatTag.toString(16)}, which are neither PCM, nor floats, A-law or µ-law`, begin + 8);
        this.#format = format;
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

  /** From the position on, which is that of a frame. */
  * #samples({ frameBytes }: WaveFormat): Parsing {
    yield { type: 'media-segment-start', offset: this.position };
    const most = Math.floor(sampleBytes / frameBytes) * frameBytes;
    for (;;) {
      const left = this.#dataEnd - this.position;
      const wanted = Math.min(most, left - (left === Infinity ? 0 : left % frameBytes));
      if (wanted === 0) break;
      const isWhole = yield* this.has(wanted);
      const bytes = isWhole ? wanted : this.available - (this.available % frameBytes);
      if (!isWhole && (left !== Infinity || bytes < this.available)) this.truncated();
      if (bytes === 0) break;
      const offset = this.position;
      const timestamp = (offset - this.#dataOffset) / frameBytes;
      const data = (yield* this.take(bytes))!;
      yield {
        type: 'sample', trackId, timestamp, decodeTimestamp: timestamp, duration: bytes / frameBytes, isKey: true, descriptionIndex: 0, data, offset,
        encryption: null, trim: null, alpha: null,
      };
      if (!isWhole) break;
    }
    yield { type: 'media-segment-end' };
  }

  protected override parseFrom(seconds: number): Parsing | null {
    return this.#format && this.#dataOffset > 0 ? this.#parseFrom(this.#format, seconds) : null;
  }

  * #parseFrom(format: WaveFormat, seconds: number): Parsing {
    const end = Math.min(this.#dataEnd, this.source.size ?? Infinity);
    const frames = Math.max(0, Math.floor((end - this.#dataOffset) / format.frameBytes));
    // What is a whole number of frames but for rounding counts as one.
    const frame = Math.min(frames, Math.max(0, Math.floor(seconds * format.sampleRate + 1e-6)));
    this.moveTo(this.#dataOffset + frame * format.frameBytes);
    yield* this.#samples(format);
  }
}

const codecs: Record<WaveFormat['encoding'], readonly string[]> = {
  'integer': ['', 'pcm-u8', 'pcm-s16', 'pcm-s24', 'pcm-s32'],
  'float': ['', '', '', '', 'pcm-f32'],
  'a-law': ['', 'alaw'],
  'mu-law': ['', 'ulaw'],
};

function describe({ encoding, sampleBytes: bytes, sampleRate, channels, channelMask }: WaveFormat): SampleDescription {
  return {
    codec: codecs[encoding][bytes] ?? '', // Floats of 64 bits have no registration.
    description: null,
    format: `${bytes * 8}-bit ${encoding}${channelMask ? `, channel mask 0x${channelMask.toString(16)}` : ''}`,
    video: null,
    audio: { sampleRate, numberOfChannels: channels },
    encryption: null,
    prerollFrames: 0,
  };
}
