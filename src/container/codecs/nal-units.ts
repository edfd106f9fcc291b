/** NAL units of H.264 and H.265, in the byte stream format (annex B of both) and with lengths before them (ISO/IEC 14496-15). */
import { findStartCode, rawPayload } from './annex-b';
import { BitReader } from './BitReader';

/** The NAL units of a byte stream, without start codes and what pads them. */
export function splitByteStream(bytes: Uint8Array): Uint8Array[] {
  const units: Uint8Array[] = [];
  for (let at = findStartCode(bytes, 0, bytes.length); at >= 0;) {
    const next = findStartCode(bytes, at + 3, bytes.length);
    units.push(withoutTrailingZeros(bytes.subarray(at + 3, next < 0 ? bytes.length : next)));
    at = next;
  }
  return units.filter((unit) => unit.length > 0);
}

function withoutTrailingZeros(unit: Uint8Array): Uint8Array {
  let end = unit.length;
  while (end > 0 && unit[end - 1] === 0) end--;
  return unit.subarray(0, end);
}

/** NAL units with 4-byte lengths before them, in new memory. */
export function joinWithLengths(units: readonly Uint8Array[]): Uint8Array {
  const size = units.reduce((sum, unit) => sum + 4 + unit.length, 0);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const unit of units) {
    view.setUint32(at, unit.length);
    bytes.set(unit, at + 4);
    at += 4 + unit.length;
  }
  return bytes;
}

/** AVCDecoderConfigurationRecord: ISO/IEC 14496-15 section 5.3.3.1. Null without a sequence and a picture parameter set. */
export function avcConfiguration(units: readonly Uint8Array[]): Uint8Array | null {
  const ofType = (type: number) => units.filter((unit) => (unit[0] & 0x1f) === type);
  const [sequenceSets, pictureSets, extensions] = [7, 8, 13].map(ofType);
  if (sequenceSets.length === 0 || pictureSets.length === 0) return null;
  const [, profile, compatibility, level] = sequenceSets[0];
  const bytes = [1, profile, compatibility, level, 0xfc | 3, 0xe0 | sequenceSets.length, ...sequenceSets.flatMap(withShortLength)];
  bytes.push(pictureSets.length, ...pictureSets.flatMap(withShortLength));
  if (hasAvcChroma(profile)) {
    const { chromaFormat, lumaDepth, chromaDepth } = avcChroma(sequenceSets[0]);
    bytes.push(0xfc | chromaFormat, 0xf8 | (lumaDepth - 8), 0xf8 | (chromaDepth - 8), extensions.length, ...extensions.flatMap(withShortLength));
  }
  return Uint8Array.from(bytes);
}

const withShortLength = (unit: Uint8Array): number[] => [unit.length >> 8, unit.length & 0xff, ...unit];

const hasAvcChroma = (profile: number): boolean => [100, 110, 122, 144, 244, 44].includes(profile);

/** From the beginning of a sequence parameter set: H.264 section 7.3.2.1.1. */
function avcChroma(sequenceSet: Uint8Array): { chromaFormat: number; lumaDepth: number; chromaDepth: number } {
  const reader = new BitReader(rawPayload(sequenceSet.subarray(4, 64)));
  reader.unsignedExpGolomb(); // seq_parameter_set_id
  const chromaFormat = reader.unsignedExpGolomb();
  if (chromaFormat === 3) reader.skip(1);
  return { chromaFormat: chromaFormat & 3, lumaDepth: 8 + (reader.unsignedExpGolomb() & 7), chromaDepth: 8 + (reader.unsignedExpGolomb() & 7) };
}

const hevcParameterSets = { video: 32, sequence: 33, picture: 34 };

/** HEVCDecoderConfigurationRecord: ISO/IEC 14496-15 section 8.3.3.1. Null without a parameter set of each kind. */
export function hevcConfiguration(units: readonly Uint8Array[]): Uint8Array | null {
  const arrays = Object.values(hevcParameterSets).map((type) => ({ type, sets: units.filter((unit) => ((unit[0] >> 1) & 0x3f) === type) }));
  if (arrays.some(({ sets }) => sets.length === 0)) return null;
  const sequence = rawPayload(arrays[1].sets[0]);
  const { chromaFormat, lumaDepth, chromaDepth, layers, isNested } = hevcChroma(sequence);
  return Uint8Array.from([
    1,
    ...sequence.subarray(3, 15), // Profile, compatibility, constraints and level of profile_tier_level().
    0xf0, 0, // min_spatial_segmentation_idc: unknown
    0xfc, // parallelismType: unknown
    0xfc | chromaFormat, 0xf8 | (lumaDepth - 8), 0xf8 | (chromaDepth - 8),
    0, 0, // avgFrameRate: unknown
    (layers << 3) | (isNested << 2) | 3,
    arrays.length,
    ...arrays.flatMap(({ type, sets }) => [0x80 | type, sets.length >> 8, sets.length & 0xff, ...sets.flatMap(withShortLength)]),
  ]);
}

