/** FLAC made by hand: silence, a frame of 192 samples for each number. */
import { characters } from './frames';

/** A checksum of `bits` bits as RFC 9639 describes it, bit by bit. */
export function checksum(bytes: readonly number[], bits: number, polynomial: number): number {
  const top = 2 ** (bits - 1);
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << (bits - 8);
    for (let bit = 0; bit < 8; bit++) crc = (crc & top ? (crc << 1) ^ polynomial : crc << 1) & (2 * top - 1);
  }
  return crc;
}

const big = (value: number | bigint, size: number): number[] => Array.from({ length: size }, (_, index) => Number((BigInt(value) >> BigInt(8 * (size - 1 - index))) & 255n));

export const metadataBlock = (type: number, content: readonly number[], isLast = false, size = content.length): number[] => [type | (isLast ? 0x80 : 0), ...big(size, 3), ...content];

export interface StreamInfoFields {
  readonly sampleRate?: number;
  readonly blockSize?: number;
  readonly totalFrames?: number;
}

/** 44,100 Hz, mono, 16 bits. */
export function streamInfo({ sampleRate = 44_100, blockSize = 192, totalFrames = 0 }: StreamInfoFields = {}): number[] {
  const packed = (BigInt(sampleRate) << 44n) | (0n << 41n) | (15n << 36n) | BigInt(totalFrames);
  return [...big(blockSize, 2), ...big(blockSize, 2), 0, 0, 0, 0, 0, 0, ...big(packed, 8), ...Array.from({ length: 16 }, () => 0)];
}

export interface FrameFields {
  /** Counts audio frames. */
  readonly isVariable?: boolean;
  readonly sampleRateCode?: number;
  readonly sample?: number;
}

/** A frame of 192 equal samples. @param number below 128 */
export function flacFrame(number: number, { isVariable = false, sampleRateCode = 9, sample = 0 }: FrameFields = {}): number[] {
  const coded = number < 128 ? [number] : [0xc0 | (number >> 6), 0x80 | (number & 63)];
  const header = [0xff, isVariable ? 0xf9 : 0xf8, 0x10 | sampleRateCode, 0x08, ...coded];
  const frame = [...header, checksum(header, 8, 0x07), 0, ...big(sample, 2)];
  return [...frame, ...big(checksum(frame, 16, 0x8005), 2)];
}

/** Seek points: timestamp, offset, samples. */
export const seekTable = (points: readonly (readonly [number | bigint, number | bigint])[]): number[] => metadataBlock(3, points.flatMap(([timestamp, offset]) => [...big(timestamp, 8), ...big(offset, 8), 0, 192]));

export const flacFile = (blocks: readonly (readonly number[])[], ...frames: readonly (readonly number[])[]): number[] =>
  [...characters('fLaC'), ...metadataBlock(0, streamInfo({ totalFrames: 192 * frames.length })), ...blocks.flat(), ...metadataBlock(1, [], true), ...frames.flat()];
