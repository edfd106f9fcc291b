/** The fixed and variable header of an ADTS frame, the form in which AAC travels without a container (ISO/IEC 14496-3, 1.A.3.2). */
export interface AdtsHeader {
  readonly sampleRate: number;
  /** 0 where a program config element inside the frame tells. */
  readonly channels: number;
  /** Header included. */
  readonly frameBytes: number;
  /** Audio frames that the decoder gives at `sampleRate`: 1024 for each raw data block. */
  readonly frameSamples: number;
  /** Of MPEG-4: 1 AAC Main, 2 AAC-LC, 3 AAC-SSR, 4 AAC-LTP. */
  readonly objectType: number;
  /** The bit stream is of MPEG-2 (ISO/IEC 13818-7), where object type 4 is reserved. */
  readonly isMpeg2: boolean;
  /** Where the first raw data block begins; with several and a CRC, their positions stand before it. */
  readonly headerBytes: number;
}

const sampleRates = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];
const channelCounts = [0, 1, 2, 3, 4, 5, 6, 8];

/** Bytes that `adtsHeader()` must see. */
export const adtsHeaderBytes = 7;

/** Null where no ADTS frame header stands at `offset`. */
export function adtsHeader(bytes: Uint8Array, offset: number): AdtsHeader | null {
  if (offset + adtsHeaderBytes > bytes.length || bytes[offset] !== 0xff || (bytes[offset + 1] & 0xf6) !== 0xf0) return null;
  const sampleRate = sampleRates[(bytes[offset + 2] >> 2) & 15];
  const channels = channelCounts[((bytes[offset + 2] & 1) << 2) | (bytes[offset + 3] >> 6)];
  const frameBytes = ((bytes[offset + 3] & 3) << 11) | (bytes[offset + 4] << 3) | (bytes[offset + 5] >> 5);
  const blocks = (bytes[offset + 6] & 3) + 1;
  const hasCrc = (bytes[offset + 1] & 1) === 0; // protection_absent
  const headerBytes = adtsHeaderBytes + (hasCrc ? 2 * blocks : 0);
  if (sampleRate === undefined || frameBytes < headerBytes) return null;
  return {
    sampleRate, channels, frameBytes, headerBytes,
    frameSamples: 1024 * blocks,
    objectType: (bytes[offset + 2] >> 6) + 1,
    isMpeg2: (bytes[offset + 1] & 8) !== 0,
  };
}
