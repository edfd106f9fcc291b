import { fourCharacters, viewOf } from '../bytes';
import type { Malformed } from '../malformed';
import { follow, tooShort, upright, type ParsedFrame, type ParsedImage, type ParsedTrack, type TooShort } from './image';

interface Box {
  readonly type: string;
  readonly begin: number;
  readonly end: number;
}

/** AVIF: https://aomediacodec.github.io/av1-avif/ over HEIF (ISO/IEC 23008-12). Images that are composed of others (`grid`) are not known. */
export function parseAvif(bytes: Uint8Array, isComplete: boolean): ParsedImage | TooShort | Malformed {
  if (bytes.length < 16) return tooShort;
  if (fourCharacters(bytes, 4) !== 'ftyp') return { malformed: 'there is no ftyp box', offset: 0 };
  const file = new Reader(bytes);
  const top = file.boxes(0, bytes.length);
  const meta = top.find(({ type }) => type === 'meta');
  const movie = top.find(({ type }) => type === 'moov');
  const isSequence = fourCharacters(bytes, 8) === 'avis';
  // The brand promises a sequence: it comes before the pictures.
  if ((meta === undefined || (isSequence && movie === undefined)) && !isComplete) return tooShort;
  const item = meta && parsePrimaryItem(file, meta);
  const sequence = movie && parseSequence(file, movie);
  const tracks = [...(item ? [item.track] : []), ...(sequence ? [sequence] : [])];
  if (tracks.length === 0) return { malformed: 'there is no AV1 image', offset: meta?.begin ?? 0 };
  return { tracks, primaryTrack: isSequence ? tracks.length - 1 : 0, ...(item?.orientation ?? upright) };
}

const mostBoxes = 4096;

class Reader {
  readonly view: DataView;

  constructor(readonly bytes: Uint8Array) {
    this.view = viewOf(bytes);
  }

  /** Boxes that have come whole. */
  boxes(begin: number, end: number): Box[] {
    const found: Box[] = [];
    for (let at = begin; at + 8 <= end && found.length < mostBoxes;) {
      let size = this.view.getUint32(at);
      let header = 8;
      if (size === 1 && at + 16 <= end) {
        size = Number(this.view.getBigUint64(at + 8));
        header = 16;
      } else if (size === 0) {
        size = end - at;
      }
      if (size < header || at + size > end) break;
      found.push({ type: fourCharacters(this.bytes, at + 4), begin: at + header, end: at + size });
      at += size;
    }
    return found;
  }

  /** Down a path of types; `skip` bytes of a full box are before its children. */
  find(parent: Box, path: readonly (readonly [type: string, skip: number])[]): Box | undefined {
    let box: Box | undefined = parent;
    let skip = 0;
    for (const [type, ownSkip] of path) {
      box = box && this.boxes(box.begin + skip, box.end).find((child) => child.type === type);
      skip = ownSkip;
    }
    return box;
  }

  /** An unsigned number of that many bytes; 0 beyond the end of the file. */
  number(at: number, bytes: number): number {
    let value = 0;
    for (let index = 0; index < bytes; index++) value = value * 256 + (this.bytes[at + index] ?? 0);
    return value;
  }

  slice(begin: number, length: number): Uint8Array | null {
    return begin + length <= this.bytes.length ? this.bytes.subarray(begin, begin + length) : null;
  }
}

interface Properties {
  readonly description?: Uint8Array;
  readonly color?: ParsedFrame['color'];
  /** Quarter turns anti-clockwise. */
  readonly quarterTurns: number;
  /** 0: upside down, 1: left to right. */
  readonly mirrorAxis: number | null;
  readonly isAlpha: boolean;
}

