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
  vp09: vp9Levels.filter(([level]) => level >= 20).map(([level, picture, second]) => [String(level), picture, second]),
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

export type Chroma = '420' | '422' | '444';

/** What is kept of a sample and of the chroma; null: what a whole codec string says. */
export interface CodecStringChoice {
  readonly string: string;
  readonly bitDepth: number | null;
  readonly chroma: Chroma | null;
}

type Form = readonly [bitDepth: number, chroma: Chroma, make: (level: string) => string];

/** By what codec strings begin with, the usual profile first. Few players take H.264 of more than 8 bits, and H.264, H.265 and AV1 of other chroma than 4:2:0. */
const forms: Readonly<Record<string, readonly Form[]>> = {
  avc1: [[8, '420', (level) => `avc1.6400${level}`]],
  hvc1: [[8, '420', (level) => `hvc1.1.6.L${level}.B0`], [10, '420', (level) => `hvc1.2.4.L${level}.B0`]],
  vp09: [
    [8, '420', (level) => `vp09.00.${level}.08`], [10, '420', (level) => `vp09.02.${level}.10`], [12, '420', (level) => `vp09.02.${level}.12`],
    [8, '422', (level) => `vp09.01.${level}.08.02`], [10, '422', (level) => `vp09.03.${level}.10.02`], [12, '422', (level) => `vp09.03.${level}.12.02`],
    [8, '444', (level) => `vp09.01.${level}.08.03`], [10, '444', (level) => `vp09.03.${level}.10.03`], [12, '444', (level) => `vp09.03.${level}.12.03`],
  ],
  av01: [[8, '420', (level) => `av01.0.${level}M.08`], [10, '420', (level) => `av01.0.${level}M.10`]],
};

/**
 * For samples of so many bits and such chroma: those that keep most of them first. A whole codec string is given as it is.
 * @param family `avc1`, `vp8`, or a codec string
 */
export function videoCodecStrings(family: string, width: number, height: number, framerate: number, bitDepth: number, chroma: Chroma): CodecStringChoice[] {
  if (family === 'vp8') return [{ string: family, bitDepth: 8, chroma: '420' }];
  if (!Object.hasOwn(forms, family)) return [{ string: family, bitDepth: null, chroma: null }];
  const level = levelOf(family, width, height, framerate);
  const kept = forms[family].filter(([bits, form]) => bits <= bitDepth && (form === chroma || form === '420'));
  return kept.map(([bits, form, make]) => ({ string: make(level), bitDepth: bits, chroma: form })).reverse();
}
