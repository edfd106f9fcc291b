import type { DecodedAudio, HostError } from '../../Host';

/** What `probeAudio` tells about a file without decoding it. */
export interface AudioDescription {
  /** As people call it: `WAV`, `MP4`, … */
  readonly container: string;
  readonly codec: string;
  readonly sampleRate: number;
  readonly channels: number;
  /** `NaN` where only decoding would tell. */
  readonly durationSeconds: number;
}

/** To the codec Worker; it works on one at a time. */
export type CodecRequest =
  | { readonly id: number; readonly kind: 'decode'; readonly bytes: Uint8Array; readonly sampleRate: number }
  | { readonly id: number; readonly kind: 'probe'; readonly bytes: Uint8Array };

/** From the codec Worker. `progress` says that it is alive and getting on. */
export type CodecReply =
  | { readonly id: number; readonly kind: 'progress' }
  | { readonly id: number; readonly kind: 'decoded'; readonly result: DecodedAudio }
  | { readonly id: number; readonly kind: 'probed'; readonly result: AudioDescription }
  | { readonly id: number; readonly kind: 'failed'; readonly error: HostError };
