import { BitReader } from './BitReader';
import { twoDigits } from './hex';

export interface Vp9Configuration {
  readonly profile: number;
  /** Ten times the level: 31 is level 3.1. */
  readonly level: number;
  readonly bitDepth: number;
  readonly chromaSubsampling: number;
}

/** "VP Codec ISO Media File Format Binding", "Codecs Parameter String": a string without chroma subsampling stands for 4:2:0. */
export function vp9CodecString({ profile, level, bitDepth, chromaSubsampling }: Vp9Configuration): string {
  const fields = [profile, level, bitDepth, ...(chromaSubsampling > 1 ? [chromaSubsampling] : [])];
  return `vp09.${fields.map(twoDigits).join('.')}`;
}

/** "VP9 Codec Feature Metadata" of WebM's CodecPrivate: an identifier, a length and a value for each. https://www.webmproject.org/docs/container/#vp9-codec-feature-metadata-codecprivate */
export function vp9Features(codecPrivate: Uint8Array): Vp9Configuration | null {
  const features = { 1: 0, 2: 10, 3: 8, 4: 1 } as Record<number, number>;
  if (codecPrivate.length < 3) return null;
  for (let at = 0; at + 2 < codecPrivate.length; at += 2 + codecPrivate[at + 1]) {
    if (codecPrivate[at + 1] === 1) features[codecPrivate[at]] = codecPrivate[at + 2];
  }
  return { profile: features[1], level: features[2], bitDepth: features[3], chromaSubsampling: features[4] };
}

const frameMarker = 2;
const syncCode = 0x498342;
/** CS_RGB, which is never subsampled. */
const rgb = 7;
/** By subsampling_x and subsampling_y, as codec strings count. 4:4:0 has no number. */
const subsamplings: Readonly<Record<string, number>> = { '0 0': 3, '1 0': 2, '1 1': 1 };

/** What a key frame's uncompressed header tells ("VP9 Bitstream & Decoding Process Specification", 6.2); the level, which it does not, is `level`. Null for other frames. */
export function vp9KeyFrame(frame: Uint8Array, level: number): Vp9Configuration | null {
  const reader = new BitReader(frame);
  if (reader.bits(2) !== frameMarker) return null;
  const profile = reader.bits(1) + 2 * reader.bits(1);
  if (profile === 3) reader.skip(1);
  const showsExisting = reader.flag();
  const isKey = !reader.flag();
  reader.skip(2); // show_frame, error_resilient_mode
  if (showsExisting || !isKey || reader.bits(24) !== syncCode) return null;
  const bitDepth = profile >= 2 ? (reader.flag() ? 12 : 10) : 8;
  const isRgb = reader.bits(3) === rgb;
  if (!isRgb) reader.skip(1); // color_range
  const isOpen = profile % 2 === 1;
  const [x, y] = !isOpen ? [1, 1] : isRgb ? [0, 0] : [reader.bits(1), reader.bits(1)];
  const chromaSubsampling = subsamplings[`${x} ${y}`];
  return reader.isPastEnd || chromaSubsampling === undefined ? null : { profile, level, bitDepth, chromaSubsampling };
}

/** A vpcC box's content behind version and flags ("VP Codec ISO Media File Format Binding"). */
export function vpConfiguration(content: Uint8Array): (Vp9Configuration & { primaries: number; transfer: number; matrix: number; fullRange: boolean }) | null {
  if (content.length < 6) return null;
  const [profile, level, packed, primaries, transfer, matrix] = content;
  return { profile, level, bitDepth: packed >> 4, chromaSubsampling: (packed >> 1) & 7, fullRange: (packed & 1) === 1, primaries, transfer, matrix };
}

/** Level, and so profile, of a codec string; VP8 has one form only. What it does not tell is as the profile has it. Null for another codec's. */
export function vpConfigurationOf(codec: string): Vp9Configuration | null {
  if (codec === 'vp8' || codec === 'vp08' || codec.startsWith('vp08.')) return { profile: 0, level: 0, bitDepth: 8, chromaSubsampling: 1 };
  const match = /^vp09\.(\d\d)\.(\d\d)\.(\d\d)(?:\.(\d\d))?/.exec(codec);
  if (!match) return null;
  const [profile, level, bitDepth] = match.slice(1, 4).map(Number);
  return { profile, level, bitDepth, chromaSubsampling: match[4] === undefined ? (profile % 2 === 1 ? 3 : 1) : Number(match[4]) };
}

/** Levels as above, with the samples of luma in a picture and in a second that each allows ("VP9 Bitstream & Decoding Process Specification", annex A). */
export const vp9Levels: readonly (readonly [level: number, pictureSamples: number, samplesPerSecond: number])[] = [
  [10, 36864, 829440], [11, 73728, 2764800], [20, 122880, 4608000], [21, 245760, 9216000], [30, 552960, 20736000], [31, 983040, 36864000], [40, 2228224, 83558400],
  [41, 2228224, 160432128], [50, 8912896, 311951360], [51, 8912896, 588251136], [52, 8912896, 1176502272], [60, 35651584, 1176502272], [61, 35651584, 2353004544], [62, 35651584, 4706009088],
];

/** The least level for pictures of that size at that rate; the highest there is where none is enough. @param framesPerSecond 0 where it is not known */
export function vp9Level(width: number, height: number, framesPerSecond: number): number {
  const samples = width * height;
  return (vp9Levels.find(([, picture, second]) => samples <= picture && samples * framesPerSecond <= second) ?? vp9Levels[vp9Levels.length - 1])[0];
}
