/** Milliseconds × 10 of a frame, by the number of its configuration (RFC 6716, table 2): 12 of SILK, 4 hybrid, 16 of CELT. */
const silk = [100, 200, 400, 600];
const hybrid = [100, 200];
const celt = [25, 50, 100, 200];

function frameTenths(configuration: number): number {
  if (configuration < 12) return silk[configuration & 3];
  if (configuration < 16) return hybrid[configuration & 1];
  return celt[configuration & 3];
}

/** Frames at 48 kHz that a packet decodes to (RFC 6716, section 3.1 and 3.2); null for none that may be. */
export function opusPacketFrames(packet: Uint8Array): number | null {
  if (packet.length < 1) return null;
  const code = packet[0] & 3;
  if (code === 3 && packet.length < 2) return null;
  const count = code === 0 ? 1 : code === 3 ? packet[1] & 63 : 2;
  const frames = (count * frameTenths(packet[0] >> 3) * 48) / 10;
  return frames > 0 && frames <= 5760 ? frames : null;
}
