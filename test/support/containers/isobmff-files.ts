import { box, fullBox, u16, u32 } from './boxes';

type Bytes = readonly number[];

export const fileType = box('ftyp', 'isom', u32(0));
export const movieHeader = (timescale = 1000, duration = 0) => fullBox('mvhd', 0, 0, u32(0, 0, timescale, duration), new Uint8Array(80));

const identity = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);
const trackHeader = (id: number, matrix: Bytes) => fullBox('tkhd', 0, 1, u32(0, 0, id, 0, 0), new Uint8Array(16), matrix, u32(0, 0));

export interface TrackFields {
  readonly id?: number;
  readonly handler?: string;
  readonly timescale?: number;
  readonly duration?: number;
  readonly matrix?: Bytes;
  /** The content of stsd. */
  readonly entries?: readonly Bytes[];
  /** Boxes of the sample table besides stsd. */
  readonly table?: readonly Bytes[];
  /** Boxes of the track besides tkhd and mdia. */
  readonly more?: readonly Bytes[];
}

export const vp8Entry = (...more: readonly Bytes[]) => visualEntry('vp08', ...more);
export const visualEntry = (type: string, ...more: readonly Bytes[]) =>
  box(type, new Uint8Array(6), u16(1), new Uint8Array(16), u16(320, 180), u32(0x480000, 0x480000, 0), u16(1), new Uint8Array(32), u16(24, 0xffff), ...more);
export const audioEntry = (type: string, ...more: readonly Bytes[]) =>
  box(type, new Uint8Array(6), u16(1), new Uint8Array(8), u16(2, 16), u32(0), u32(48_000 * 65_536), ...more);

export const noSamples = [fullBox('stts', 0, 0, u32(0)), fullBox('stsc', 0, 0, u32(0)), fullBox('stsz', 0, 0, u32(0, 0)), fullBox('stco', 0, 0, u32(0))];

export function track({ id = 1, handler = 'vide', timescale = 1000, duration = 0, matrix = identity, entries = [vp8Entry()], table = noSamples, more = [] }: TrackFields = {}): number[] {
  return box('trak', trackHeader(id, matrix), ...more, box('mdia', fullBox('mdhd', 0, 0, u32(0, 0, timescale, duration), u16(0x55c4, 0)),
    fullBox('hdlr', 0, 0, u32(0), handler, new Uint8Array(12), 'name\0'),
    box('minf', box('stbl', fullBox('stsd', 0, 0, u32(entries.length), ...entries), ...table))));
}

/** Tables of samples in one chunk, 40 ticks each. */
export function sampleTable(sizes: readonly number[], chunkOffset: number, ...more: readonly Bytes[]): Bytes[] {
  return [
    fullBox('stts', 0, 0, u32(1, sizes.length, 40)), fullBox('stsc', 0, 0, u32(1, 1, sizes.length, 1)), fullBox('stsz', 0, 0, u32(0, sizes.length, ...sizes)),
    fullBox('stco', 0, 0, u32(1, chunkOffset)), ...more,
  ];
}

export const editList = (...entries: readonly (readonly [duration: number, mediaTime: number])[]) =>
  box('edts', fullBox('elst', 0, 0, u32(entries.length), ...entries.map(([duration, mediaTime]) => u32(duration, mediaTime, 0x10000))));

export const movie = (...parts: readonly Bytes[]) => box('moov', movieHeader(), ...parts);
export const movieExtends = (...ids: readonly number[]) => box('mvex', ...ids.map((id) => fullBox('trex', 0, 0, u32(id, 1, 40, 0, 0))));

export interface FragmentFields {
  readonly id?: number;
  readonly time?: number;
  readonly sizes: readonly number[];
  /** Boxes of the traf besides tfhd, tfdt and trun. */
  readonly more?: readonly Bytes[];
}

/** moof and mdat with samples of bytes 1, 2, 3, … */
export function fragment({ id = 1, time = 0, sizes, more = [] }: FragmentFields): number[] {
  const moof = (dataOffset: number) => box('moof', fullBox('mfhd', 0, 0, u32(1)), box('traf', fullBox('tfhd', 0, 0x20000, u32(id)), fullBox('tfdt', 0, 0, u32(time)),
    fullBox('trun', 0, 0x201, u32(sizes.length, dataOffset, ...sizes)), ...more));
  const data = Uint8Array.from({ length: sizes.reduce((sum, size) => sum + size, 0) }, (_, index) => index + 1);
  return [...moof(moof(0).length + 8), ...box('mdat', data)];
}

export const keyId = Array.from({ length: 16 }, (_, index) => index + 1);

/** @param tenc content of the box behind version and flags */
export const protection = (format: string, scheme: string, version: number, ...tenc: readonly Bytes[]) =>
  box('sinf', box('frma', format), fullBox('schm', 0, 0, scheme, u32(0x10000)), box('schi', fullBox('tenc', version, 0, ...tenc)));

export const file = (...parts: readonly Bytes[]) => Uint8Array.from(parts.flat());
