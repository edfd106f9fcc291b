import type { Sample } from '../outputs';
import type { DistantInfo } from './AuxiliaryInfo';

/** Samples of a track, one at a time, whose data is still to be read. */
export interface SampleSource {
  readonly trackId: number;
  readonly isAtEnd: boolean;
  /** Of the current sample's data in the file. */
  readonly offset: number;
  readonly size: number;
  /** When the current sample is decoded, in seconds of the presentation. */
  readonly seconds: number;
  /** To be given before the current sample is asked for. */
  readonly distantInfo: DistantInfo | null;
  giveDistantInfo(bytes: Uint8Array, position: number): void;
  /** The current sample. Asked for once, for every sample that is not skipped to. */
  sample(data: Uint8Array): Sample;
  /** Goes to the next one. */
  advance(): void;
}
