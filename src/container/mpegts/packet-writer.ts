import { packetBytes, syncByte } from './packet';
import { crc32 } from './sections';

const payloadBytes = packetBytes - 4;

export interface PacketFlags {
  /** Ticks of 90 kHz for the program clock reference; null: none. */
  readonly clock: number | null;
  readonly isRandomAccess: boolean;
}

/** Parts what begins in a packet of its own into transport stream packets: ISO/IEC 13818-1, 2.4.3.2. */
export class PacketWriter {
  readonly #counters = new Map<number, number>();

  packets(pid: number, bytes: Uint8Array, { clock, isRandomAccess }: PacketFlags = { clock: null, isRandomAccess: false }): Uint8Array {
    const fields = clock === null && !isRandomAccess ? [] : [(isRandomAccess ? 0x40 : 0) | (clock === null ? 0 : 0x10), ...(clock === null ? [] : clockReference(clock))];
    const firstRoom = payloadBytes - (fields.length > 0 ? 1 + fields.length : 0);
    const count = 1 + Math.ceil(Math.max(0, bytes.length - firstRoom) / payloadBytes);
    const written = new Uint8Array(count * packetBytes);
    for (let packet = 0, from = 0; packet < count; packet++) {
      const adaptation = packet === 0 ? fields : [];
      const room = packet === 0 ? firstRoom : payloadBytes;
      const size = Math.min(room, bytes.length - from);
      const stuffing = room - size;
      const hasAdaptation = adaptation.length > 0 || stuffing > 0;
      const counter = ((this.#counters.get(pid) ?? -1) + 1) & 15;
      this.#counters.set(pid, counter);
      const at = packet * packetBytes;
      written.set([syncByte, (packet === 0 ? 0x40 : 0) | (pid >> 8), pid & 0xff, (hasAdaptation ? 0x30 : 0x10) | counter], at);
      if (hasAdaptation) {
        const end = at + packetBytes - size;
        written.fill(0xff, at + 4, end);
        written[at + 4] = end - at - 5;
        // A field of no bytes has no flags either.
        if (end > at + 5) written.set(adaptation.length > 0 ? adaptation : [0], at + 5);
      }
      written.set(bytes.subarray(from, from + size), at + packetBytes - size);
      from += size;
    }
    return written;
  }
}

/** 33 bits of 90 kHz; what counts at 27 MHz is 0. */
function clockReference(clock: number): number[] {
  const bits = wrapped(clock);
  return [Math.floor(bits / 2 ** 25), Math.floor(bits / 2 ** 17) & 0xff, Math.floor(bits / 2 ** 9) & 0xff, Math.floor(bits / 2) & 0xff, ((bits % 2) << 7) | 0x7e, 0];
}

const wrapped = (time: number): number => ((time % 2 ** 33) + 2 ** 33) % 2 ** 33;

/** 2.4.3.7: four bits of prefix, then 33 with markers between. */
function timestamp(prefix: number, time: number): number[] {
  const bits = wrapped(time);
  const part = (shift: number, count: number) => Math.floor(bits / 2 ** shift) % 2 ** count;
  return [(prefix << 4) | (part(30, 3) << 1) | 1, part(22, 8), (part(15, 7) << 1) | 1, part(7, 8), (part(0, 7) << 1) | 1];
}

/** A PES packet that begins with an access unit: 2.4.3.6. Its length is told where 16 bits can, which they must for sound. */
export function pesPacket(streamId: number, presentation: number, decode: number, data: Uint8Array): Uint8Array {
  const times = presentation === decode ? timestamp(2, presentation) : [...timestamp(3, presentation), ...timestamp(1, decode)];
  const length = 3 + times.length + data.length;
  const told = length > 0xffff ? 0 : length;
  const header = [0, 0, 1, streamId, told >> 8, told & 0xff, 0x84, times.length === 5 ? 0x80 : 0xc0, times.length, ...times];
  const packet = new Uint8Array(header.length + data.length);
  packet.set(header);
  packet.set(data, header.length);
  return packet;
}

/** Bytes that a PES packet of sound may have. */
export const mostPesBytes = 0xffff - 13;

/** A section that is always current, of the first version, with the pointer that stands before it: 2.4.4. */
function section(tableId: number, id: number, content: readonly number[]): Uint8Array {
  const length = 5 + content.length + 4;
  const bytes = [tableId, 0xb0 | (length >> 8), length & 0xff, id >> 8, id & 0xff, 0xc1, 0, 0, ...content];
  const crc = crc32(Uint8Array.from(bytes));
  return Uint8Array.from([0, ...bytes, ...[24, 16, 8, 0].map((shift) => (crc >>> shift) & 0xff)]);
}

const pidBits = (pid: number): number[] => [0xe0 | (pid >> 8), pid & 0xff];

/** 2.4.4.3: one program. */
export const programAssociationSection = (program: number, mapPid: number): Uint8Array => section(0, 1, [program >> 8, program & 0xff, ...pidBits(mapPid)]);

/** 2.4.4.8, with the languages of streams where three letters tell them. */
export function programMapSection(program: number, clockPid: number, streams: readonly { readonly pid: number; readonly type: number; readonly language: string }[]): Uint8Array {
  const entries = streams.flatMap(({ pid, type, language }) => {
    const info = /^[a-z]{3}$/.test(language) && language !== 'und' ? [0x0a, 4, ...Array.from(language, (letter) => letter.charCodeAt(0)), 0] : [];
    return [type, ...pidBits(pid), 0xf0, info.length, ...info];
  });
  return section(2, program, [...pidBits(clockPid), 0xf0, 0, ...entries]);
}
