/** The four bytes that start every frame of an MPEG-1, MPEG-2 or MPEG-2.5 audio stream (ISO/IEC 11172-3, 2.4.1.3). */
export interface MpegAudioHeader {
  /** 1, 2 or 2.5. */
  readonly version: number;
  /** 1, 2 or 3 (MP3). */
  readonly layer: number;
  readonly sampleRate: number;
  readonly channels: number;
  /** Kilobits a second. */
  readonly bitRate: number;
  /** Header included. */
  readonly frameBytes: number;
  readonly frameSamples: number;
}

const versions = [2.5, 0, 2, 1];
const sampleRates = [44100, 48000, 32000];
const version1 = [
  [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
];
const lower = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
const version2 = [[32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256], lower, lower];

/** Null where no frame header stands at `offset`. Free-format frames (bit rate index 0) have no length to check, and are none here. */
export function mpegAudioHeader(bytes: Uint8Array, offset: number): MpegAudioHeader | null {
  if (offset + 4 > bytes.length || bytes[offset] !== 0xff || (bytes[offset + 1] & 0xe0) !== 0xe0) return null;
  const version = versions[(bytes[offset + 1] >> 3) & 3];
  const layer = 4 - ((bytes[offset + 1] >> 1) & 3);
  const bitRateIndex = bytes[offset + 2] >> 4;
  const rateIndex = (bytes[offset + 2] >> 2) & 3;
  if (version === 0 || layer === 4 || bitRateIndex === 0 || bitRateIndex === 15 || rateIndex === 3) return null;
  if ((bytes[offset + 3] & 3) === 2) return null; // Emphasis: reserved.

  const sampleRate = sampleRates[rateIndex] / (version === 1 ? 1 : version === 2 ? 2 : 4);
  const bitRate = (version === 1 ? version1 : version2)[layer - 1][bitRateIndex - 1];
  const padding = (bytes[offset + 2] >> 1) & 1;
  const frameSamples = layer === 1 ? 384 : layer === 3 && version !== 1 ? 576 : 1152;
  const slotBytes = layer === 1 ? 4 : 1;
  const slots = Math.floor((frameSamples / 8 / slotBytes) * ((bitRate * 1000) / sampleRate)) + padding;
  return {
    version, layer, sampleRate, bitRate, frameSamples,
    channels: bytes[offset + 3] >> 6 === 3 ? 1 : 2,
    frameBytes: slots * slotBytes,
  };
}
