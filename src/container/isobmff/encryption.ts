import type { ByteReader } from '../ByteReader';
import { fail } from '../failure';
import type { SampleEncryption, Subsample } from '../outputs';
import type { EncryptionScheme, TrackEncryption } from '../tracks';
import type { Box } from './Box';

export const schemes: readonly string[] = ['cenc', 'cbc1', 'cens', 'cbcs'] satisfies EncryptionScheme[];

export interface ProtectionInfo {
  /** The sample entry's type before it was encrypted. */
  readonly originalFormat: string;
  /** Null for a scheme that is not of Common Encryption, or that says nothing of how. */
  readonly encryption: TrackEncryption | null;
}

/** A sinf box (ISO/IEC 14496-12, 8.12; ISO/IEC 23001-7, 4 and 8.2). */
export function protectionInfoOf(sinf: Box): ProtectionInfo {
  const originalFormat = sinf.need('frma').reader().latin(4);
  const schm = sinf.child('schm');
  const tenc = sinf.find('schi', 'tenc');
  if (!schm || !tenc) return { originalFormat, encryption: null };
  const scheme = schm.full().reader.latin(4);
  return { originalFormat, encryption: schemes.includes(scheme) ? trackEncryption(tenc, scheme as EncryptionScheme) : null };
}

function trackEncryption(tenc: Box, scheme: EncryptionScheme): TrackEncryption {
  const { version, reader } = tenc.full();
  reader.skip(1);
  const pattern = patternOf(reader.u8(), version > 0);
  return { scheme, pattern, ...keyFields(reader) };
}

function patternOf(byte: number, isThere: boolean): TrackEncryption['pattern'] {
  return isThere && byte !== 0 ? { cryptBlocks: byte >> 4, skipBlocks: byte & 15 } : null;
}

/** isProtected, Per_Sample_IV_Size, KID and constant_IV, as they stand in tenc boxes and in entries of 'seig' groups alike. */
function keyFields(reader: ByteReader): Omit<TrackEncryption, 'scheme' | 'pattern'> {
  const isProtected = reader.u8() === 1;
  const perSampleIvSize = reader.u8();
  if (![0, 8, 16].includes(perSampleIvSize)) reader.fail(`has initialisation vectors of ${perSampleIvSize} bytes`);
  const keyId = reader.take(16).slice();
  const constantIv = isProtected && perSampleIvSize === 0 ? reader.take(reader.u8()).slice() : null;
  return { isProtected, perSampleIvSize, keyId, constantIv };
}

/** An entry of a 'seig' group (ISO/IEC 23001-7, 6): takes the place of the track's for its samples. */
export function encryptionOfGroup(entry: ByteReader, scheme: EncryptionScheme): TrackEncryption {
  entry.skip(1);
  const pattern = patternOf(entry.u8(), true);
  return { scheme, pattern, ...keyFields(entry) };
}

const useSubsamples = 2;

/** A senc box (ISO/IEC 23001-7, 7.2), one sample after the other. */
export class SampleEncryptionBox {
  readonly #reader: ByteReader;
  readonly #hasSubsamples: boolean;
  #left: number;

  constructor(senc: Box) {
    const { flags, reader } = senc.full();
    this.#hasSubsamples = (flags & useSubsamples) !== 0;
    this.#left = reader.u32();
    this.#reader = reader;
  }

  /** For the next sample, by what holds for it. Null for one in clear, which has an entry too. */
  next(encryption: TrackEncryption): SampleEncryption | null {
    if (this.#left === 0) return encryptionWithoutInfo(encryption, this.#reader.offset);
    this.#left--;
    const iv = encryption.isProtected ? vectorOf(this.#reader, encryption) : null;
    const subsamples = this.#hasSubsamples ? subsamplesOf(this.#reader) : null;
    return iv && sampleEncryption(encryption, iv, subsamples);
  }
}

/** The auxiliary information of one sample (ISO/IEC 23001-7, 7.1): the same fields, with the subsamples left out where there are none. */
export function auxiliaryInfoOf(reader: ByteReader, encryption: TrackEncryption): SampleEncryption | null {
  if (!encryption.isProtected) return null;
  if (reader.isAtEnd) return encryptionWithoutInfo(encryption, reader.offset);
  const iv = vectorOf(reader, encryption);
  return sampleEncryption(encryption, iv, reader.isAtEnd ? null : subsamplesOf(reader));
}

/** Of a sample that says nothing itself: it can be decrypted only where the vector is the same for all. */
export function encryptionWithoutInfo(encryption: TrackEncryption, offset: number): SampleEncryption | null {
  if (!encryption.isProtected) return null;
  return sampleEncryption(encryption, encryption.constantIv ?? fail('a protected sample without an initialisation vector', offset), null);
}

function vectorOf(reader: ByteReader, { perSampleIvSize, constantIv }: TrackEncryption): Uint8Array {
  if (perSampleIvSize > 0) return reader.take(perSampleIvSize).slice();
  return constantIv ?? fail('a protected sample without an initialisation vector', reader.offset);
}

function subsamplesOf(reader: ByteReader): Subsample[] {
  const count = reader.u16();
  if (count * 6 > reader.remaining) reader.fail('ends too early');
  return Array.from({ length: count }, () => ({ clearBytes: reader.u16(), protectedBytes: reader.u32() }));
}

function sampleEncryption({ scheme, keyId, pattern }: TrackEncryption, iv: Uint8Array, subsamples: readonly Subsample[] | null): SampleEncryption {
  return { scheme, keyId, iv, subsamples, pattern };
}
