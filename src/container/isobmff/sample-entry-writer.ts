import { dOpsOf } from '../codecs/opus';
import { flacStreamInfo } from '../codecs/flac';
import { vpConfigurationOf } from '../codecs/vp9';
import { MuxerError, type MuxerTrack } from '../Muxer';
import type { VideoDescription } from '../tracks';
import { box, bytesOf, fields, fullBox, type Part } from './box-writer';

interface Entry {
  readonly type: string;
  /** The boxes of the codec. */
  readonly boxes: readonly Part[];
  readonly bitsPerSample?: number;
}

type EntryOf = (codec: string, description: Uint8Array | null, track: MuxerTrack) => Entry;

/** Codec strings, up to their first period, or their second for MPEG-4 audio. */
export const videoCodecs = ['avc1', 'avc3', 'hvc1', 'hev1', 'vp09', 'av01', 'vp8', 'vp08'] as const;
export const audioCodecs = ['mp4a.40', 'opus', 'flac', 'mp3', 'mp4a.6B', 'mp4a.69'] as const;

const nalUnits = (configuration: 'avcC' | 'hvcC'): EntryOf => (codec, description) => ({ type: codec.slice(0, 4), boxes: [box(configuration, description!)] });

/** "VP Codec ISO Media File Format Binding", "VP Codec Configuration Box". */
const vp: EntryOf = (codec, _description, { description: { video } }) => {
  const { profile, level, bitDepth, chromaSubsampling } = vpConfigurationOf(codec)!;
  const { primaries, transfer, matrix, fullRange } = video?.color ?? { primaries: 2, transfer: 2, matrix: 2, fullRange: false };
  const packed = (bitDepth << 4) | (chromaSubsampling << 1) | (fullRange ? 1 : 0);
  return { type: codec.startsWith('vp8') ? 'vp08' : codec.slice(0, 4), boxes: [fullBox('vpcC', 1, 0, fields().u8(profile).u8(level).u8(packed).u8(primaries).u8(transfer).u8(matrix).u16(0))] };
};

const aac = 0x40;
const mpeg1Audio = 0x6b;
const mpeg2Audio = 0x69;

const descriptor = (tag: number, ...parts: readonly Part[]): Part => {
  const content = fields();
  for (const part of parts) content.bytes(bytesOf(part));
  const { length } = content;
  return fields(5 + length).u8(tag).u8(0x80 | (length >> 21)).u8(0x80 | ((length >> 14) & 0x7f)).u8(0x80 | ((length >> 7) & 0x7f)).u8(length & 0x7f).bytes(content.finish());
};

/** esds: ISO/IEC 14496-14, 6.7.2; 14496-1, 7.2.6.5 and 7.2.6.6. */
const elementary = (objectType: number, info: Uint8Array | null): Entry => ({
  type: 'mp4a',
  boxes: [fullBox('esds', 0, 0, descriptor(3, fields().u16(0).u8(0),
    descriptor(4, fields().u8(objectType).u8(0x15).u24(0).u32(0).u32(0), ...(info ? [descriptor(5, info)] : [])), descriptor(6, fields().u8(2))))],
});

const mp3: EntryOf = (_codec, _description, { description: { audio } }) => elementary((audio?.sampleRate ?? 0) < 32_000 ? mpeg2Audio : mpeg1Audio, null);

const entries: Readonly<Record<typeof videoCodecs[number] | typeof audioCodecs[number], EntryOf>> = {
  'avc1': nalUnits('avcC'), 'avc3': nalUnits('avcC'), 'hvc1': nalUnits('hvcC'), 'hev1': nalUnits('hvcC'),
  'vp8': vp, 'vp08': vp, 'vp09': vp,
  'av01': (_codec, description) => ({ type: 'av01', boxes: [box('av1C', description!)] }),
  'mp4a.40': (_codec, description) => elementary(aac, description),
  mp3, 'mp4a.6B': mp3, 'mp4a.69': mp3,
  'opus': (_codec, description) => ({ type: 'Opus', boxes: [box('dOps', dOpsOf(description!))] }),
  // "Encapsulation of FLAC in ISO Base Media File Format", 3.3.2: the metadata blocks.
  'flac': (_codec, description) => ({ type: 'fLaC', boxes: [fullBox('dfLa', 0, 0, description!.subarray(4))], bitsPerSample: flacStreamInfo(description!.subarray(8))?.bitsPerSample }),
};