/** HEIF section 6.2: the item that `pitm` names, and what `iref` says is its alpha. */
function parsePrimaryItem(file: Reader, meta: Box): { track: ParsedTrack; orientation: { rotation: number; flip: boolean } } | null {
  const child = (...path: [string, number][]) => file.find({ ...meta, begin: meta.begin + 4 }, path);
  const [primary, locations, properties] = [child(['pitm', 0]), child(['iloc', 0]), child(['iprp', 0])];
  if (!primary || !locations || !properties) return null;
  const id = file.number(primary.begin + 4, file.bytes[primary.begin] === 0 ? 2 : 4);
  const extents = itemExtents(file, locations, child(['idat', 0]));
  const own = itemProperties(file, properties, id);
  if (own.description === undefined) return null;
  const alphaId = auxiliaryItems(file, child(['iref', 0]), id).find((candidate) => itemProperties(file, properties, candidate).isAlpha);
  const data = extents.get(id) ?? null;
  const alphaData = alphaId === undefined ? undefined : (extents.get(alphaId) ?? null);
  const alpha = alphaData ? { data: alphaData, description: itemProperties(file, properties, alphaId!).description } : undefined;
  const isWhole = data !== null && alphaData !== null;
  const frame: ParsedFrame = { data: isWhole ? data : null, isKey: true, timestamp: 0, duration: null, color: own.color, ...(alpha && { alpha }) };
  return { track: { animated: false, repetitionCount: 0, codec: 'av1', description: own.description, frames: [frame] }, orientation: orientationOf(own) };
}

/** Turned anti-clockwise first, then mirrored (HEIF sections 6.5.10 and 6.5.12); upside down is left to right of half a turn more. */
function orientationOf({ quarterTurns, mirrorAxis }: Properties): { rotation: number; flip: boolean } {
  const rotation = (360 - quarterTurns * 90) % 360;
  if (mirrorAxis === null) return { rotation, flip: false };
  return { rotation: mirrorAxis === 0 ? (rotation + 180) % 360 : rotation, flip: true };
}

/** `iloc`: ISO/IEC 14496-12 section 8.11.3. Items of several pieces are joined; null for one that has not come whole. */
function itemExtents(file: Reader, { begin }: Box, itemData: Box | undefined): Map<number, Uint8Array | null> {
  const version = file.bytes[begin];
  const [offsetSize, lengthSize] = [file.bytes[begin + 4] >> 4, file.bytes[begin + 4] & 15];
  const [baseSize, indexSize] = [file.bytes[begin + 5] >> 4, version > 0 ? file.bytes[begin + 5] & 15 : 0];
  const idSize = version < 2 ? 2 : 4;
  let at = begin + 6;
  const take = (bytes: number) => {
    const value = file.number(at, bytes);
    at += bytes;
    return value;
  };
  const items = new Map<number, Uint8Array | null>();
  const count = Math.min(take(idSize), mostBoxes);
  for (let index = 0; index < count; index++) {
    const id = take(idSize);
    const method = version > 0 ? take(2) & 15 : 0;
    take(2);
    const base = take(baseSize) + (method === 1 ? (itemData?.begin ?? Infinity) : 0);
    const pieces: (Uint8Array | null)[] = [];
    const extents = Math.min(take(2), mostBoxes);
    for (let extent = 0; extent < extents; extent++) {
      take(indexSize);
      const offset = base + take(offsetSize);
      pieces.push(file.slice(offset, take(lengthSize)));
    }
    items.set(id, joined(pieces));
  }
  return items;
}

function joined(pieces: readonly (Uint8Array | null)[]): Uint8Array | null {
  if (pieces.length === 1) return pieces[0];
  if (pieces.some((piece) => piece === null)) return null;
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece!.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece!, at);
    at += piece!.length;
  }
  return whole;
}

