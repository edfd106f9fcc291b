import { twoDigits } from './hex';

/** From an AV1CodecConfigurationRecord ("Codec ISO Media File Format Binding", 2.3) by section 5 of the same. */
export function av1CodecString(configuration: Uint8Array): string {
  if (configuration.length < 4 || configuration[0] !== 0x81) return '';
  const profile = configuration[1] >> 5;
  const level = configuration[1] & 0x1f;
  const [tier, highBitDepth, twelveBit] = [7, 6, 5].map((bit) => (configuration[2] >> bit) & 1);
  const depth = highBitDepth ? (profile === 2 && twelveBit ? 12 : 10) : 8;
  return `av01.${profile}.${twoDigits(level)}${tier ? 'H' : 'M'}.${twoDigits(depth)}`;
}
