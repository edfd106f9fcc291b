import type { EncryptionPattern, EncryptionScheme, Track } from './tracks';

/**
 * The beginning of an initialization segment's media (Media Source Extensions, "initialization segment"): all tracks are known. Files have one;
 * streams may have any number, each of which replaces the one before.
 */
export interface InitSegmentOutput {
  readonly type: 'init-segment';
  readonly tracks: readonly Track[];
  /** Seconds; null where the container does not tell, Infinity where it says that there is no end. */
  readonly duration: number | null;
  /** True where the container has an index to seek by, as far as is known now. */
  readonly hasIndex: boolean;
  /** Milliseconds since 1970 that media time 0 stands for, where the container tells (`getStartDate()`, `DateUTC`). */
  readonly startDate: number | null;
}

/** Encrypted Media Extensions, "Initialization Data Encountered". */
export interface InitDataOutput {
  readonly type: 'init-data';
  readonly initDataType: 'cenc' | 'webm';
  readonly initData: Uint8Array;
}

/** A media segment (Media Source Extensions) begins: a fragment, a cluster, for files without segments all of the media. */
export interface MediaSegmentStartOutput {
  readonly type: 'media-segment-start';
  /** Position of its first byte. */
  readonly offset: number;
}

/** All samples of the media segment have come. */
export interface MediaSegmentEndOutput {
  readonly type: 'media-segment-end';
}

export interface Subsample {
  readonly clearBytes: number;
  readonly protectedBytes: number;
}

/** Everything a decryptor needs besides the key. */
export interface SampleEncryption {
  readonly scheme: EncryptionScheme;
  readonly keyId: Uint8Array;
  /** As it stands in the container: 8 or 16 bytes. */
  readonly iv: Uint8Array;
  /** Null: the whole sample is protected. */
  readonly subsamples: readonly Subsample[] | null;
  /** Null: all blocks are encrypted. */
  readonly pattern: EncryptionPattern | null;
}

/** A coded frame. All times are ticks of its track's `timescale`: whole numbers, but for durations and trims that the container tells more exactly. */
export interface Sample {
  readonly type: 'sample';
  /** `Track.id` */
  readonly trackId: number;
  /** When it is presented. Negative for what edits take away from the beginning. */
  readonly timestamp: number;
  /** When it is decoded: never less than that of the sample before in the same track, but for streams that say so. */
  readonly decodeTimestamp: number;
  /** Null where neither the container nor the next sample tells. */
  readonly duration: number | null;
  /** A random access point: decoding may begin here. */
  readonly isKey: boolean;
  /** Index into `Track.descriptions`. */
  readonly descriptionIndex: number;
  /** A view of what was pushed, or a copy: its receiver must not write to it. */
  readonly data: Uint8Array;
  /** Position of the data in the file. */
  readonly offset: number;
  /** Null: in clear. */
  readonly encryption: SampleEncryption | null;
  /** Audio to leave out of what the decoder gives for this sample, in ticks of the timescale. Null: nothing. */
  readonly trim: { readonly start: number; readonly end: number } | null;
  /** A picture's alpha channel, a sample of the same codec (WebM's BlockAddID 1). */
  readonly alpha: Uint8Array | null;
}

/** An Event Message Box (DASH, ISO/IEC 23009-1, 5.10.3.3). */
export interface EventMessageOutput {
  readonly type: 'event-message';
  readonly schemeIdUri: string;
  readonly value: string;
  /** Ticks a second of the next two. */
  readonly timescale: number;
  /** Version 1 tells the time of presentation, version 0 the distance from the segment's beginning. */
  readonly presentationTime: number | null;
  readonly presentationTimeDelta: number | null;
  /** Null where unknown. */
  readonly eventDuration: number | null;
  readonly id: number;
  readonly messageData: Uint8Array;
}

/** Times go on from somewhere else, in one track or in all (`trackId` null). */
export interface DiscontinuityOutput {
  readonly type: 'discontinuity';
  readonly trackId: number | null;
}

/** The bytes do not follow their format. Nothing comes after this. */
export interface ErrorOutput {
  readonly type: 'error';
  /** Format, offset and reason: `WebM: a cluster before the tracks (at byte 4711)`. */
  readonly message: string;
  readonly offset: number;
}

/** Everything was read. Nothing comes after this, unless `seek()` is called. */
export interface EndOutput {
  readonly type: 'end';
  /** Bytes lack that the container promised. What was there was given. */
  readonly isTruncated: boolean;
}

export type DemuxerOutput =
  | InitSegmentOutput | InitDataOutput | MediaSegmentStartOutput | MediaSegmentEndOutput | Sample | EventMessageOutput | DiscontinuityOutput | ErrorOutput | EndOutput;
