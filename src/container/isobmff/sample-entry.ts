import type { ByteReader } from '../ByteReader';
import { noVideo, type AudioDescription, type CodePoints, type SampleDescription, type TrackEncryption, type VideoDescription } from '../tracks';
import type { Box } from './Box';
import { type CodecMapping, codecOfEntry } from './codecs';
import { protectionInfoOf } from './encryption';

export interface EntryContext {
  readonly type: 'video' | 'audio' | 'text' | 'other';
  readonly rotation: VideoDescription['rotation'];
  readonly isFlipped: boolean;
}

/** Sample entries of what handler: ISO/IEC 14496-12, 12.1.3, 12.2.3. */
export function sampleDescriptionOf(entry: Box, context: EntryContext): SampleDescription {
  if (context.type === 'video') return videoEntry(entry, context);
  if (context.type === 'audio') return audioEntry(entry);
  const { codec, description } = codecOfEntry(entry.type, () => undefined, null);
  return { codec, description, format: entry.type, video: null, audio: null, encryption: null, prerollFrames: 0 };
}

const entryBytes = 8; // Reserved bytes and a data reference.
const visualBytes = entryBytes + 70;

/** The first of each type of box behind the fixed fields. */
function boxesFrom(entry: Box, at: number): Map<string, Box> {
  const boxes = new Map<string, Box>();
  for (const box of entry.children(at, true)) if (!boxes.has(box.type)) boxes.set(box.type, box);
  return boxes;
}

function videoEntry(entry: Box, { rotation, isFlipped }: EntryContext): SampleDescription {
  const reader = entry.reader();
  reader.skip(entryBytes + 16);
  const codedWidth = reader.u16();
  const codedHeight = reader.u16();
  const boxes = boxesFrom(entry, visualBytes);
  const { format, encryption } = originalFormat(entry, boxes);
  const mapping = codecOfEntry(format, (type) => boxes.get(type), null);
  const [displayWidth, displayHeight] = displaySize(codedWidth, codedHeight, boxes.get('pasp')?.reader());
  return {
    codec: mapping.codec,
    description: mapping.description,
    format: entry.type,
    video: { ...noVideo, codedWidth, codedHeight, displayWidth, displayHeight, rotation, isFlipped, color: colorOf(boxes.get('colr')?.reader()) ?? mapping.color ?? null },
    audio: null,
    encryption,
    prerollFrames: 0,
  };
}

/** The pixel aspect ratio, width for height, makes the picture wider or higher: never smaller. */
function displaySize(width: number, height: number, pasp: ByteReader | undefined): [number, number] {
  const [horizontal, vertical] = pasp && pasp.remaining >= 8 ? [pasp.u32(), pasp.u32()] : [1, 1];
  if (horizontal === 0 || vertical === 0 || horizontal === vertical) return [width, height];
  return horizontal > vertical ? [Math.round((width * horizontal) / vertical), height] : [width, Math.round((height * vertical) / horizontal)];
}

function colorOf(colr: ByteReader | undefined): CodePoints | null {
  if (!colr || colr.remaining < 4) return null;
  const kind = colr.latin(4);
  if ((kind !== 'nclx' && kind !== 'nclc') || colr.remaining < 6) return null;
  const [primaries, transfer, matrix] = [colr.u16(), colr.u16(), colr.u16()];
  return { primaries, transfer, matrix, fullRange: kind === 'nclx' && !colr.isAtEnd && colr.u8() >= 0x80 };
}

function audioEntry(entry: Box): SampleDescription {
  const reader = entry.reader();
  reader.skip(entryBytes);
  const version = reader.u16(); // Of QuickTime; in ISO files 0, or 1 for a rate in a box.
  reader.skip(6);
  let numberOfChannels = reader.u16();
  let bitsPerSample = reader.u16();
  reader.skip(4);
  let sampleRate = reader.u32() / 65_536;
  let lpcmFlags = 0;
  let at = entryBytes + 20;
  const isQuickTime = version === 2 || (version === 1 && !hasIsoBoxes(entry));
  if (isQuickTime && version === 1) at += 16;
  else if (isQuickTime) {
    reader.skip(4);
    sampleRate = doubleOf(reader);
    numberOfChannels = reader.u32();
    reader.skip(4);
    bitsPerSample = reader.u32();
    lpcmFlags = reader.u32();
    at += 36;
  }
  const boxes = boxesFrom(entry, at);
  const wave = boxes.get('wave'); // QuickTime hides the codec's boxes in it.
  if (wave) for (const box of wave.children(0, true)) if (!boxes.has(box.type)) boxes.set(box.type, box);
  const { format, encryption } = originalFormat(entry, boxes);
  const mapping: CodecMapping = codecOfEntry(format, (type) => boxes.get(type), { sampleRate, numberOfChannels, bitsPerSample, lpcmFlags });
  const rate = boxes.get('srat');
  const audio: AudioDescription = {
    sampleRate: mapping.sampleRate ?? (rate ? rate.full().reader.u32() : sampleRate),
    numberOfChannels: mapping.numberOfChannels ?? numberOfChannels,
  };
  return { codec: mapping.codec, description: mapping.description, format: entry.type, video: null, audio, encryption, prerollFrames: mapping.prerollFrames ?? 0 };
}

/** Version 1 means other fields in QuickTime than in ISO files: in the latter, boxes follow at once. */
function hasIsoBoxes(entry: Box): boolean {
  const reader = entry.reader();
  if (reader.remaining < entryBytes + 28) return false;
  reader.skip(entryBytes + 20);
  const size = reader.u32();
  return size >= 8 && size <= reader.remaining + 4 && /^[\w ]{4}$/.test(reader.latin(4));
}

function doubleOf(reader: ByteReader): number {
  const bytes = reader.take(8);
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0);
}

function originalFormat(entry: Box, boxes: ReadonlyMap<string, Box>): { format: string; encryption: TrackEncryption | null } {
  const sinf = boxes.get('sinf');
  if (!sinf) return { format: entry.type, encryption: null };
  const { originalFormat: format, encryption } = protectionInfoOf(sinf);
  return { format, encryption };
}
