import type { ComparisonOptions } from '../../../support/containers/same-as-ffprobe';
import type { Container } from '../../../../src/container/sniff';

export type OracleName = 'ffprobe' | 'mediabunny' | 'mp4box' | 'pictures' | 'sound';

/** Where an oracle is wrong, or does not tell. */
export interface Excuse {
  /** Not asked at all. */
  readonly isSkipped?: boolean;
  readonly ignore?: ComparisonOptions['ignore'];
  /** Seconds */
  readonly tolerance?: number;
  /** Its timestamps count from somewhere else: what is compared is how far they are from the first one of their track. */
  readonly isRelative?: boolean;
  /** Pictures, or frames of sound, that are decoded before the first one that it gives; less than 0 where it gives more. */
  readonly lead?: number;
  readonly because: string;
}

/** A file that ffmpeg makes, and what must be read in it. */
export interface CorpusEntry {
  /** Tells the muxer by its extension. */
  readonly name: string;
  /** ffmpeg's arguments, as `corpusFile()` takes them; a function where another file comes first. */
  readonly command: string | (() => string);
  /** As WebCodecs names them, '' where it does not; in the order of the tracks. */
  readonly codecs: readonly string[];
  readonly excuses?: Partial<Record<OracleName, Excuse>>;
  /** Seconds of sound after trimming; null where the container does not tell what encoders put around it. Two where this says nothing. */
  readonly seconds?: number | null;
}

export interface Corpus {
  readonly container: Container;
  /** Where an oracle is wrong, or does not tell, about all files of the container. */
  readonly excuses: CorpusEntry['excuses'];
  readonly entries: readonly CorpusEntry[];
}

export const x265 = (more = ''): string => `-c:v libx265 -x265-params log-level=none:pools=none${more}`;

export const layouts = ['mono', 'stereo', '3.0', 'quad', '5.0', '5.1', '6.1', '7.1'] as const;
