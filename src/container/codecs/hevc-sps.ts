import { rawPayload } from './annex-b';
import { BitReader } from './BitReader';
import { hevcString } from './hevc';

export interface HevcSequence {
  readonly codec: string;
  /** Cropped: what the decoder gives. */
  readonly width: number;
  readonly height: number;
}

/** A sequence parameter set up to the size of pictures: ITU-T H.265, 7.3.2.2.1. Null for what makes no sense. */
export function hevcSequenceParameterSet(nalUnit: Uint8Array, sampleEntry: string): HevcSequence | null {
  const raw = rawPayload(nalUnit.subarray(2));
  if (raw.length < 15) return null;
  const reader = new BitReader(raw);
  reader.skip(4); // sps_video_parameter_set_id
  const subLayers = reader.bits(3);
  reader.skip(1);
  const general = raw.subarray(1, 13);
  reader.skip(96);
  skipSubLayers(reader, subLayers);
  reader.unsignedExpGolomb(); // sps_seq_parameter_set_id
  let chromaFormat = reader.unsignedExpGolomb();
  if (chromaFormat === 3 && reader.flag()) chromaFormat = 0;
  const codedWidth = reader.unsignedExpGolomb();
  const codedHeight = reader.unsignedExpGolomb();
  const [left, right, top, bottom] = reader.flag() ? [0, 1, 2, 3].map(() => reader.unsignedExpGolomb()) : [0, 0, 0, 0];
  const width = codedWidth - (chromaFormat === 1 || chromaFormat === 2 ? 2 : 1) * (left + right);
  const height = codedHeight - (chromaFormat === 1 ? 2 : 1) * (top + bottom);
  if (reader.isPastEnd || width <= 0 || height <= 0 || width > 65536 || height > 65536) return null;
  return { codec: hevcString(general, sampleEntry), width, height };
}

/** The rest of profile_tier_level(): 7.3.3 */
function skipSubLayers(reader: BitReader, subLayers: number): void {
  const present = Array.from({ length: subLayers }, () => [reader.flag(), reader.flag()]);
  if (subLayers > 0) reader.skip(2 * (8 - subLayers));
  for (const [hasProfile, hasLevel] of present) reader.skip((hasProfile ? 88 : 0) + (hasLevel ? 8 : 0));
}
