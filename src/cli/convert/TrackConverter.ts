import type { Sample } from '../../container/outputs';
import type { SampleDescription, Track } from '../../container/tracks';

/** Seconds of the input: what is converted, and which time becomes 0. */
export interface Range {
  readonly begin: number;
  /** Infinity: up to the end. */
  readonly end: number;
}

/** Takes the samples of a track, in decoding order, and puts what becomes of them into an `OutputTrack`. */
export interface TrackConverter {
  write(sample: Sample): Promise<void>;
  /** Samples from here on are of another description. @throws Failure where that can't be followed */
  change(description: SampleDescription): Promise<void>;
  finish(): Promise<void>;
  /** Lets go of codecs and frames, whatever has become of them. */
  close(): void;
}

/** What all converters are made with. */
export interface ConverterInit {
  readonly track: Track;
  readonly range: Range;
  /** Whether samples come from the beginning of the file on. */
  readonly isFromStart: boolean;
  /** Says what is lost, as the end of a sentence about the track. */
  note(lost: string): void;
}

/** `audio 2` */
export const nameOf = ({ type, id }: Pick<Track, 'type' | 'id'>): string => `${type} ${id}`;
