import type { CodecParameters } from '../../host/CodecBackend';

/** `profile_idc`: ITU-T H.264 annex A.2. */
const profiles = [44, 66, 77, 88, 100, 110, 122, 244];
/** `level_idc`: H.264 table A-1; 9 is level 1b. */
const levels = [9, 10, 11, 12, 13, 20, 21, 22, 30, 31, 32, 40, 41, 42, 50, 51, 52, 60, 61, 62];

/** `avc1.PPCCLL`, hexadecimal: https://www.w3.org/TR/webcodecs-avc-codec-registration/#fully-qualified-codec-strings, RFC 6381 section 3.3 */
export function parseAvc(string: string): CodecParameters | null {
  const match = /^avc[13]\.([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(string);
  if (match === null || !/^avc[13]/.test(string)) return null;
  const [profile, constraints, level] = match.slice(1).map((digits) => parseInt(digits, 16));
  if (!profiles.includes(profile) || !levels.includes(level)) return null;
  return { name: 'h264', string, profile, constraints, level };
}