/** From the beginning of a sequence parameter set: H.265 section 7.3.2.2.1. */
function hevcChroma(sequence: Uint8Array): { chromaFormat: number; lumaDepth: number; chromaDepth: number; layers: number; isNested: number } {
  const reader = new BitReader(sequence.subarray(2));
  reader.skip(4);
  const layers = reader.bits(3) + 1;
  const isNested = reader.bits(1);
  reader.skip(96); // The general part of profile_tier_level()
  const present = Array.from({ length: layers - 1 }, () => [reader.bits(1), reader.bits(1)]);
  if (layers > 1) reader.skip(2 * (9 - layers));
  for (const [hasProfile, hasLevel] of present) reader.skip(hasProfile * 88 + hasLevel * 8);
  reader.unsignedExpGolomb(); // sps_seq_parameter_set_id
  const chromaFormat = reader.unsignedExpGolomb();
  if (chromaFormat === 3) reader.skip(1);
  reader.unsignedExpGolomb(); // Width and height in luma samples
  reader.unsignedExpGolomb();
  if (reader.bits(1) === 1) for (let side = 0; side < 4; side++) reader.unsignedExpGolomb();
  return { chromaFormat: chromaFormat & 3, lumaDepth: 8 + (reader.unsignedExpGolomb() & 7), chromaDepth: 8 + (reader.unsignedExpGolomb() & 7), layers, isNested };
}

/** Bytes of the lengths before NAL units, as an AVC or HEVC configuration record tells; null for a record that is too short. */
export function lengthBytesOf(configuration: Uint8Array, isHevc: boolean): number | null {
  const byte = configuration[isHevc ? 21 : 4];
  return byte === undefined ? null : (byte & 3) + 1;
}

/** The NAL units of a sample that has lengths before them; null where the lengths don't fit. */
export function splitWithLengths(sample: Uint8Array, lengthBytes: number): Uint8Array[] | null {
  const units: Uint8Array[] = [];
  for (let at = 0; at < sample.length;) {
    if (at + lengthBytes > sample.length) return null;
    let length = 0;
    for (let index = 0; index < lengthBytes; index++) length = length * 256 + sample[at++];
    if (at + length > sample.length) return null;
    if (length > 0) units.push(sample.subarray(at, at + length));
    at += length;
  }
  return units;
}

/** NAL units with start codes before them, in new memory. */
export function joinWithStartCodes(units: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(units.reduce((sum, unit) => sum + 4 + unit.length, 0));
  let at = 0;
  for (const unit of units) {
    bytes[at + 3] = 1;
    bytes.set(unit, at + 4);
    at += 4 + unit.length;
  }
  return bytes;
}

/** The parameter sets of an AVCDecoderConfigurationRecord; null for one that is cut off. */
export function avcParameterSetsOf(configuration: Uint8Array): Uint8Array[] | null {
  const units: Uint8Array[] = [];
  let at = 5;
  for (const mask of [0x1f, 0xff]) {
    const count = (configuration[at++] ?? 0) & mask;
    for (let index = 0; index < count; index++) {
      const length = (configuration[at] << 8) | configuration[at + 1];
      if (!(at + 2 + length <= configuration.length)) return null;
      units.push(configuration.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
  }
  return units;
}

/** The parameter sets of an HEVCDecoderConfigurationRecord, and what SEI it has; null for one that is cut off. */
export function hevcParameterSetsOf(configuration: Uint8Array): Uint8Array[] | null {
  const units: Uint8Array[] = [];
  let at = 23;
  for (let arrays = configuration[22] ?? 0; arrays > 0; arrays--) {
    const count = (configuration[at + 1] << 8) | configuration[at + 2];
    at += 3;
    for (let index = 0; index < count; index++) {
      const length = (configuration[at] << 8) | configuration[at + 1];
      if (!(at + 2 + length <= configuration.length)) return null;
      units.push(configuration.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
  }
  return units;
}
