/** Transport streams made by hand. */
import { crc32 } from '../../../src/container/mpegts/sections';

export interface PacketOptions {
  readonly isStart?: boolean;
  readonly isDiscontinuity?: boolean;
  /** Ticks of 90 kHz. */
  readonly clock?: number;
}

/** Writes packets with the counters that belong to them. */
export class TransportWriter {
  readonly #counters = new Map<number, number>();

  /** One packet; what is free is stuffing in front. */
  packet(pid: number, payload: readonly number[], { isStart = false, isDiscontinuity = false, clock }: PacketOptions = {}): number[] {
    const counter = ((this.#counters.get(pid) ?? -1) + (payload.length > 0 ? 1 : 0)) & 15;
    this.#counters.set(pid, counter);
    const flags = (isDiscontinuity ? 0x80 : 0) | (clock === undefined ? 0 : 0x10);
    const reference = clock === undefined ? [] : [Math.floor(clock / 2 ** 25) & 0xff, Math.floor(clock / 2 ** 17) & 0xff, Math.floor(clock / 2 ** 9) & 0xff, Math.floor(clock / 2) & 0xff, (clock % 2) * 128 + 0x7e, 0];
    const fixed = flags === 0 ? [] : [flags, ...reference];
    const free = 184 - payload.length - (fixed.length > 0 ? 1 + fixed.length : 0);
    if (free < 0) throw new Error('too long');
    let adaptation: number[] = [];
    if (fixed.length > 0) adaptation = [fixed.length + free, ...fixed, ...Array.from({ length: free }, () => 0xff)];
    else if (free === 1) adaptation = [0];
    else if (free > 1) adaptation = [free - 1, 0, ...Array.from({ length: free - 2 }, () => 0xff)];
    return [0x47, (isStart ? 0x40 : 0) | (pid >> 8), pid & 0xff, (adaptation.length > 0 ? 0x20 : 0) | (payload.length > 0 ? 0x10 : 0) | counter, ...adaptation, ...payload];
  }

  /** As many packets as the bytes take. */
  packets(pid: number, bytes: readonly number[], options: PacketOptions = {}): number[] {
    const packets: number[] = [];
    for (let at = 0, first = true; at < bytes.length; first = false) {
      const room = first && (options.clock !== undefined || options.isDiscontinuity) ? 170 : 184;
      packets.push(...this.packet(pid, bytes.slice(at, at + room), first ? { ...options, isStart: true } : {}));
      at += room;
    }
    return packets;
  }

  programAssociation(programs: Record<number, number>, version = 0): number[] {
    return this.packets(0, [0, ...section(0, 1, version, Object.entries(programs).flatMap(([program, pid]) => [0, Number(program), 0xe0 | (pid >> 8), pid & 0xff]))]);
  }

  programMap(pid: number, streams: readonly (readonly [pid: number, type: number, language?: string])[], version = 0, program = 1): number[] {
    const entries = streams.flatMap(([stream, type, language]) => {
      const info = language ? [0x0a, 4, ...Array.from(language, (character) => character.charCodeAt(0)), 0] : [];
      return [type, 0xe0 | (stream >> 8), stream & 0xff, 0xf0, info.length, ...info];
    });
    const clockPid = streams[0]?.[0] ?? 0x1fff;
    return this.packets(pid, [0, ...section(2, program, version, [0xe0 | (clockPid >> 8), clockPid & 0xff, 0xf0, 0, ...entries])]);
  }

  pes(pid: number, payload: readonly number[], presentation?: number, decode?: number, options: PacketOptions & { readonly isLengthTold?: boolean } = {}): number[] {
    const times = presentation === undefined ? [] : decode === undefined ? timestamp(2, presentation) : [...timestamp(3, presentation), ...timestamp(1, decode)];
    const length = options.isLengthTold ? 3 + times.length + payload.length : 0;
    return this.packets(pid, [0, 0, 1, 0xe0, length >> 8, length & 0xff, 0x80, times.length === 0 ? 0 : times.length === 5 ? 0x80 : 0xc0, times.length, ...times, ...payload], options);
  }
}

const timestamp = (prefix: number, time: number): number[] => {
  const bits = ((time % 2 ** 33) + 2 ** 33) % 2 ** 33;
  const part = (shift: number, count: number) => Math.floor(bits / 2 ** shift) % 2 ** count;
  return [(prefix << 4) | (part(30, 3) << 1) | 1, part(22, 8), (part(15, 7) << 1) | 1, part(7, 8), (part(0, 7) << 1) | 1];
};

function section(table: number, id: number, version: number, content: readonly number[]): number[] {
  const length = 5 + content.length + 4;
  const bytes = [table, 0xb0 | (length >> 8), length & 0xff, id >> 8, id & 0xff, 0xc1 | (version << 1), 0, 0, ...content];
  const crc = crc32(Uint8Array.from(bytes));
  return [...bytes, ...[24, 16, 8, 0].map((shift) => (crc >>> shift) & 0xff)];
}

/** NAL units of H.264: baseline, level 1.0, 96 by 64. */
export const sequenceParameterSet = [0, 0, 0, 1, 0x67, 0x42, 0xc0, 0x0a, 0xda, 0x18, 0x99];
export const delimiter = [0, 0, 0, 1, 9, 0xf0];
export const keySlice = (length = 20): number[] => [0, 0, 1, 0x65, 0x88, ...Array.from({ length }, () => 0x55)];
export const slice = (length = 20, first = true): number[] => [0, 0, 1, 0x41, first ? 0x9a : 0x5a, ...Array.from({ length }, () => 0x66)];
