import type { SampleDescription } from '../tracks';
import type { Packet } from './PacketAssembler';

/** Audio frames of a packet. */
export interface PacketFrames {
  /** Those that it counts for in granule positions. */
  readonly duration: number;
  /** Those that the decoder gives: fewer where there was no packet before. */
  readonly decoded: number;
}

/** How a codec stands in Ogg: what its headers tell, and what its granule positions count. One for each logical bitstream. */
export interface CodecMapping {
  /** Granule positions a second. */
  readonly timescale: number;
  /** Frames to leave out at the beginning of the stream, which granule positions count. */
  readonly preSkip: number;
  /** Of the stream, where its headers tell. */
  readonly totalFrames: number | null;
  /** Null as long as headers lack. */
  readonly description: SampleDescription | null;
  /** Takes the next header; the first one is that by which the codec is known. */
  header(packet: Packet): void;
  /** Null for a packet that is not audio. */
  framesOf(packet: Packet): PacketFrames | null;
  /** The packet before the next one did not come. */
  reset(): void;
}

export const audioDescription = (codec: string, description: Uint8Array, sampleRate: number, numberOfChannels: number, prerollFrames = 0): SampleDescription => ({
  codec, description, format: codec, video: null, audio: { sampleRate, numberOfChannels }, encryption: null, prerollFrames,
});
