/** A rational colour description, by the code points of ITU-T H.273. */
export interface CodePoints {
  readonly primaries: number;
  readonly transfer: number;
  readonly matrix: number;
  readonly fullRange: boolean;
}

export interface VideoDescription {
  /** Pixels that the decoder gives, as the container tells; 0 where it does not. */
  readonly codedWidth: number;
  readonly codedHeight: number;
  /** The aspect ratio to show, in pixels of any size: as wide and as high as this. */
  readonly displayWidth: number;
  readonly displayHeight: number;
  /** Degrees clockwise to turn the picture by. */
  readonly rotation: 0 | 90 | 180 | 270;
  readonly isFlipped: boolean;
  readonly color: CodePoints | null;
}

export interface AudioDescription {
  /** Frames a second that the decoder gives; 0 where the container does not tell. */
  readonly sampleRate: number;
  /** 0 where the container does not tell. */
  readonly numberOfChannels: number;
}

/** The protection schemes of ISO/IEC 23001-7: AES-CTR ('cenc'; 'cens' with a pattern; WebM is given as 'cenc' too), AES-CBC ('cbc1'; 'cbcs' with a pattern). */
export type EncryptionScheme = 'cenc' | 'cbc1' | 'cens' | 'cbcs';

/** Blocks of 16 bytes that are encrypted, then in clear, in turn. */
export interface EncryptionPattern {
  readonly cryptBlocks: number;
  readonly skipBlocks: number;
}

/** How samples are protected where they do not say themselves (ISO/IEC 23001-7, "Track Encryption Box"). */
export interface TrackEncryption {
  readonly scheme: EncryptionScheme;
  readonly isProtected: boolean;
  readonly keyId: Uint8Array;
  /** Bytes of the initialisation vector of each sample; 0 where `constantIv` serves for all. */
  readonly perSampleIvSize: number;
  readonly constantIv: Uint8Array | null;
  /** Null: all blocks are encrypted. */
  readonly pattern: EncryptionPattern | null;
}

/**
 * What a decoder must know of samples. A track may have several: each sample names the one it belongs to.
 */
export interface SampleDescription {
  /** As WebCodecs registers it: `avc1.64001f`, `mp4a.40.2`, `opus`. '' for a codec without such a name. */
  readonly codec: string;
  /** The `description` of a decoder configuration, where the codec's registration has one for samples of this form; else null. */
  readonly description: Uint8Array | null;
  /** The container's own name: `encv`, `V_MPEG4/ISO/AVC`, `0x1b`. */
  readonly format: string;
  readonly video: VideoDescription | null;
  readonly audio: AudioDescription | null;
  readonly encryption: TrackEncryption | null;
  /** Frames that the decoder needs before a seek's target is right (Opus, AAC); 0 where unknown. */
  readonly prerollFrames: number;
}

export interface Gapless {
  readonly startFrames: number;
  readonly endFrames: number;
  /** True: the first frame to be heard is at 0, and what stands before has times below (WebM). False: times count it (MP3). */
  readonly isBeforeZero: boolean;
}

export interface Track {
  /** The container's own number. */
  readonly id: number;
  readonly type: 'video' | 'audio' | 'text' | 'other';
  /** Ticks a second: the unit of all times of the track and of its samples. */
  readonly timescale: number;
  /** Ticks; null where the container does not tell. */
  readonly duration: number | null;
  /** BCP 47; 'und' where unknown. */
  readonly language: string;
  readonly label: string;
  readonly isDefault: boolean;
  /** At least one. */
  readonly descriptions: readonly SampleDescription[];
  /**
   * Audio frames that the decoder gives before the first one to be heard (encoder delay), and after the last one, where the container tells them of the whole
   * track, to the frame.
   */
  readonly gapless: Gapless | null;
}

export const noVideo = { codedWidth: 0, codedHeight: 0, displayWidth: 0, displayHeight: 0, rotation: 0, isFlipped: false, color: null } as const;
