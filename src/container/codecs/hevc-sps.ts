import { rawPayload } from './annex-b';
import { type PictureFormat, readUsability } from './avc-sps';
import { BitReader } from './BitReader';
import { hevcString } from './hevc';

/** A sequence parameter set: ITU-T H.265, 7.3.2.2.1. Null for what makes no sense. */
export function hevcSequenceParameterSet(nalUnit: Uint8Array, sampleEntry: string): PictureFormat | null {
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
  const usability = hasUsability(reader, subLayers) ? readUsability(reader) : null;
  return { codec: hevcString(general, sampleEntry), width, height, sampleAspectRatio: usability?.sampleAspectRatio ?? [1, 1], color: usability?.color ?? null };
}

/** Reads what stands between the size of pictures and video usability information. */
function hasUsability(reader: BitReader, subLayers: number): boolean {
  skipGolomb(reader, 2); // Bit depths
  const orderCountBits = reader.unsignedExpGolomb() + 4;
  const layers = reader.flag() ? subLayers + 1 : 1;
  skipGolomb(reader, 3 * layers + 6); // Buffering of each layer; sizes of blocks
  if (reader.flag() && reader.flag()) skipScalingLists(reader);
  reader.skip(2); // amp_enabled_flag, sample_adaptive_offset_enabled_flag
  if (reader.flag()) { // pcm_enabled_flag
    reader.skip(8);
    skipGolomb(reader, 2);
    reader.skip(1);
  }
  if (!skipReferencePictureSets(reader)) return false;
  if (reader.flag()) { // long_term_ref_pics_present_flag
    for (let left = Math.min(mostPictures * 2, reader.unsignedExpGolomb()); left > 0; left--) reader.skip(orderCountBits + 1);
  }
  reader.skip(2); // sps_temporal_mvp_enabled_flag, strong_intra_smoothing_enabled_flag
  return reader.flag() && !reader.isPastEnd;
}

function skipGolomb(reader: BitReader, count: number): void {
  for (let left = count; left > 0; left--) reader.unsignedExpGolomb();
}

/** scaling_list_data(): 7.3.4 */
function skipScalingLists(reader: BitReader): void {
  for (let size = 0; size < 4; size++) {
    for (let matrix = 0; matrix < 6; matrix += size === 3 ? 3 : 1) {
      if (!reader.flag()) reader.unsignedExpGolomb();
      else skipGolomb(reader, (size > 1 ? 1 : 0) + Math.min(64, 16 << (2 * size)));
    }
  }
}

/** 7.4.3.2.1: sps_max_dec_pic_buffering_minus1 is below 16, num_short_term_ref_pic_sets at most 64. */
const mostPictures = 16;
const mostSets = 64;

/** st_ref_pic_set() for each: 7.3.7. False where there are more than may be. */
function skipReferencePictureSets(reader: BitReader): boolean {
  const sets = reader.unsignedExpGolomb();
  if (sets > mostSets) return false;
  let pictures = 0;
  for (let set = 0; set < sets; set++) {
    if (set > 0 && reader.flag()) { // As the set before, but for some.
      reader.skip(1);
      reader.unsignedExpGolomb();
      let kept = 0;
      for (let picture = 0; picture <= pictures; picture++) if (reader.flag() || reader.flag()) kept++;
      pictures = kept;
    } else {
      pictures = reader.unsignedExpGolomb() + reader.unsignedExpGolomb();
      if (pictures > 2 * mostPictures) return false;
      for (let picture = 0; picture < pictures; picture++) {
        reader.unsignedExpGolomb();
        reader.skip(1);
      }
    }
    if (pictures > 2 * mostPictures) return false;
  }
  return true;
}

/** The rest of profile_tier_level(): 7.3.3 */
function skipSubLayers(reader: BitReader, subLayers: number): void {
  const present = Array.from({ length: subLayers }, () => [reader.flag(), reader.flag()]);
  if (subLayers > 0) reader.skip(2 * (8 - subLayers));
  for (const [hasProfile, hasLevel] of present) reader.skip((hasProfile ? 88 : 0) + (hasLevel ? 8 : 0));
}
