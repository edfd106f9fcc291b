import type { CorpusFile } from '../../../support/containers/corpus';
import type { DemuxerOutput } from '../../../../src/container/outputs';
import type { Container } from '../../../../src/container/sniff';
import type { Excuse } from '../corpus/CorpusEntry';

/** A file, and what our demuxer reads in it by ranges. */
export interface Question {
  readonly container: Container;
  readonly file: CorpusFile;
  readonly outputs: readonly DemuxerOutput[];
  readonly excuse: Partial<Excuse>;
  /** Seconds of sound that were encoded; null where the container does not tell. */
  readonly seconds: number | null;
}

/** Throws where the oracle says otherwise. Gives the reason where it has nothing to say. */
export type Oracle = (question: Question) => Promise<string | void> | string | void;
