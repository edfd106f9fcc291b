import { twoDigits } from './hex';

/** From an AV1CodecConfigurationRecord ("Codec ISO Media File Format Binding", 2.3) by section 5 of the same. */
export function av1CodecString(configuration: Uint8Array): string {
  if (configuration.length < 4 || configuration[0] !== 0x81) return '';
  const profile = configuration[1] >> 5;
  const level = configuration[1] & 0x1f;
  const [tier, highBitDepth, twelveBit] = [7, 6, 5].map((bit) => (configuration[2] >> bit) & 1);
  const depth = highBitDepth ? (profile === 2 && twelveBit ? 12 : 10) : 8;
  const string = `av01.${profile}.${twoDigits(level)}${tier ? 'H' : 'M'}.${twoDigits(depth)}`;
  // What is left out stands for 4:2:0; what is told must be told whole. The record has no colours: those are the defaults.
  const [monochrome, subsamplingX, subsamplingY] = [4, 3, 2].map((bit) => (configuration[2] >> bit) & 1);
  if (!monochrome && subsamplingX && subsamplingY) return string;
  return `${string}.${monochrome}.${subsamplingX}${subsamplingY}${configuration[2] & 3}.01.01.01.0`;
}

const sequenceHeader = 1;
const temporalDelimiter = 2;

/** Where the OBU at `at` begins and ends ("AV1 Bitstream & Decoding Process Specification", 5.3); null where there is none. */
function obuAt(bytes: Uint8Array, at: number): { readonly type: number; readonly end: number } | null {
  if (at >= bytes.length) return null;
  const type = (bytes[at] >> 3) & 15;
  const hasSize = (bytes[at] & 2) !== 0;
  let next = at + ((bytes[at] & 4) !== 0 ? 2 : 1);
  if (!hasSize) return { type, end: bytes.length };
  let size = 0;
  for (let index = 0; index < 8; index++) {
    const byte = bytes[next++];
    if (byte === undefined) return null;
    size += (byte & 0x7f) * 2 ** (7 * index);
    if ((byte & 0x80) === 0) break;
  }
  return next + size <= bytes.length ? { type, end: next + size } : null;
}

/** A temporal unit without its temporal delimiters, which containers leave out ("AV1 Codec ISO Media File Format Binding", 2.4). */
export function withoutTemporalDelimiter(unit: Uint8Array): Uint8Array {
  let at = 0;
  for (let obu = obuAt(unit, 0); obu?.type === temporalDelimiter; obu = obuAt(unit, at)) at = obu.end;
  return unit.subarray(at);
}

/** chroma_subsampling_x and _y of each profile, where the codec string tells none: 4:2:0, 4:4:4, 4:2:2. */
const subsamplings = [0x0c, 0, 0x08];

/**
 * AV1CodecConfigurationRecord (2.3 of the same), by a codec string.
 * @param keyUnit a temporal unit, whose sequence header the record is given as well; null: none
 */
export function av1Configuration(codec: string, keyUnit: Uint8Array | null): Uint8Array | null {
  const match = /^av01\.([0-2])\.(\d\d)([MH])\.(08|10|12)(?:\.([01])\.([01])([01])([0-3]))?/.exec(codec);
  if (!match) return null;
  const [, profile, level, tier, depth, monochrome, subX, subY, position] = match;
  const chroma = monochrome === undefined ? subsamplings[Number(profile)] : (Number(monochrome) << 4) | (Number(subX) << 3) | (Number(subY) << 2) | Number(position);
  const header = [0x81, (Number(profile) << 5) | Number(level), (tier === 'H' ? 0x80 : 0) | (depth === '08' ? 0 : 0x40) | (depth === '12' ? 0x20 : 0) | chroma, 0];
  for (let at = 0; keyUnit;) {
    const obu = obuAt(keyUnit, at);
    if (!obu) break;
    if (obu.type === sequenceHeader) return Uint8Array.from([...header, ...keyUnit.subarray(at, obu.end)]);
    at = obu.end;
  }
  return Uint8Array.from(header);
}
