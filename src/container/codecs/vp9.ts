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
