import type { SampleEncryption, Subsample } from '../outputs';
import type { EbmlElement } from './ebml';
import { fieldsOf } from './ebml';
import { Id } from './ids';

/** What was done to the frames of a track, last first to be undone (RFC 9559, 5.1.4.1.31). */
export interface ContentEncodings {
  /** Bytes that stand before every frame ("header stripping"); null where there are none. */
  readonly strippedHeader: Uint8Array | null;
  readonly keyId: Uint8Array | null;
  /** An encoding that is not known here: the frames can't be read. */
  readonly isForeign: boolean;
}

export const noEncodings: ContentEncodings = { strippedHeader: null, keyId: null, isForeign: false };

const scopeFrames = 1;
const headerStripping = 3;
const aes = 5;
const counterMode = 1;

export function contentEncodings(element: EbmlElement | undefined): ContentEncodings {
  let { strippedHeader, keyId, isForeign } = noEncodings;
  for (const encoding of element ? element.children() : []) {
    if (encoding.id !== Id.ContentEncoding) continue;
    const fields = fieldsOf(encoding);
    if ((fields.unsigned(Id.ContentEncodingScope, scopeFrames) & scopeFrames) === 0) continue;
    if (fields.unsigned(Id.ContentEncodingType, 0) === 0) {
      const compression = fieldsOf(fields.get(Id.ContentCompression));
      if (compression.unsigned(Id.ContentCompAlgo, 0) === headerStripping) strippedHeader = compression.get(Id.ContentCompSettings)?.bytes ?? null;
      else isForeign = true;
    } else {
      const encryption = fieldsOf(fields.get(Id.ContentEncryption));
      const settings = fieldsOf(encryption.get(Id.ContentEncAESSettings));
      if (encryption.unsigned(Id.ContentEncAlgo, 0) !== aes || settings.unsigned(Id.AESSettingsCipherMode, counterMode) !== counterMode) isForeign = true;
      keyId = encryption.get(Id.ContentEncKeyID)?.bytes.slice() ?? new Uint8Array(0);
    }
  }
  return { strippedHeader, keyId, isForeign };
}

export interface DecodedFrame {
  readonly data: Uint8Array;
  readonly encryption: SampleEncryption | null;
}

const encryptedFlag = 1;
const partitionedFlag = 2;

/**
 * Takes off a frame's signal byte, vector and partitions (WebM Encryption, "SimpleBlock", "Subsample"), and puts the stripped header on again.
 * Null for a frame that is too short.
 */
export function decodeFrame(frame: Uint8Array, encodings: ContentEncodings): DecodedFrame | null {
  if (!encodings.keyId) return { data: encodings.strippedHeader ? joined(encodings.strippedHeader, frame) : frame, encryption: null };
  if (frame.length < 1) return null;
  if ((frame[0] & encryptedFlag) === 0) return { data: frame.subarray(1), encryption: null };
  if (frame.length < 9) return null;
  const iv = frame.subarray(1, 9);
  const common = { scheme: 'cenc', keyId: encodings.keyId, iv, pattern: null } as const;
  if ((frame[0] & partitionedFlag) === 0) return { data: frame.subarray(9), encryption: { ...common, subsamples: null } };
  if (frame.length < 10) return null;
  const partitions = frame[9];
  const begin = 10 + partitions * 4;
  if (begin > frame.length) return null;
  const subsamples = partitioned(frame, partitions, frame.length - begin);
  return subsamples && { data: frame.subarray(begin), encryption: { ...common, subsamples } };
}

/** Offsets at which clear and encrypted bytes take turns, clear ones first. */
function partitioned(frame: Uint8Array, partitions: number, size: number): Subsample[] | null {
  const borders = [0];
  for (let index = 0; index < partitions; index++) {
    const at = 10 + index * 4;
    borders.push(frame[at] * 2 ** 24 + ((frame[at + 1] << 16) | (frame[at + 2] << 8) | frame[at + 3]));
  }
  borders.push(size);
  const lengths = borders.slice(1).map((border, index) => border - borders[index]);
  if (lengths.some((length) => length < 0)) return null;
  const subsamples: Subsample[] = [];
  for (let index = 0; index < lengths.length; index += 2) subsamples.push({ clearBytes: lengths[index], protectedBytes: lengths[index + 1] ?? 0 });
  return subsamples;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
