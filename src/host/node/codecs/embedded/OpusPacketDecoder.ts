import type { OpusDecoderHandle } from 'libopus-wasm';
import { opusStreamPackets } from '../../../../container/codecs/opus';
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

/** In a channel mapping (RFC 7845, 5.1.1). */
const silence = 255;

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
  if (streams === 0 || coupled > streams || streams + coupled > 255 || mapping.some((index) => index !== silence && index >= streams + coupled)) return null;
  return { channels, preSkip, gain, streams, coupled, mapping, order: family === 1 ? xiphChannelOrder(channels) : mapping.map((_, channel) => channel) };
}

/** A decoder a stream; the coupled ones, of two channels, come first. */
async function openStreams({ streams, coupled }: OpusHead): Promise<OpusDecoderHandle[]> {
  const { createDecoder } = await import(/* webpackIgnore: false */ 'libopus-wasm');
  return Promise.all(Array.from({ length: streams }, (_, stream) => createDecoder({ sampleRate, channels: stream < coupled ? 2 : 1 })));
}

function freeAll(decoders: readonly OpusDecoderHandle[]): void {
  for (const decoder of decoders) decoder.free();
}

/** All decoders have one memory, which those that nobody freed would fill. */
const forgotten = new FinalizationRegistry(freeAll);

/** Opus by libopus in WebAssembly, the package libopus-wasm; 48 kHz, interleaved. */
export class OpusPacketDecoder extends PacketDecoder {
  readonly name = 'libopus';
  readonly #head: OpusHead;
  #decoders: readonly OpusDecoderHandle[];
  #isFreed = false;

  /** @param head null: of so many channels, one or two, as packets without a header are */
  static async open(head: OpusHead | null, channels: number): Promise<OpusPacketDecoder> {
    const known = head ?? plain(channels, 0, 1);
    return new OpusPacketDecoder(known, await openStreams(known));
  }

  private constructor(head: OpusHead, decoders: readonly OpusDecoderHandle[]) {
    super();
    this.#head = head;
    this.#decoders = decoders;
    forgotten.register(this, decoders, this);
  }

  /** libopus begins again with decoders that are new; what was there goes on until they are. */
  override async reset(): Promise<void> {
    const decoders = await openStreams(this.#head);
    if (this.#isFreed) {
      freeAll(decoders);
      return;
    }
    this.#release();
    this.#decoders = decoders;
    forgotten.register(this, decoders, this);
  }

  override free(): void {
    if (this.#isFreed) return;
    this.#isFreed = true;
    this.#release();
  }

  protected decodePacket(packet: Uint8Array): DecodedPacket {
    const { streams, channels } = this.#head;
    const packets = opusStreamPackets(packet, streams) ?? fail('no packet of Opus', 0);
    const outputs = packets.map((own, stream) => decodeFloats(this.#decoders[stream], own));
    const samples = this.#isAsDecoded ? outputs[0] : this.#arrange(outputs);
    const numberOfFrames = samples.length / channels;
    return { format: 'f32', sampleRate, numberOfFrames, numberOfChannels: channels, planes: [new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)] };
  }

  /** The first stream is all there is to be heard. */
  get #isAsDecoded(): boolean {
    const { streams, coupled, channels, gain, mapping } = this.#head;
    return streams === 1 && channels === coupled + 1 && gain === 1 && mapping.every((from, to) => from === to);
  }

  /** @param outputs interleaved, of each stream */
  #arrange(outputs: readonly Float32Array[]): Float32Array {
    const { channels, coupled, mapping, order, gain } = this.#head;
    const numberOfFrames = outputs.at(-1)!.length / (outputs.length > coupled ? 1 : 2);
    const samples = new Float32Array(numberOfFrames * channels);
    order.forEach((channel, index) => {
      const decoded = mapping[channel];
      if (decoded === silence) return;
      const isCoupled = decoded < 2 * coupled;
      const from = outputs[isCoupled ? decoded >> 1 : decoded - coupled];
      const step = isCoupled ? 2 : 1;
      for (let frame = 0, read = isCoupled ? decoded & 1 : 0, write = index; frame < numberOfFrames; frame++, read += step, write += channels) samples[write] = from[read] * gain;
    });
    return samples;
  }

  #release(): void {
    forgotten.unregister(this);
    freeAll(this.#decoders);
  }
}

function decodeFloats(decoder: OpusDecoderHandle, packet: Uint8Array): Float32Array {
  try {
    return decoder.decodeFloat(packet);
  } catch (error) {
    return fail((error as Error).message, 0);
  }
}
