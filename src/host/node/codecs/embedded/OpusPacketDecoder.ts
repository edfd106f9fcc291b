import type { OpusDecoder } from 'opus-decoder';
import { isOpusPacket } from '../../../../container/codecs/opus';
import { viewOf } from '../../../../container/bytes';
import { fail } from '../../../../container/failure';
import { PacketDecoder, type DecodedPacket } from '../../../../decoders/PacketDecoder';
import { xiphChannelOrder } from '../../../../decoders/xiph-channels';

/** What OpusHead tells (RFC 7845, 5.1). */
interface OpusHead {
  readonly channels: number;
  /** Frames of 48 kHz to leave out at the beginning. */
  readonly preSkip: number;
  readonly gain: number;
  readonly streams: number;
  readonly coupled: number;
  readonly mapping: readonly number[];
  /** The stream's channel that each output is. */
  readonly order: readonly number[];
}

const sampleRate = 48_000;

function plain(channels: number, preSkip: number, gain: number): OpusHead {
  const mapping = [0, 1].slice(0, channels);
  return { channels, preSkip, gain, streams: 1, coupled: channels - 1, mapping, order: mapping };
}

/** Null for what can't be, and for mapping families other than 0, 1 and 255. */
export function readOpusHead(bytes: Uint8Array): OpusHead | null {
  if (bytes.length < 19 || String.fromCharCode(...bytes.subarray(0, 8)) !== 'OpusHead') return null;
  const view = viewOf(bytes);
  const [channels, preSkip, gain, family] = [bytes[9], view.getUint16(10, true), 10 ** (view.getInt16(16, true) / (20 * 256)), bytes[18]];
  if (channels === 0) return null;
  if (family === 0) return channels <= 2 ? plain(channels, preSkip, gain) : null;
  if ((family !== 1 && family !== 255) || (family === 1 && channels > 8) || bytes.length < 21 + channels) return null;
  const [streams, coupled, mapping] = [bytes[19], bytes[20], [...bytes.subarray(21, 21 + channels)]];
  if (streams === 0 || coupled > streams || streams + coupled > 255 || mapping.some((index) => index !== 255 && index >= streams + coupled)) return null;
  return { channels, preSkip, gain, streams, coupled, mapping, order: family === 1 ? xiphChannelOrder(channels) : mapping.map((_, channel) => channel) };
}

/** Opus by libopus in WebAssembly, the package opus-decoder; 48 kHz, interleaved. */
export class OpusPacketDecoder extends PacketDecoder {
  readonly name = 'libopus';

  /** @param head null: of so many channels, one or two, as packets without a header are */
  static async open(head: OpusHead | null, channels: number): Promise<OpusPacketDecoder> {
    const { OpusDecoder } = await import(/* webpackIgnore: false */ 'opus-decoder');
    const { streams, coupled, mapping, ...rest } = head ?? plain(channels, 0, 1);
    const decoder = new OpusDecoder({ channels: rest.channels, streamCount: streams, coupledStreamCount: coupled, channelMappingTable: [...mapping], preSkip: 0 });
    await decoder.ready;
    return new OpusPacketDecoder(decoder, { streams, coupled, mapping, ...rest });
  }

  private constructor(readonly decoder: OpusDecoder, readonly head: OpusHead) {
    super();
  }

  override reset(): Promise<void> {
    return this.decoder.reset();
  }

  protected decodePacket(packet: Uint8Array): DecodedPacket {
    const { streams, order, gain } = this.head;
    // What libopus refuses, the package writes to the console: it never gets that far.
    if (!isOpusPacket(packet, streams)) fail('no packet of Opus', 0);
    const { channelData, samplesDecoded, errors } = this.#decodeFrame(packet);
    if (errors.length > 0 || samplesDecoded === 0) fail(errors[0]?.message ?? 'a packet without sound', 0);
    const samples = new Float32Array(samplesDecoded * order.length);
    order.forEach((channel, index) => {
      const from = channelData[channel];
      for (let frame = 0, to = index; frame < samplesDecoded; frame++, to += order.length) samples[to] = from[frame] * gain;
    });
    return { format: 'f32', sampleRate, numberOfFrames: samplesDecoded, numberOfChannels: order.length, planes: [new Uint8Array(samples.buffer)] };
  }

  #decodeFrame(packet: Uint8Array) {
    try {
      return this.decoder.decodeFrame(packet);
    } catch {
      // The package has room for 256 kbit/s a channel in 120 ms.
      return fail(`a packet of ${packet.length} bytes, which there is no room for`, 0);
    }
  }
}
