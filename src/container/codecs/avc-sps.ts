import type { CodePoints } from '../tracks';
import { rawPayload } from './annex-b';
import { BitReader } from './BitReader';

export interface PictureFormat {
  readonly codec: string;
  /** Cropped: what the decoder gives. */
  readonly width: number;
  readonly height: number;
  readonly sampleAspectRatio: readonly [horizontal: number, vertical: number];
  readonly color: CodePoints | null;
}

/** ITU-T H.264, table E-1. */
export const aspectRatios: readonly (readonly [number, number])[] = [
  [1, 1], [1, 1], [12, 11], [10, 11], [16, 11], [40, 33], [24, 11], [20, 11], [32, 11], [80, 33], [18, 11], [15, 11], [64, 33], [160, 99], [4, 3], [3, 2], [2, 1],
];
const extendedAspectRatio = 255;

const withChromaFormat = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];

/** A sequence parameter set: ITU-T H.264, 7.3.2.1.1. Null for what makes no sense. */
export function avcSequenceParameterSet(nalUnit: Uint8Array): Omit<PictureFormat, 'codec'> & { readonly profile: readonly [number, number, number] } | null {
  const raw = rawPayload(nalUnit.subarray(1));
  if (raw.length < 4) return null;
  const reader = new BitReader(raw);
  const profile = [reader.bits(8), reader.bits(8), reader.bits(8)] as const;
  reader.unsignedExpGolomb(); // seq_parameter_set_id
  let chromaFormat = 1;
  if (withChromaFormat.includes(profile[0])) {
    chromaFormat = reader.unsignedExpGolomb();
    if (chromaFormat === 3 && reader.flag()) chromaFormat = 0; // Separate planes are cropped as monochrome ones.
    reader.unsignedExpGolomb(); // bit_depth_luma_minus8
    reader.unsignedExpGolomb(); // bit_depth_chroma_minus8
    reader.skip(1);
    if (reader.flag()) skipScalingLists(reader, chromaFormat === 3 ? 12 : 8);
  }
  reader.unsignedExpGolomb(); // log2_max_frame_num_minus4
  skipPictureOrderCount(reader);
  reader.unsignedExpGolomb(); // max_num_ref_frames
  reader.skip(1);
  const codedWidth = (reader.unsignedExpGolomb() + 1) * 16;
  const mapUnits = reader.unsignedExpGolomb() + 1;
  const isProgressive = reader.flag();
  if (!isProgressive) reader.skip(1);
  reader.skip(1); // direct_8x8_inference_flag
  const codedHeight = mapUnits * 16 * (isProgressive ? 1 : 2);
  const [left, right, top, bottom] = reader.flag() ? [0, 1, 2, 3].map(() => reader.unsignedExpGolomb()) : [0, 0, 0, 0];
  const unitX = chromaFormat === 1 || chromaFormat === 2 ? 2 : 1;
  const unitY = (chromaFormat === 1 ? 2 : 1) * (isProgressive ? 1 : 2);
  const width = codedWidth - unitX * (left + right);
  const height = codedHeight - unitY * (top + bottom);
  if (reader.isPastEnd || width <= 0 || height <= 0 || width > 65536 || height > 65536) return null;
  const usability = reader.flag() ? readUsability(reader) : null;
  return { profile, width, height, sampleAspectRatio: usability?.sampleAspectRatio ?? [1, 1], color: usability?.color ?? null };
}

function skipPictureOrderCount(reader: BitReader): void {
  const type = reader.unsignedExpGolomb();
  if (type === 0) reader.unsignedExpGolomb();
  if (type !== 1) return;
  reader.skip(1);
  reader.signedExpGolomb();
  reader.signedExpGolomb();
  for (let left = Math.min(255, reader.unsignedExpGolomb()); left > 0; left--) reader.signedExpGolomb();
}

function skipScalingLists(reader: BitReader, lists: number): void {
  for (let list = 0; list < lists; list++) {
    if (!reader.flag()) continue;
    let last = 8;
    let next = 8;
    for (let left = list < 6 ? 16 : 64; left > 0; left--) {
      if (next !== 0) next = (last + reader.signedExpGolomb() + 256) % 256;
      if (next !== 0) last = next;
    }
  }
}

/** What video usability information begins with: H.264, E.1.1; H.265, E.2.1. */
export function readUsability(reader: BitReader): Pick<PictureFormat, 'sampleAspectRatio' | 'color'> {
  let sampleAspectRatio: readonly [number, number] = [1, 1];
  if (reader.flag()) {
    const index = reader.bits(8);
    const stated = index === extendedAspectRatio ? [reader.bits(16), reader.bits(16)] as const : aspectRatios[index];
    if (stated && stated[0] > 0 && stated[1] > 0) sampleAspectRatio = stated;
  }
  if (reader.flag()) reader.skip(1); // overscan
  let color: CodePoints | null = null;
  if (reader.flag()) {
    reader.skip(3); // video_format
    const fullRange = reader.flag();
    const [primaries, transfer, matrix] = reader.flag() ? [reader.bits(8), reader.bits(8), reader.bits(8)] : [2, 2, 2];
    color = { primaries, transfer, matrix, fullRange };
  }
  return reader.isPastEnd ? { sampleAspectRatio: [1, 1], color: null } : { sampleAspectRatio, color };
}
