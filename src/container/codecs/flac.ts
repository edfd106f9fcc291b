import { viewOf } from '../bytes';

export const streamInfoBytes = 34;

/** STREAMINFO (RFC 9639, 8.2). */
export interface FlacStreamInfo {
  /** Frames of a block, but for the last one. */
  readonly minBlockSize: number;
  readonly maxBlockSize: number;
  readonly sampleRate: number;
  readonly channels: number;
  readonly bitsPerSample: number;
  /** Null where unknown. */
  readonly totalFrames: number | null;
}

/** @param bytes the block's content. Null where its values may not be. */
export function flacStreamInfo(bytes: Uint8Array): FlacStreamInfo | null {
  if (bytes.length < streamInfoBytes) return null;
  const view = viewOf(bytes);
  const info = {
    minBlockSize: view.getUint16(0),
    maxBlockSize: view.getUint16(2),
    sampleRate: view.getUint32(10) >>> 12,
    channels: ((bytes[12] >> 1) & 7) + 1,
    bitsPerSample: (((bytes[12] & 1) << 4) | (bytes[13] >> 4)) + 1,
    totalFrames: (bytes[13] & 15) * 2 ** 32 + view.getUint32(14) || null,
  };
  return info.sampleRate === 0 || info.maxBlockSize < 16 || info.minBlockSize > info.maxBlockSize || info.bitsPerSample < 4 ? null : info;
}

/** The description that WebCodecs takes: "fLaC" and STREAMINFO as the only block. https://www.w3.org/TR/webcodecs-flac-codec-registration/ */
export function flacDescription(streamInfo: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + streamInfoBytes);
  bytes.set([0x66, 0x4c, 0x61, 0x43, 0x80, 0, 0, streamInfoBytes]);
  bytes.set(streamInfo.subarray(0, streamInfoBytes), 8);
  return bytes;
}

/** The header of a frame (RFC 9639, 9.1). */
export interface FlacFrameHeader {
  readonly headerBytes: number;
  readonly blockSize: number;
  /** 0: as STREAMINFO tells. */
  readonly sampleRate: number;
  readonly channels: number;
  /** 0: as STREAMINFO tells. */
  readonly bitsPerSample: number;
  /** `number` counts audio frames, not blocks. */
  readonly isVariable: boolean;
  readonly number: number;
}

/** Bytes of a frame header at most. */
export const mostFlacHeaderBytes = 16;

const sampleRates = [0, 88_200, 176_400, 192_000, 8000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000];
const bitDepths = [0, 8, 12, -1, 16, 20, 24, 32];

/** Null where no frame header stands at `at`, its checksum is wrong, or not all of it is there. */
export function flacFrameHeader(bytes: Uint8Array, at = 0): FlacFrameHeader | null {
  if (bytes[at] !== 0xff || (bytes[at + 1] & 0xfe) !== 0xf8 || at + 6 > bytes.length) return null;
  const [blockCode, rateCode] = [bytes[at + 2] >> 4, bytes[at + 2] & 15];
  const [channelCode, depthCode] = [bytes[at + 3] >> 4, (bytes[at + 3] >> 1) & 7];
  if (blockCode === 0 || rateCode === 15 || channelCode > 10 || bitDepths[depthCode] < 0 || bytes[at + 3] & 1) return null;
  const coded = codedNumber(bytes, at + 4);
  if (!coded) return null;
  let { end } = coded;
  const more = (count: number): number => {
    let value = 0;
    for (; count > 0; count--) value = value * 256 + (bytes[end++] ?? 0);
    return value;
  };
  const blockSize = blockCode === 6 ? more(1) + 1 : blockCode === 7 ? more(2) + 1 : blockCode === 1 ? 192 : blockCode < 6 ? 144 * 2 ** blockCode : 2 ** blockCode;
  const sampleRate = rateCode === 12 ? more(1) * 1000 : rateCode === 13 ? more(2) : rateCode === 14 ? more(2) * 10 : sampleRates[rateCode];
  if (end >= bytes.length || crc8(bytes, at, end) !== bytes[end]) return null;
  return {
    headerBytes: end + 1 - at,
    blockSize,
    sampleRate,
    channels: channelCode < 8 ? channelCode + 1 : 2,
    bitsPerSample: bitDepths[depthCode],
    isVariable: (bytes[at + 1] & 1) === 1,
    number: coded.value,
  };
}

/** A number of up to 36 bits in the way of UTF-8 (RFC 9639, 9.1.5). */
function codedNumber(bytes: Uint8Array, at: number): { value: number; end: number } | null {
  const first = bytes[at];
  if (first < 0x80) return { value: first, end: at + 1 };
  const count = Math.clz32(~(first << 24)); // Bits set in front: the bytes it takes.
  if (count < 2 || count > 7) return null;
  let value = first & (0x7f >> count);
  for (let index = 1; index < count; index++) {
    if ((bytes[at + index] & 0xc0) !== 0x80) return null;
    value = value * 64 + (bytes[at + index] & 0x3f);
  }
  return { value, end: at + count };
}

/** RFC 9639, 9.1.8: x^8 + x^2 + x + 1. */
function crc8(bytes: Uint8Array, begin: number, end: number): number {
  let crc = 0;
  for (let index = begin; index < end; index++) {
    crc ^= bytes[index];
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80 ? ((crc << 1) ^ 0x07) & 0xff : crc << 1;
  }
  return crc;
}
