/** What parsers of image files tell. They are given the file from its beginning on, each time anew and as far as it has come. */

export interface ParsedImage {
  /** Of the default image first. */
  readonly tracks: readonly ParsedTrack[];
  /** Index of the track that the format calls primary. */
  readonly primaryTrack: number;
  /** How the picture is to be turned: degrees clockwise, then mirrored from left to right. */
  readonly rotation: number;
  readonly flip: boolean;
}

export interface ParsedTrack {
  readonly animated: boolean;
  /** Times that the animation is repeated after the first; 0 for stills. */
  readonly repetitionCount: number;
  /** Frames that are known of; the last one may not have come whole yet. */
  readonly frames: readonly ParsedFrame[];
  /** Codec, by the name that `CodecParameters` has for it. */
  readonly codec: string;
  readonly description?: Uint8Array;
}

export interface ParsedFrame {
  /** What the decoder is given for this frame; null while it has not come whole. */
  readonly data: Uint8Array | null;
  /** Whether the decoder can begin here. */
  readonly isKey: boolean;
  /** Microseconds */
  readonly timestamp: number;
  readonly duration: number | null;
  /** A picture of the same size whose luma is alpha. */
  readonly alpha?: { readonly data: Uint8Array; readonly description?: Uint8Array };
  /** Where the container says: numbers of ITU-T H.273. */
  readonly color?: { readonly primaries: number; readonly transfer: number; readonly matrix: number; readonly fullRange: boolean };
}

/** Too little has come to tell the tracks. */
export const tooShort = { needed: 'more' } as const;
export type TooShort = typeof tooShort;

export const stillTrack = (codec: string, data: Uint8Array | null): ParsedTrack => ({
  animated: false, repetitionCount: 0, codec, frames: [{ data, isKey: true, timestamp: 0, duration: null }],
});

export const upright = { rotation: 0, flip: false };

/** Adds up durations, so that frames follow one another. */
export function follow<T extends { readonly duration: number }>(frames: readonly T[]): (T & { readonly timestamp: number })[] {
  let timestamp = 0;
  return frames.map((frame) => {
    const placed = { ...frame, timestamp };
    timestamp += frame.duration;
    return placed;
  });
}
