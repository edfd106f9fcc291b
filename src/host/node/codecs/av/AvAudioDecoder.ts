import type { Codec as AvCodec, CodecContext, Frame, Packet } from 'node-av/lib';
import type { AudioDecoderRequest, AudioPlanes, CodecEvents, EncodedData, SampleFormat } from '../../../CodecBackend';
import { isHostError, type HostError } from '../../../Host';
import { ImmediateAudioDecoder } from '../ImmediateAudioDecoder';
import type { NodeAv } from '../node-av';
import { PlanePool } from '../PlanePool';
import { Landings, type Landing } from './Landings';
import { codingError, endOfFile, notSupported, tryAgain } from './errors';
import { alacBox, openSoftwareDecoder, opusDecoderName, requestFloats, type OpenedDecoder } from './open-decoder';

/** By FFmpeg's AVSampleFormat; doubles have no name in WebCodecs. */
const sampleFormats: readonly (SampleFormat | null)[] = ['u8', 's16', 's32', 'f32', null, 'u8-planar', 's16-planar', 's32-planar', 'f32-planar', null];

/** FFmpeg's audio decoders. */
export class AvAudioDecoder extends ImmediateAudioDecoder {
  readonly name: string;
  readonly #av: NodeAv;
  readonly #context: CodecContext;
  readonly #packet: Packet;
  readonly #frame: Frame;
  /** Opus is interleaved in browsers. */
  readonly #interleaves: boolean;
  readonly #pool = new PlanePool();
  readonly #tryAgain: number;
  readonly #landings: Landings;
  /** Microseconds, of the next frame that comes out. */
  #nextTimestamp = 0;

  constructor(av: NodeAv, { context, codec }: OpenedDecoder, interleaves: boolean, events: CodecEvents) {
    super(events);
    this.#av = av;
    this.#context = context;
    this.name = codec.name!;
    this.#interleaves = interleaves;
    this.#tryAgain = tryAgain(av);
    this.#landings = new Landings(av);
    this.#packet = new av.Packet();
    this.#packet.alloc();
    this.#frame = new av.Frame();
    this.#frame.alloc();
  }

  protected decode({ data, timestamp }: EncodedData): void {
    if (data.byteLength === 0) {
      this.fail({ code: 'encoding', message: 'The chunk is empty.' });
      return;
    }
    // Each call into FFmpeg costs a tenth of a microsecond to a whole one, so there are few. Times are counted here; any Uint8Array does for a Buffer; the packet's
    // bytes are given up with the next ones, and a frame's samples when the next is received.
    this.#nextTimestamp = timestamp;
    this.#packet.data = data as Buffer;
    const status = this.#context.sendPacketSync(this.#packet);
    if (status < 0) this.fail(codingError(this.#av, `The ${this.name} decoder rejects the chunk at ${timestamp} µs`, status));
    else this.#receiveAll();
  }

  protected drain(): void {
    this.#context.sendPacketSync(null);
    this.#receiveAll();
    this.#context.flushBuffers();
  }

  protected forget(): void {
    this.#context.flushBuffers();
  }

  protected free(): void {
    this.#packet.free();
    this.#frame.free();
    this.#context.freeContext();
    this.#landings.free();
  }

  #receiveAll(): void {
    const frame = this.#frame;
    for (;;) {
      const status = this.#context.receiveFrameSync(frame);
      if (status === this.#tryAgain || status === endOfFile) return;
      if (status < 0) {
        this.fail(codingError(this.#av, `The ${this.name} decoder fails at ${this.#nextTimestamp} µs`, status));
        return;
      }
      const landing = this.#landings.land(frame);
      const format = landing && sampleFormats[landing.format];
      if (!format) return;
      const { sampleRate } = frame;
      this.output(this.#copy(landing, format, sampleRate));
      this.#nextTimestamp += Math.round((landing.numberOfFrames / sampleRate) * 1e6);
    }
  }

  #copy({ numberOfFrames, numberOfChannels, planes }: Landing, format: SampleFormat, sampleRate: number): AudioPlanes {
    const isInterleaved = this.#interleaves && format === 'f32-planar';
    const copies: Uint8Array[] = [];
    if (isInterleaved) {
      const samples = this.#pool.take(numberOfFrames * numberOfChannels * 4);
      interleave(planes, numberOfFrames, samples);
      copies.push(samples);
    } else {
      for (const plane of planes) {
        const copy = this.#pool.take(plane.length);
        copy.set(plane);
        copies.push(copy);
      }
    }
    return { format: isInterleaved ? 'f32' : format, sampleRate, numberOfFrames, numberOfChannels, timestamp: this.#nextTimestamp, planes: copies, release: this.#pool.release };
  }
}

function interleave(planes: readonly Uint8Array[], frames: number, to: Uint8Array): void {
  const channels = planes.map((plane) => new Float32Array(plane.buffer, plane.byteOffset, frames));
  const samples = new Float32Array(to.buffer, to.byteOffset, frames * channels.length);
  const [left, right] = channels;
  if (channels.length === 2) {
    for (let frame = 0; frame < frames; frame++) {
      samples[2 * frame] = left[frame];
      samples[2 * frame + 1] = right[frame];
    }
    return;
  }
  channels.forEach((channel, index) => {
    for (let frame = 0, at = index; frame < frames; frame++, at += channels.length) samples[at] = channel[frame];
  });
}

export function openAudioDecoder(av: NodeAv, request: AudioDecoderRequest, events: CodecEvents): AvAudioDecoder | HostError {
  const { codec, description } = request;
  const isOpus = codec.name === 'opus';
  let asked = request;
  if (isOpus) asked = { ...request, codec: { ...codec, name: opusDecoderName(description) } };
  if (codec.name === 'alac') {
    const box = alacBox(description);
    if (box === null) return notSupported('The description is no magic cookie of Apple Lossless.');
    asked = { ...request, description: box };
  }
  const opened = openSoftwareDecoder(av, asked, configureAudio);
  return isHostError(opened) ? opened : new AvAudioDecoder(av, opened, isOpus, events);
}

export function configureAudio(context: CodecContext, codec: AvCodec, { sampleRate, numberOfChannels }: AudioDecoderRequest): void {
  context.sampleRate = sampleRate;
  context.channels = numberOfChannels;
  context.threadCount = 1;
  requestFloats(context, codec);
}
