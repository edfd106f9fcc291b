/** The level of a codec string, from tables of the codecs' standards. */

import { vp9Levels } from '../../container/codecs/vp9';

/** A level's name in codec strings; samples of luma in a picture and in a second that it allows. */
type Level = readonly [name: string, pictureSamples: number, samplesPerSecond: number];

/** A macroblock, which H.264 counts in. */
const macroblock = 256;

const levels: Readonly<Record<string, readonly Level[]>> = {
  // ITU-T H.264, table A-1
  avc1: ([
    ['1e', 1620, 40500], ['1f', 3600, 108000], ['28', 8192, 245760], ['2a', 8704, 522240], ['33', 36864, 983040], ['34', 36864, 2073600], ['3e', 139264, 16711680],
  ] as const).map(([name, picture, second]) => [name, picture * macroblock, second * macroblock]),
  // ITU-T H.265, tables A.8 and A.9
  hvc1: [
    ['90', 552960, 16588800], ['93', 983040, 33177600], ['120', 2228224, 66846720], ['123', 2228224, 133693440], ['150', 8912896, 267386880], ['153', 8912896, 534773760],
    ['156', 8912896, 1069547520], ['180', 35651584, 1069547520],
  ],
  vp09: vp9Levels.map(([level, picture, second]) => [String(level), picture, second]),
  // AV1 Bitstream & Decoding Process Specification, annex A.3
  av01: [
    ['00', 147456, 4423680], ['01', 278784, 8363520], ['04', 665856, 19975680], ['05', 1065024, 31950720], ['08', 2359296, 70778880], ['09', 2359296, 141557760],
    ['12', 8912896, 267386880], ['13', 8912896, 534773760], ['14', 8912896, 1069547520], ['16', 35651584, 1069547520],
  ],
};

/** The least level for pictures of that size at that rate; the highest there is where none is enough. */
function levelOf(family: keyof typeof levels, width: number, height: number, framerate: number): string {
  const [picture, second] = [width * height, width * height * framerate];
  return (levels[family].find(([, most, mostPerSecond]) => picture <= most && second <= mostPerSecond) ?? levels[family].at(-1)!)[0];
}

/** Codec strings of 4:2:0 by bits of a sample, in the profile that is usual, by what they begin with. Few players take H.264 of more than 8 bits. */
const strings: Readonly<Record<string, Readonly<Record<number, (level: string) => string>>>> = {
  avc1: { 8: (level) => `avc1.6400${level}` },
  hvc1: { 8: (level) => `hvc1.1.6.L${level}.B0`, 10: (level) => `hvc1.2.4.L${level}.B0` },
  vp09: { 8: (level) => `vp09.00.${level}.08`, 10: (level) => `vp09.02.${level}.10`, 12: (level) => `vp09.02.${level}.12` },
  av01: { 8: (level) => `av01.0.${level}M.08`, 10: (level) => `av01.0.${level}M.10` },
};

export interface CodecStringChoice {
  readonly string: string;
  /** Bits of a sample; null: what a whole codec string says. */
  readonly bitDepth: number | null;
}

/** For samples of so many bits: those that keep most of them first. A whole codec string is given as it is. @param family `avc1`, `vp8`, or a codec string */
export function videoCodecStrings(family: string, width: number, height: number, framerate: number, bitDepth: number): CodecStringChoice[] {
  if (!Object.hasOwn(strings, family)) return [{ string: family, bitDepth: family === 'vp8' ? 8 : null }];
  const level = levelOf(family, width, height, framerate);
  return Object.entries(strings[family]).map(([bits, make]) => ({ string: make(level), bitDepth: Number(bits) })).filter((choice) => choice.bitDepth <= bitDepth).reverse();
}