/** `iprp`: HEIF section 9.3. */
function itemProperties(file: Reader, properties: Box, id: number): Properties {
  const container = file.find(properties, [['ipco', 0]]);
  const association = file.find(properties, [['ipma', 0]]);
  const all = container === undefined ? [] : file.boxes(container.begin, container.end);
  const own = (association === undefined ? [] : associated(file, association, id)).flatMap((index) => all[index - 1] ?? []);
  const find = (type: string) => own.find((box) => box.type === type);
  const [configuration, turn, mirror, auxiliary] = ['av1C', 'irot', 'imir', 'auxC'].map(find);
  const color = own.find((box) => box.type === 'colr' && fourCharacters(file.bytes, box.begin) === 'nclx');
  return {
    ...(configuration && { description: file.bytes.subarray(configuration.begin, configuration.end) }),
    ...(color && { color: nclx(file, color.begin) }),
    quarterTurns: turn === undefined ? 0 : file.bytes[turn.begin] & 3,
    mirrorAxis: mirror === undefined ? null : file.bytes[mirror.begin] & 1,
    isAlpha: auxiliary !== undefined && text(file, auxiliary.begin + 4, auxiliary.end).endsWith(':alpha'),
  };
}

function nclx(file: Reader, begin: number): NonNullable<ParsedFrame['color']> {
  return {
    primaries: file.number(begin + 4, 2), transfer: file.number(begin + 6, 2), matrix: file.number(begin + 8, 2), fullRange: (file.number(begin + 10, 1) & 0x80) !== 0,
  };
}

function text(file: Reader, begin: number, end: number): string {
  const zero = file.bytes.indexOf(0, begin);
  return String.fromCharCode(...file.bytes.subarray(begin, Math.min(end, zero < 0 ? end : zero, begin + 256)));
}

/** Numbers of the properties of an item, from 1 on. */
function associated(file: Reader, { begin, end }: Box, id: number): number[] {
  const idSize = file.bytes[begin] === 0 ? 2 : 4;
  const indexSize = file.bytes[begin + 3] & 1 ? 2 : 1;
  const count = Math.min(file.number(begin + 4, 4), mostBoxes);
  for (let index = 0, at = begin + 8; index < count && at < end; index++) {
    const isOwn = file.number(at, idSize) === id;
    const entries = file.number(at + idSize, 1);
    at += idSize + 1;
    if (isOwn) return Array.from({ length: entries }, (_, entry) => file.number(at + entry * indexSize, indexSize) & (indexSize === 1 ? 0x7f : 0x7fff));
    at += entries * indexSize;
  }
  return [];
}

/** Items that say by `iref` that they are auxiliary to this one. */
function auxiliaryItems(file: Reader, references: Box | undefined, id: number): number[] {
  if (references === undefined) return [];
  const idSize = file.bytes[references.begin] === 0 ? 2 : 4;
  return file.boxes(references.begin + 4, references.end).filter(({ type }) => type === 'auxl').flatMap(({ begin }) => {
    const count = Math.min(file.number(begin + idSize, 2), mostBoxes);
    const targets = Array.from({ length: count }, (_, index) => file.number(begin + idSize + 2 + index * idSize, idSize));
    return targets.includes(id) ? [file.number(begin, idSize)] : [];
  });
}

const mostFrames = 1 << 20;

/** The first track with AV1 pictures that is no alpha: ISO/IEC 14496-12 section 8.3. */
function parseSequence(file: Reader, movie: Box): ParsedTrack | null {
  for (const track of file.boxes(movie.begin, movie.end).filter(({ type }) => type === 'trak')) {
    const handler = file.find(track, [['mdia', 0], ['hdlr', 0]]);
    const kind = handler && fourCharacters(file.bytes, handler.begin + 8);
    const table = file.find(track, [['mdia', 0], ['minf', 0], ['stbl', 0]]);
    const entry = table && file.find(table, [['stsd', 8], ['av01', 78]]);
    if ((kind !== 'pict' && kind !== 'vide') || !table || !entry) continue;
    const configuration = file.boxes(entry.begin + 78, entry.end).find(({ type }) => type === 'av1C');
    const color = file.boxes(entry.begin + 78, entry.end).find(({ type, begin }) => type === 'colr' && fourCharacters(file.bytes, begin) === 'nclx');
    const header = file.find(track, [['mdia', 0], ['mdhd', 0]]);
    const timescale = header === undefined ? 0 : file.number(header.begin + (file.bytes[header.begin] === 1 ? 20 : 12), 4);
    if (timescale === 0) continue;
    const frames = samples(file, table, timescale).map((sample) => ({ ...sample, ...(color && { color: nclx(file, color.begin) }) }));
    if (frames.length === 0) continue;
    return {
      animated: true, repetitionCount: repetitions(file, track), codec: 'av1', frames,
      ...(configuration && { description: file.bytes.subarray(configuration.begin, configuration.end) }),
    };
  }
  return null;
}

