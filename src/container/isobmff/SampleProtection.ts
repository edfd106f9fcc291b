import type { SampleEncryption } from '../outputs';
import type { SampleDescription, TrackEncryption } from '../tracks';
import { AuxiliaryInfo, type DistantInfo } from './AuxiliaryInfo';
import type { Box } from './Box';
import { SampleEncryptionBox, encryptionOfGroup, encryptionWithoutInfo } from './encryption';
import type { MovieTrack } from './movie';
import { type GroupDescriptions, SampleToGroup, groupDescriptions } from './sample-groups';

const groupingType = 'seig';
/** Indices above this name groups that the fragment describes itself. */
const localGroups = 0x10000;

const clear: TrackEncryption = { scheme: 'cenc', isProtected: false, keyId: new Uint8Array(0), perSampleIvSize: 0, constantIv: null, pattern: null };

/**
 * Says of each sample of a track or of a track fragment how it is protected: by its sample description, by the group it belongs to, and by what is told for
 * each sample (ISO/IEC 23001-7, sections 5 to 7). Samples are asked for all, in their order.
 */
export class SampleProtection {
  readonly #descriptions: readonly SampleDescription[];
  readonly #position: number;
  readonly #senc: SampleEncryptionBox | null;
  readonly #auxiliary: AuxiliaryInfo | null;
  readonly #toGroup: SampleToGroup | null;
  readonly #local: GroupDescriptions | null;
  readonly #movie: GroupDescriptions | null;
  readonly #defaultIndex: number;
  /** What was last found for a group. */
  #group: { readonly index: number; readonly encryption: TrackEncryption | null } = { index: 0, encryption: null };

  private constructor({ track, sampleTable }: MovieTrack, box: Box, lengths: Iterable<number>, base: number) {
    this.#descriptions = track.descriptions;
    this.#position = box.position;
    this.#toGroup = SampleToGroup.find(box, groupingType);
    this.#local = box === sampleTable ? null : groupDescriptions(box, groupingType);
    this.#movie = groupDescriptions(sampleTable, groupingType);
    const byDefault = this.#local ?? this.#movie;
    this.#defaultIndex = byDefault && byDefault.defaultIndex > 0 ? byDefault.defaultIndex + (byDefault === this.#local ? localGroups : 0) : 0;
    const senc = box.child('senc');
    this.#senc = senc ? new SampleEncryptionBox(senc) : null;
    this.#auxiliary = senc ? null : AuxiliaryInfo.find(box, lengths, base);
  }

  /**
   * Null for a track that has nothing to do with encryption.
   * @param box that has the senc, saiz, saio and sbgp boxes: stbl or traf
   * @param lengths samples of each chunk or run
   * @param base that saio counts from
   */
  static of(owner: MovieTrack, box: Box, lengths: Iterable<number>, base = 0): SampleProtection | null {
    return owner.track.descriptions.some(({ encryption }) => encryption) ? new SampleProtection(owner, box, lengths, base) : null;
  }

  /** To be given before the next sample is asked for. */
  get distantInfo(): DistantInfo | null {
    return this.#auxiliary?.distantInfo ?? null;
  }

  /** @param position of the bytes in the file */
  giveDistantInfo(bytes: Uint8Array, position: number): void {
    this.#auxiliary?.give(bytes, position);
  }

  /** For the next sample. */
  next(descriptionIndex: number): SampleEncryption | null {
    const encryption = this.#encryptionOf(descriptionIndex);
    return this.#senc?.next(encryption) ?? this.#auxiliary?.next(encryption) ?? (this.#senc || this.#auxiliary ? null : encryptionWithoutInfo(encryption, this.#position));
  }

  /** Passes over a sample. */
  skip(descriptionIndex: number): void {
    const encryption = this.#encryptionOf(descriptionIndex);
    this.#senc?.next(encryption);
    this.#auxiliary?.skip();
  }

  #encryptionOf(descriptionIndex: number): TrackEncryption {
    const description = this.#descriptions[descriptionIndex]?.encryption ?? null;
    return this.#ofGroup(description) ?? description ?? clear;
  }

  #ofGroup(description: TrackEncryption | null): TrackEncryption | null {
    const index = this.#toGroup?.next() ?? this.#defaultIndex;
    if (index === 0 || !description) return null;
    if (index !== this.#group.index) {
      const entry = index > localGroups ? this.#local?.entry(index - localGroups) : this.#movie?.entry(index);
      this.#group = { index, encryption: entry ? encryptionOfGroup(entry, description.scheme) : null };
    }
    return this.#group.encryption;
  }
}
