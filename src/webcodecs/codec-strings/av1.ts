import type { CodecParameters } from '../../host/CodecBackend';

/** `seq_level_idx`: AV1 annex A.3; 31 stands for no limit. */
const highestLevel = 23;
const unlimited = 31;

/**
 * `av01.P.LLT.DD`, or all of `av01.P.LLT.DD.M.CCC.cp.tc.mc.F`: profile, level and tier, bit depth, monochrome, chroma subsampling, colour,
 * range. https://www.w3.org/TR/webcodecs-av1-codec-registration/#fully-qualified-codec-strings, https://aomediacodec.github.io/av1-isobmff/#codecsparam
 */
export function parseAv1(string: string): CodecParameters | null {
  const match = /^av01\.([0-2])\.(\d\d)([MH])\.(08|10|12)(?:\.([01])\.([01]{2}[0-3])\.(\d\d)\.(\d\d)\.(\d\d)\.([01]))?$/.exec(string);
  if (match === null) return null;
  const [, profileDigit, levelDigits, tier, depthDigits, monochrome, subsampling] = match;
  const [profile, level, bitDepth] = [profileDigit, levelDigits, depthDigits].map(Number);
  if (level > highestLevel && level !== unlimited) return null;
  // Only the professional profile has 12 bits.
  if (bitDepth === 12 && profile !== 2) return null;
  const chroma = chromaOf(profile, monochrome, subsampling);
  return chroma === null ? null : { name: 'av1', string, profile, level, tier: tier === 'H' ? 1 : 0, bitDepth, chroma };
}

/** Main has 4:2:0 and monochrome, High 4:4:4 as well, Professional 4:2:2 as well. Null where the string contradicts that. */
function chromaOf(profile: number, monochrome: string | undefined, subsampling: string | undefined): CodecParameters['chroma'] | null {
  if (subsampling === undefined) return (['420', '444', '422'] as const)[profile];
  if (monochrome === '1') return profile === 1 ? null : '400';
  const chroma = ({ '11': '420', '10': '422', '00': '444' } as const)[subsampling.slice(0, 2)];
  if (chroma === undefined) return null;
  if (profile === 0 && chroma !== '420') return null;
  return profile === 1 && chroma === '422' ? null : chroma;
}
