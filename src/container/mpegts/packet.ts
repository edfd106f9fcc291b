export const packetBytes = 188;
export const syncByte = 0x47;
export const nullPid = 0x1fff;

/** Packets of 188 bytes; with four bytes of time before each (Blu-ray); with sixteen of error correction behind each. */
export const strides = [188, 192, 204];
/** Sync bytes in a row that must agree. */
export const agreeingPackets = 4;

/** True where packets follow each other from `at` on, as many as are there. */
export function packetsAgree(bytes: Uint8Array, at: number, stride: number): boolean {
  for (let packet = 0; packet < agreeingPackets && (packet === 0 || at + packet * stride < bytes.length); packet++) {
    if (bytes[at + packet * stride] !== syncByte) return false;
  }
  return true;
}

/** Tells a transport stream by its first bytes, two packets of it at least. */
export function isTransportStream(bytes: Uint8Array): boolean {
  return strides.some((stride) => [0, stride - packetBytes].some((at) => bytes.length > at + stride && packetsAgree(bytes, at, stride)));
}

/** A transport stream packet: ISO/IEC 13818-1, 2.4.3.2. */
export interface TransportPacket {
  readonly pid: number;
  /** payload_unit_start_indicator */
  readonly isStart: boolean;
  readonly continuityCounter: number;
  readonly isScrambled: boolean;
  /** discontinuity_indicator: the counter, and with a PCR the clock, go on from somewhere else. */
  readonly isDiscontinuity: boolean;
  /** Of the program clock reference, what counts at 90 kHz: 33 bits. Null where there is none. */
  readonly clockReference: number | null;
  /** Null where the packet has none. */
  readonly payload: Uint8Array | null;
}

/** Null for a packet that is damaged, and says so or shows it. */
export function parsePacket(bytes: Uint8Array): TransportPacket | null {
  if (bytes[0] !== syncByte || bytes[1] & 0x80) return null;
  const hasAdaptation = (bytes[3] & 0x20) !== 0;
  const hasPayload = (bytes[3] & 0x10) !== 0;
  const adaptationBytes = hasAdaptation ? bytes[4] : 0;
  const payloadAt = hasAdaptation ? 5 + adaptationBytes : 4;
  if (payloadAt > packetBytes) return null;
  const flags = adaptationBytes > 0 ? bytes[5] : 0;
  return {
    pid: ((bytes[1] & 0x1f) << 8) | bytes[2],
    isStart: (bytes[1] & 0x40) !== 0,
    continuityCounter: bytes[3] & 15,
    isScrambled: (bytes[3] & 0xc0) !== 0,
    isDiscontinuity: (flags & 0x80) !== 0,
    clockReference: flags & 0x10 && adaptationBytes >= 7 ? ((bytes[6] << 24) >>> 0) * 2 + (bytes[7] << 17) + (bytes[8] << 9) + (bytes[9] << 1) + (bytes[10] >> 7) : null,
    payload: hasPayload && payloadAt < packetBytes ? bytes.subarray(payloadAt, packetBytes) : null,
  };
}