/** An edit list that does not say that it repeats is played once; without one, animations go on for ever. */
function repetitions(file: Reader, track: Box): number {
  const list = file.find(track, [['edts', 0], ['elst', 0]]);
  return list === undefined || (file.bytes[list.begin + 3] & 1) !== 0 ? Infinity : 0;
}

/** Sample tables: ISO/IEC 14496-12 sections 8.6.1, 8.7. */
function samples(file: Reader, table: Box, timescale: number): ParsedFrame[] {
  const box = (type: string) => file.find(table, [[type, 0]]);
  const [times, sizes, chunks, offsets32, offsets64, keys] = ['stts', 'stsz', 'stsc', 'stco', 'co64', 'stss'].map(box);
  const offsets = offsets32 ?? offsets64;
  if (!times || !sizes || !chunks || !offsets) return [];
  const [fixedSize, count] = [file.number(sizes.begin + 4, 4), Math.min(file.number(sizes.begin + 8, 4), mostFrames)];
  if (fixedSize === 0 && sizes.begin + 12 + count * 4 > sizes.end) return [];
  const keySet = keys && new Set(Array.from({ length: Math.min(file.number(keys.begin + 4, 4), count) }, (_, index) => file.number(keys.begin + 8 + index * 4, 4)));
  const durations = runLengths(file, times, count);
  const positions = samplePositions(file, chunks, offsets, offsets32 === undefined ? 8 : 4, (index) => (fixedSize || file.number(sizes.begin + 12 + index * 4, 4)), count);
  return follow(positions.map(({ offset, size }, index) => ({
    data: file.slice(offset, size), isKey: keySet === undefined || keySet.has(index + 1), duration: Math.round(((durations[index] ?? 0) / timescale) * 1e6),
  })));
}

function runLengths(file: Reader, { begin }: Box, most: number): number[] {
  const values: number[] = [];
  const entries = Math.min(file.number(begin + 4, 4), most);
  for (let entry = 0; entry < entries && values.length < most; entry++) {
    const run = Math.min(file.number(begin + 8 + entry * 8, 4), most - values.length);
    const value = file.number(begin + 12 + entry * 8, 4);
    for (let index = 0; index < run; index++) values.push(value);
  }
  return values;
}

function samplePositions(file: Reader, chunks: Box, offsets: Box, offsetSize: number, sizeOf: (index: number) => number, count: number): { offset: number; size: number }[] {
  const positions: { offset: number; size: number }[] = [];
  const entries = Math.min(file.number(chunks.begin + 4, 4), mostFrames);
  const chunkCount = Math.min(file.number(offsets.begin + 4, 4), mostFrames);
  let entry = 0;
  for (let chunk = 0; chunk < chunkCount && positions.length < count; chunk++) {
    while (entry + 1 < entries && file.number(chunks.begin + 8 + (entry + 1) * 12, 4) <= chunk + 1) entry++;
    const perChunk = file.number(chunks.begin + 12 + entry * 12, 4);
    let offset = file.number(offsets.begin + 8 + chunk * offsetSize, offsetSize);
    for (let index = 0; index < perChunk && positions.length < count; index++) {
      const size = sizeOf(positions.length);
      positions.push({ offset, size });
      offset += size;
    }
  }
  return positions;
}
