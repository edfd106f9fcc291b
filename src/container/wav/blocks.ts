import { mostChannels, sampleRateLimits } from './header';

/** Sound that is coded in blocks of one size, each of which decodes by itself. */
export interface BlockFormat {
  /** In no registration: `adpcm-ms`, `adpcm-ima`, `gsm-ms`. */
  readonly codec: string;
  readonly sampleRate: number;
  readonly channels: number;
  readonly blockBytes: number;
  /** Frames that a block decodes to. */
  readonly blockFrames: number;
}

/** WAVE_FORMAT_ADPCM, WAVE_FORMAT_DVI_ADPCM, WAVE_FORMAT_GSM610. */
const codecs: Readonly<Record<number, string>> = { 2: 'adpcm-ms', 0x11: 'adpcm-ima', 0x31: 'gsm-ms' };
const bitsPerSample: Readonly<Record<string, readonly number[]>> = { 'adpcm-ms': [4], 'adpcm-ima': [4], 'gsm-ms': [0] };

/** By the 20 bytes or more of a fmt chunk; null for other formats, and for what makes no sense. */
export function blockFormat(view: DataView): BlockFormat | null {
  if (view.byteLength < 20) return null;
  const codec = codecs[view.getUint16(0, true)];
  const [channels, sampleRate, blockBytes, bits, blockFrames] = [view.getUint16(2, true), view.getUint32(4, true), ...[12, 14, 18].map((at) => view.getUint16(at, true))];
  if (!codec || !bitsPerSample[codec].includes(bits) || channels === 0 || channels > mostChannels || blockBytes === 0 || blockFrames === 0) return null;
  if (sampleRate < sampleRateLimits.lowest || sampleRate > sampleRateLimits.highest) return null;
  return { codec, sampleRate, channels, blockBytes, blockFrames };
}
