/** From an HEVCDecoderConfigurationRecord (ISO/IEC 14496-15, 8.3.3.1) by annex E.3 of the same. */
export function hevcCodecString(configuration: Uint8Array, sampleEntry = 'hvc1'): string {
  if (configuration.length < 13) return '';
  return hevcString(configuration.subarray(1, 13), sampleEntry);
}

/** @param general the 12 bytes of profile, compatibility, constraints and level, as profile_tier_level() and the record begin */
export function hevcString(general: Uint8Array, sampleEntry: string): string {
  const space = ['', 'A', 'B', 'C'][general[0] >> 6];
  const tier = general[0] & 0x20 ? 'H' : 'L';
  const compatibility = (general[1] * 2 ** 24 + ((general[2] << 16) | (general[3] << 8) | general[4])).toString(2).padStart(32, '0');
  const reversed = parseInt([...compatibility].reverse().join(''), 2).toString(16);
  const constraints = [...general.subarray(5, 11)];
  while (constraints.length > 0 && constraints[constraints.length - 1] === 0) constraints.pop();
  return [`${sampleEntry}.${space}${general[0] & 0x1f}`, reversed, `${tier}${general[11]}`, ...constraints.map((byte) => byte.toString(16))].join('.');
}
