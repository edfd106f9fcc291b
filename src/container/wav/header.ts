import { fourCharacters, viewOf } from '../bytes';
import { type Malformed } from '../malformed';

/** How samples are stored. */
export type WaveEncoding = 'integer' | 'float' | 'a-law' | 'mu-law';

export interface WaveHeader {
  readonly encoding: WaveEncoding;
  readonly sampleRate: number;
  readonly channels: number;
  /** Bytes of one sample of one channel. */
  readonly sampleBytes: number;
  /** Bytes from one frame to the next. */
  readonly frameBytes: number;
  /** dwChannelMask of WAVE_FORMAT_EXTENSIBLE; 0 where the file does not say which speaker is which. */
  readonly channelMask: number;
  /** Where the samples begin. */
  readonly dataOffset: number;
  /** Length of the data as the file tells it; `Infinity` where a streaming writer left it open. */
  readonly dataBytes: number;
}

/** A format that RIFF WAVE may carry and this parser does not read (ADPCM, MP3, …). */
export interface ForeignWave {
  readonly foreignFormatTag: number;
}

/** More bytes are needed to say anything. */
export interface NeedsMore {
  readonly needed: number;
}

const formatTags: Record<number, WaveEncoding> = { 1: 'integer', 3: 'float', 6: 'a-law', 7: 'mu-law' };
const extensibleTag = 0xfffe;
/** KSDATAFORMAT_SUBTYPE_…: the format tag in its first two bytes, then these fourteen. */
const subtypeTail = [0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xaa, 0x00, 0x38, 0x9b, 0x71];
const sampleSizes: Record<WaveEncoding, readonly number[]> = {
  'integer': [1, 2, 3, 4],
  'float': [4, 8],
  'a-law': [1],
  'mu-law': [1],
};

/** What browsers take; the Web Audio API asks for at least 8,000 to 96,000 Hz and 32 channels. */
export const sampleRateLimits = { lowest: 3000, highest: 768000 };
export const mostChannels = 32;

const unknownSize = 0xffffffff;

/**
 * Reads the chunks up to the beginning of the samples, from a file's first bytes. Asks for more where they end too early, so
 * the same function serves a file that arrives in pieces. RIFF: Multimedia Programming Interface and Data Specifications 1.0;
 * RF64 and BW64: ITU-R BS.2088.
 */
export function parseWaveHeader(bytes: Uint8Array): WaveHeader | ForeignWave | NeedsMore | Malformed {
  if (bytes.length < 12) return { needed: 12 };
  const form = fourCharacters(bytes, 0);
  if (!['RIFF', 'RF64', 'BW64'].includes(form) || fourCharacters(bytes, 8) !== 'WAVE') {
    return { malformed: 'no RIFF WAVE header', offset: 0 };
  }
  const view = viewOf(bytes);
  let format: WaveFormat | undefined;
  let longDataBytes: number | undefined;
  let offset = 12;
  for (;;) {
    if (offset + 8 > bytes.length) return { needed: offset + 8 };
    const type = fourCharacters(bytes, offset);
    const size = view.getUint32(offset + 4, true);
    const body = offset + 8;
    if (type === 'data') {
      if (!format) return { malformed: 'the data chunk comes before the fmt chunk', offset };
      return { ...format, dataOffset: body, dataBytes: dataLength(size, longDataBytes) };
    }
    if (type === 'fmt ') {
      if (size < 16) return { malformed: `a fmt chunk of ${size} bytes`, offset };
      if (body + Math.min(size, 40) > bytes.length) return { needed: body + Math.min(size, 40) };
      const read = readFormat(view, body, size);
      if (!('encoding' in read)) return read;
      format = read;
    } else if (type === 'ds64' && form !== 'RIFF') {
      if (size < 16) return { malformed: `a ds64 chunk of ${size} bytes`, offset };
      if (body + 16 > bytes.length) return { needed: body + 16 };
      longDataBytes = view.getUint32(body + 8, true) + view.getUint32(body + 12, true) * 2 ** 32;
    }
    offset = body + size + (size & 1); // Chunks are padded to an even length.
  }
}

/**
 * Bytes of the data chunk.
 * @param size as its header tells
 * @param longDataBytes as a ds64 chunk tells
 */
export function dataLength(size: number, longDataBytes: number | undefined): number {
  // Some writers leave 0 or all ones where they could not go back to fill the size in.
  if (size === unknownSize && longDataBytes !== undefined) return longDataBytes;
  return size === unknownSize || size === 0 ? Infinity : size;
}

export type WaveFormat = Omit<WaveHeader, 'dataOffset' | 'dataBytes'>;

/** The `size` bytes of a fmt chunk, 40 of which must be there where it has as many, else 16. */
export function readFormat(view: DataView, offset: number, size: number): WaveFormat | ForeignWave | Malformed {
  const channels = view.getUint16(offset + 2, true);
  const sampleRate = view.getUint32(offset + 4, true);
  const blockAlign = view.getUint16(offset + 12, true);
  const bits = view.getUint16(offset + 14, true);
  let tag = view.getUint16(offset, true);
  let channelMask = 0;
  if (tag === extensibleTag && size >= 40) {
    channelMask = view.getUint32(offset + 20, true);
    if (subtypeTail.some((byte, index) => view.getUint8(offset + 26 + index) !== byte)) return { foreignFormatTag: tag };
    tag = view.getUint16(offset + 24, true);
  }
  const encoding = formatTags[tag];
  if (!encoding) return { foreignFormatTag: tag };
  if (channels === 0 || channels > mostChannels) return { malformed: `${channels} channels`, offset: offset + 2 };
  if (sampleRate < sampleRateLimits.lowest || sampleRate > sampleRateLimits.highest) {
    return { malformed: `a sample rate of ${sampleRate} Hz`, offset: offset + 4 };
  }
  // The block alignment rules: samples of 20 bits, say, lie left-justified in 3 bytes or in 4.
  const stated = blockAlign / channels;
  const sampleBytes = stated * 8 >= bits && sampleSizes[encoding].includes(stated) ? stated : Math.ceil(bits / 8);
  if (!sampleSizes[encoding].includes(sampleBytes)) return { malformed: `${encoding} samples of ${bits} bits`, offset: offset + 14 };
  return { encoding, sampleRate, channels, sampleBytes, channelMask, frameBytes: sampleBytes * channels };
}
