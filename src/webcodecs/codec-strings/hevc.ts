import type { CodecParameters } from '../../host/CodecBackend';

/** `general_profile_idc`: ITU-T H.265 annexes A, F, G and H. */
const highestProfile = 11;
/** `general_level_idc`, thirty times the level: H.265 table A.8. */
const levels = [30, 60, 63, 90, 93, 120, 123, 150, 153, 156, 180, 183, 186];

/**
 * `hvc1.[A-C]P.F.[LH]N.B…`: profile space and profile, compatibility flags, tier and level, up to six bytes of constraints.
 * https://www.w3.org/TR/webcodecs-hevc-codec-registration/#fully-qualified-codec-strings, ISO/IEC 14496-15 annex E.3
 */
export function parseHevc(string: string): CodecParameters | null {
  const match = /^h(?:ev|vc)1\.([ABC]?)(\d{1,2})\.([0-9A-Fa-f]{1,8})\.([LH])(\d{1,3})((?:\.[0-9A-Fa-f]{1,2}){0,6})$/.exec(string);
  if (match === null) return null;
  const [, space, profileDigits, , tier, levelDigits] = match;
  const profile = Number(profileDigits);
  const level = Number(levelDigits);
  // Other profile spaces are reserved.
  if (space !== '' || profile < 1 || profile > highestProfile || !levels.includes(level)) return null;
  return { name: 'hevc', string, profile, level, tier: tier === 'H' ? 1 : 0 };
}
