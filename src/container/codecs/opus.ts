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

/** OpusHead (RFC 7845, 5.1), the description that WebCodecs takes, of a dOps box's content ("Encapsulation of Opus in ISOBMFF", 4.3.2). */
export function opusHeadOf(dOps: Uint8Array): Uint8Array | null {
  if (dOps.length < 11) return null;
  const head = new Uint8Array(8 + dOps.length);
  head.set([0x4f, 0x70, 0x75, 0x73, 0x48, 0x65, 0x61, 0x64]); // "OpusHead"
  head.set(dOps, 8);
  head[8] = 1; // The version, 0 in the box. Then the channels; the rest is turned from big to little endian.
  [head[10], head[11]] = [dOps[3], dOps[2]];
  [head[12], head[13], head[14], head[15]] = [dOps[7], dOps[6], dOps[5], dOps[4]];
  [head[16], head[17]] = [dOps[9], dOps[8]];
  return head;
}

/** A dOps box's content, of OpusHead: the reverse of `opusHeadOf()`. */
export function dOpsOf(head: Uint8Array): Uint8Array {
  const dOps = head.slice(8);
  dOps[0] = 0;
  [dOps[2], dOps[3]] = [head[11], head[10]];
  [dOps[4], dOps[5], dOps[6], dOps[7]] = [head[15], head[14], head[13], head[12]];
  [dOps[8], dOps[9]] = [head[17], head[16]];
  return dOps;
}

/** OpusHead of a stream of one or two channels that comes without it. */
export const plainOpusHead = (channels: number, preSkip: number): Uint8Array =>
  Uint8Array.of(0x4f, 0x70, 0x75, 0x73, 0x48, 0x65, 0x61, 0x64, 1, channels, preSkip & 0xff, preSkip >> 8, 0x80, 0xbb, 0, 0, 0, 0, 0);

export const isOpusHead = (bytes: Uint8Array): boolean =>
  bytes.length >= 19 && [...'OpusHead'].every((character, index) => bytes[index] === character.charCodeAt(0)) && (bytes[18] === 0 || bytes.length >= 21 + bytes[9]);

/** Frames at 48 kHz that are not to be heard. @param head OpusHead */
export const opusPreSkip = (head: Uint8Array): number => head[10] | (head[11] << 8);

/** Bytes of a frame (RFC 6716, 3.2.1). */
const mostFrameBytes = 1275;

/** Where parts of a packet of one stream are. */
interface OpusFraming {
  readonly begin: number;
  /** Of the last size before the frames: the one that framing of its own adds. */
  readonly lastSize: number;
  readonly frames: number;
  readonly end: number;
}

/**
 * Null for a packet that breaks a rule (RFC 6716, 3.4: R1 to R7).
 * @param isDelimited its framing tells where it ends (appendix B); false: it goes on to the end
 */
function opusFraming(bytes: Uint8Array, begin: number, isDelimited: boolean): OpusFraming | null {
  if (opusPacketFrames(bytes.subarray(begin)) === null) return null;
  let at = begin + 1;
  let padding = 0;
  let count = [1, 2, 2, 0][bytes[begin] & 3];
  let isVariable = (bytes[begin] & 3) === 2;
  if (count === 0) {
    const flags = bytes[at++];
    count = flags & 63;
    isVariable = (flags & 0x80) !== 0;
    for (let more = (flags & 0x40) !== 0; more; padding += more ? 254 : bytes[at - 1]) more = bytes[at++] === 255;
  }
  let told = 0;
  let lastSize = at;
  const sizes = isVariable ? count - (isDelimited ? 0 : 1) : isDelimited ? 1 : 0;
  for (let index = 0; index < sizes; index++) {
    lastSize = at;
    const first = bytes[at++] ?? 0;
    const size = first < 252 ? first : first + 4 * (bytes[at++] ?? 0);
    if (size > mostFrameBytes) return null;
    told += size;
  }
  if (isDelimited) {
    const end = at + (isVariable ? told : told * count) + padding;
    return end <= bytes.length ? { begin, lastSize, frames: at, end } : null;
  }
  const rest = bytes.length - padding - at - told;
  const each = isVariable ? rest : rest / count;
  return each >= 0 && each <= mostFrameBytes && Number.isInteger(each) ? { begin, lastSize: at, frames: at, end: bytes.length } : null;
}

/** The packets of single streams that a packet of several holds (RFC 7845, 3), all of the same length; null where it is not one of that many. */
export function opusStreamPackets(packet: Uint8Array, streams: number): Uint8Array[] | null {
  const frames = opusPacketFrames(packet);
  const packets: Uint8Array[] = [];
  let at = 0;
  for (let stream = 0; stream < streams; stream++) {
    if (opusPacketFrames(packet.subarray(at)) !== frames) return null;
    const framing = opusFraming(packet, at, stream < streams - 1);
    if (framing === null) return null;
    packets.push(withoutDelimiter(packet, framing));
    at = framing.end;
  }
  return packets;
}

function withoutDelimiter(bytes: Uint8Array, { begin, lastSize, frames, end }: OpusFraming): Uint8Array {
  if (lastSize === frames) return bytes.subarray(begin, end);
  const packet = new Uint8Array(end - begin - (frames - lastSize));
  packet.set(bytes.subarray(begin, lastSize));
  packet.set(bytes.subarray(frames, end), lastSize - begin);
  return packet;
}
