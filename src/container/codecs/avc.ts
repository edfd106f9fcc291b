import { hexByte } from './hex';

/** From an AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1) by RFC 6381, 3.3. */
export function avcCodecString(configuration: Uint8Array, sampleEntry = 'avc1'): string {
  if (configuration.length < 4 || configuration[0] !== 1) return '';
  return `${sampleEntry}.${hexByte(configuration[1])}${hexByte(configuration[2])}${hexByte(configuration[3])}`;
}