function entryOf(codec: string): EntryOf | null {
  const key = Object.keys(entries).find((held) => codec === held || codec.startsWith(`${held}.`)) as keyof typeof entries | undefined;
  return key === undefined ? null : entries[key];
}

/** @throws MuxerError where there is no sample entry for the track */
export function checkSampleEntry({ type, description: { codec, description, video, audio } }: MuxerTrack): void {
  if (!entryOf(codec)) throw new MuxerError(`MP4: the codec ${codec || 'without a name'}. It holds ${[...videoCodecs, ...audioCodecs].join(', ')}.`);
  const isVideo = videoCodecs.some((held) => codec.split('.')[0] === held);
  if (type !== (isVideo ? 'video' : 'audio')) throw new MuxerError(`MP4: ${codec} in a track of type ${type}.`);
  if (isVideo && !(video && video.codedWidth > 0 && video.codedHeight > 0 && video.codedWidth < 65536 && video.codedHeight < 65536)) throw new MuxerError(`MP4: ${codec} without its size.`);
  if (!isVideo && !(audio && audio.sampleRate > 0 && audio.numberOfChannels > 0)) throw new MuxerError(`MP4: ${codec} without its sample rate and channels.`);
  if (codec.startsWith('vp09') && !vpConfigurationOf(codec)) throw new MuxerError(`MP4: ${codec}, which is no codec string of VP9.`);
  if (codec === 'flac' && !(description && description.length >= 42)) throw new MuxerError('MP4: FLAC without its description.');
}

/** ISO/IEC 14496-12, 12.1.3 and 12.2.3. @param configuration the codec's, as `SampleForm` has it */
export function sampleEntry(track: MuxerTrack, configuration: Uint8Array | null): Uint8Array {
  const { codec, video, audio } = track.description;
  const { type, boxes, bitsPerSample = 16 } = entryOf(codec)!(codec, configuration, track);
  const head = fields(128).zeros(6).u16(1);
  if (video) {
    head.zeros(16).u16(video.codedWidth).u16(video.codedHeight).u32(0x480000).u32(0x480000).u32(0).u16(1).zeros(32).u16(24).u16(0xffff);
    return box(type, head, ...boxes, ...shape(video));
  }
  // A rate above 65,535 is told by the codec's box alone ("Encapsulation of FLAC", 3.3.1).
  const { sampleRate, numberOfChannels } = audio!;
  head.zeros(8).u16(numberOfChannels).u16(bitsPerSample).u32(0).u32(sampleRate > 65535 ? 0 : sampleRate * 65536);
  return box(type, head, ...boxes);
}

/** The pixels' aspect ratio (12.1.4) and the colours (12.1.5), where they are something to tell. */
function shape({ codedWidth, codedHeight, displayWidth, displayHeight, color }: VideoDescription): Uint8Array[] {
  const boxes: Uint8Array[] = [];
  if (color) boxes.push(box('colr', fields().latin('nclx').u16(color.primaries).u16(color.transfer).u16(color.matrix).u8(color.fullRange ? 0x80 : 0)));
  const [horizontal, vertical] = [displayWidth * codedHeight, displayHeight * codedWidth];
  if (horizontal > 0 && vertical > 0 && horizontal !== vertical) {
    const divisor = greatestCommonDivisor(horizontal, vertical);
    boxes.push(box('pasp', fields().u32(horizontal / divisor).u32(vertical / divisor)));
  }
  return boxes;
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));
