import { ParseFailure } from '../container/failure';
import type { Malformed } from '../container/malformed';
import type { AudioPlanes } from '../host/CodecBackend';

/** What a packet decodes to. Its planes are nobody else's. */
export type DecodedPacket = Omit<AudioPlanes, 'timestamp'>;

/**
 * A decoder of single audio packets, as demuxers give them: at once, without I/O. Packets are given in the order of the stream; what is wrong with one is told
 * and does not end the decoder.
 */
export abstract class PacketDecoder {
  /** For people: `flac`. */
  abstract readonly name: string;

  /** Null: the packet has nothing to be heard of its own, as the first of Vorbis. Offsets of what is malformed count from the packet's first byte. */
  decode(packet: Uint8Array): DecodedPacket | Malformed | null {
    try {
      return this.decodePacket(packet);
    } catch (failure) {
      if (failure instanceof ParseFailure) return failure;
      throw failure;
    }
  }

  /** What comes still behind the last packet; null: nothing. */
  drain(): DecodedPacket | null {
    return null;
  }

  /** The next packet does not follow the last one. A promise: it is not to be given before that has been fulfilled. */
  abstract reset(): Promise<void> | null;

  /** Gives up what the garbage collector does not see; nothing is decoded any more. */
  free(): void {}

  /** May `fail()`. */
  protected abstract decodePacket(packet: Uint8Array): DecodedPacket | null;
}

/** A plane a channel, of floats. */
export function floatPlanes(sampleRate: number, numberOfFrames: number, channels: readonly Float32Array[]): DecodedPacket {
  return {
    format: 'f32-planar', sampleRate, numberOfFrames, numberOfChannels: channels.length,
    planes: channels.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)),
  };
}
