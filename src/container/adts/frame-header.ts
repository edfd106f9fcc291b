/** The fixed and variable header of an ADTS frame, the form in which AAC travels without a container (ISO/IEC 14496-3, 1.A.3.2). */
export interface AdtsHeader {
  readonly sampleRate: number;
  /** 0 where a program config element inside the frame tells. */
  readonly channels: number;
  /** Header included. */
  readonly frameBytes: number;
}

const sampleRates = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];
const channelCounts = [0, 1, 2, 3, 4, 5, 6, 8];

/** Null where no ADTS frame header stands at `offset`. */
export function adtsHeader(bytes: Uint8Array, offset: number): AdtsHeader | null {
  if (offset + 7 > bytes.length || bytes[offset] !== 0xff || (bytes[offset + 1] & 0xf6) !== 0xf0) return null;
  const sampleRate = sampleRates[(bytes[offset + 2] >> 2) & 15];
  const channels = channelCounts[((bytes[offset + 2] & 1) << 2) | (bytes[offset + 3] >> 6)];
  const frameBytes = ((bytes[offset + 3] & 3) << 11) | (bytes[offset + 4] << 3) | (bytes[offset + 5] >> 5);
  const headerBytes = bytes[offset + 1] & 1 ? 7 : 9; // protection_absent, or two bytes of CRC.
  if (sampleRate === undefined || frameBytes < headerBytes) return null;
  return { sampleRate, channels, frameBytes };
}
