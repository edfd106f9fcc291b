import type { CodecParameters } from '../../host/CodecBackend';

/** Ten times the level. */
const levels = [10, 11, 20, 21, 30, 31, 40, 41, 50, 51, 52, 60, 61, 62];
const chromas = ['420', '420', '422', '444'] as const;

/**
 * `vp09.PP.LL.DD.CC.cp.tc.mc.FF`, decimal: profile, level, bit depth, and what may be left out from any point on: chroma subsampling,
 * colour, range.
 * https://www.w3.org/TR/webcodecs-vp9-codec-registration/#fully-qualified-codec-strings, https://www.webmproject.org/vp9/mp4/#codecs-parameter-string
 */
export function parseVp9(string: string): CodecParameters | null {
  const match = /^vp09\.(\d\d)\.(\d\d)\.(\d\d)(?:\.(\d\d)(?:\.(\d\d)(?:\.(\d\d)(?:\.(\d\d)(?:\.(0[01]))?)?)?)?)?$/.exec(string);
  if (match === null) return null;
  const [profile, level, bitDepth] = match.slice(1, 4).map(Number);
  if (profile > 3 || !levels.includes(level) || ![8, 10, 12].includes(bitDepth)) return null;
  // Profiles 0 and 1 have 8 bits, 2 and 3 more; 0 and 2 have 4:2:0, 1 and 3 anything else.
  if ((profile < 2) !== (bitDepth === 8)) return null;
  const isSubsampled = profile % 2 === 0;
  const chroma = match[4] === undefined ? (isSubsampled ? '420' : '444') : chromas[Number(match[4])];
  if (chroma === undefined || (chroma === '420') !== isSubsampled) return null;
  return { name: 'vp9', string, profile, level, bitDepth, chroma };
}
