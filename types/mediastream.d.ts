/** `mediant/mediastream`: tracks, streams and devices. */
import type { PermissionName, PermissionState } from './generated/Host.js';
import type { MediaDevices } from './generated/mediastream.js';

export * from './generated/mediastream.js';

/** What is `navigator.mediaDevices` where the global has been equipped. */
export const mediaDevices: MediaDevices;

/** Interleaved samples: floating point between −1 and 1, or 16-bit integers. */
export type Pcm = Float32Array | Int16Array;

export interface MicrophoneOptions {
  /** As `enumerateDevices()` tells it. Default: `Microphone`. */
  label?: string;
  /** Hertz. Default: 48000. */
  sampleRate?: number;
  /** Default: 1. */
  channelCount?: number;
  /** Whether it comes before the devices there are, and so is what `getUserMedia({ audio: true })` gives. Default: false. */
  isDefault?: boolean;
  /** Chunks that are asked for as they are needed; when there are no more, the tracks end. */
  source?: Iterable<Pcm> | AsyncIterable<Pcm>;
  /** An audio file, which is played over and over. */
  file?: string | URL;
}

/** A microphone that a program speaks into. What it is given is heard in real time, and nothing goes by while nobody listens. */
export interface SuppliedMicrophone {
  /** For `getUserMedia({ audio: { deviceId } })`; windows have another name for it and find it by its label. */
  readonly deviceId: string;
  /** Seconds of audio that are queued. */
  readonly queuedSeconds: number;
  /**
   * Queues any number of frames, which are copied. The promise is there for those who make audio faster than it is heard: it is
   * fulfilled when no more than a second is queued.
   */
  write(samples: Pcm): Promise<void>;
  /** Drops what is queued. */
  clear(): void;
  /** When what is queued has been heard, the tracks end and the device is gone. */
  end(): void;
  /** The device is unplugged: its tracks end. */
  remove(): void;
}

/** Adds a microphone to the devices of this process, in all windows; pages hear of it by `devicechange`. */
export function addMicrophone(options?: MicrophoneOptions): SuppliedMicrophone;

/** Sets a permission of this process, which are all granted at first. Windows may have others: see `install`. */
export function setPermission(name: PermissionName, state: PermissionState): void;
