/** The decoders that come with Mediant. A module of its own: loaded when one is first wanted. */
import type { Malformed } from '../../../../container/malformed';
import { FlacDecoder } from '../../../../decoders/flac/FlacDecoder';
import { Mp3Decoder } from '../../../../decoders/mp3/Mp3Decoder';
import type { PacketDecoder } from '../../../../decoders/PacketDecoder';
import { VorbisDecoder } from '../../../../decoders/vorbis/VorbisDecoder';
import { OpusPacketDecoder, readOpusHead } from './OpusPacketDecoder';

export interface PacketDecoderRequest {
  readonly description?: Uint8Array | null;
  readonly numberOfChannels: number;
}

export interface OpenedPacketDecoder {
  readonly decoder: PacketDecoder;
  /** Frames that a stream begins with and that are not to be heard, as its own header tells. */
  readonly preSkip: number;
}

type Open = (request: PacketDecoderRequest) => Promise<OpenedPacketDecoder | Malformed>;

const opened = (decoder: PacketDecoder, preSkip = 0): OpenedPacketDecoder => ({ decoder, preSkip });
const malformed = (what: string): Malformed => ({ malformed: what, offset: 0 });

const decoders: Readonly<Record<string, Open>> = {
  async flac({ description }) {
    const decoder = FlacDecoder.open(description ?? null);
    return decoder ? opened(decoder) : malformed('a description without STREAMINFO');
  },
  async mp3() {
    return opened(new Mp3Decoder());
  },
  async vorbis({ description }) {
    const decoder = VorbisDecoder.open(description ?? new Uint8Array(0));
    return decoder instanceof VorbisDecoder ? opened(decoder) : decoder;
  },
  async opus({ description, numberOfChannels }) {
    const head = description?.length ? readOpusHead(description) : null;
    if (!head && (description?.length || numberOfChannels > 2)) return malformed('a description that is no OpusHead of a mapping family that is known');
    return opened(await OpusPacketDecoder.open(head, numberOfChannels), head?.preSkip);
  },
};

/** @param name of one of `embeddedCodecs` */
export function openPacketDecoder(name: string, request: PacketDecoderRequest): Promise<OpenedPacketDecoder | Malformed> {
  return decoders[name](request);
}

