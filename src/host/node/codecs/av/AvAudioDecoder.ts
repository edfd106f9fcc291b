import { setImmediate } from 'node:timers';
import type { Codec as AvCodec, CodecContext, Frame, Packet } from 'node-av/lib';
import type { AudioDecoderRequest, AudioPlanes, Codec, CodecEvents, EncodedData, SampleFormat } from '../../../CodecBackend';
import { isHostError, type HostError } from '../../../Host';
import type { NodeAv } from '../node-av';
import { codingError, endOfFile, isTryAgain } from './errors';
import { openSoftwareDecoder, type OpenedDecoder } from './open-decoder';

/** By FFmpeg's AVSampleFormat; doubles have no name in WebCodecs. */
const sampleFormats: readonly (SampleFormat | null)[] = ['u8', 's16', 's32', 'f32', null, 'u8-planar', 's16-planar', 's32-planar', 'f32-planar', null];
const sampleBytes: Readonly<Record<string, number>> = { u8: 1, s16: 2, s32: 4, f32: 4 };

/** FFmpeg's audio decoders. A packet takes microseconds, less than handing it to another thread would: it is decoded in `send`. */
export class AvAudioDecoder implements Codec<EncodedData, AudioPlanes> {
  readonly name: string;
  readonly isHardware = false;
  readonly #av: NodeAv;
  readonly #context: CodecContext;
  readonly #packet: Packet;
  readonly #frame: Frame;
  readonly #events: CodecEvents;
  /** Opus is interleaved in browsers. */
  readonly #interleaves: boolean;
  #outputs: AudioPlanes[] = [];
  /** Microseconds, of the next frame that comes out. */
  #nextTimestamp = 0;
  #generation = 0;
  #hasFailed = false;

  constructor(av: NodeAv, { context, codec }: OpenedDecoder, interleaves: boolean, events: CodecEvents) {
    this.#av = av;
    this.#context = context;
    this.name = codec.name!;
    this.#interleaves = interleaves;
    this.#events = events;
    this.#packet = new av.Packet();
    this.#packet.alloc();
    this.#frame = new av.Frame();
    this.#frame.alloc();
  }

  send({ data, timestamp, duration }: EncodedData): boolean {
    if (this.#hasFailed) return true;
    if (data.byteLength === 0) {
      this.#fail({ code: 'encoding', message: 'The chunk is empty.' });
      return true;
    }
    const packet = this.#packet;
    packet.data = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    packet.pts = packet.dts = BigInt(timestamp);
    packet.duration = BigInt(duration ?? 0);
    this.#nextTimestamp = timestamp;
    const status = this.#context.sendPacketSync(packet);
    packet.unref();
    if (status < 0) this.#fail(codingError(this.#av, `The ${this.name} decoder rejects the chunk at ${timestamp} µs`, status));
    else this.#receiveAll();
    return true;
  }

  receive(): AudioPlanes | null {
    return this.#outputs.shift() ?? null;
  }

  flush(): void {
    if (this.#hasFailed) return;
    this.#context.sendPacketSync(null);
    this.#receiveAll();
    this.#context.flushBuffers();
    this.#later(() => this.#events.flushed());
  }

  reset(): void {
    this.#generation++;
    this.#hasFailed = false;
    this.#outputs = [];
    this.#context.flushBuffers();
  }

  close(): void {
    this.#generation++;
    this.#outputs = [];
    this.#packet.free();
    this.#frame.free();
    this.#context.freeContext();
  }

  #receiveAll(): void {
    for (;;) {
      const status = this.#context.receiveFrameSync(this.#frame);
      if (isTryAgain(this.#av, status) || status === endOfFile) return;
      if (status < 0) {
        this.#fail(codingError(this.#av, `The ${this.name} decoder fails at ${this.#nextTimestamp} µs`, status));
        return;
      }
      const output = this.#copyFrame();
      this.#frame.unref();
      if (output === null) return;
      this.#outputs.push(output);
      this.#nextTimestamp += Math.round((output.numberOfFrames / output.sampleRate) * 1e6);
    }
  }

  #copyFrame(): AudioPlanes | null {
    const { nbSamples: numberOfFrames, channels: numberOfChannels, sampleRate, format } = this.#frame;
    const sampleFormat = sampleFormats[format];
    if (!sampleFormat || numberOfFrames === 0) return null;
    const bytes = sampleBytes[sampleFormat.replace('-planar', '')];
    const planes = this.#frame.extendedData ?? this.#frame.data ?? [];
    const common = { sampleRate, numberOfFrames, numberOfChannels, timestamp: this.#nextTimestamp };
    if (this.#interleaves && sampleFormat === 'f32-planar') return { ...common, format: 'f32', planes: [interleave(planes, numberOfFrames)] };
    const isPlanar = sampleFormat.endsWith('-planar');
    const length = numberOfFrames * bytes * (isPlanar ? 1 : numberOfChannels);
    return { ...common, format: sampleFormat, planes: planes.slice(0, isPlanar ? numberOfChannels : 1).map((plane) => new Uint8Array(plane.subarray(0, length))) };
  }

  #fail(error: HostError): void {
    this.#hasFailed = true;
    this.#later(() => this.#events.failed(error));
  }

  #later(tell: () => void): void {
    const generation = this.#generation;
    setImmediate(() => {
      if (generation === this.#generation) tell();
    });
  }
}

function interleave(planes: readonly Buffer[], frames: number): Uint8Array {
  const channels = planes.map((plane) => new Float32Array(plane.buffer, plane.byteOffset, frames));
  const samples = new Float32Array(frames * channels.length);
  const [left, right] = channels;
  if (channels.length === 2) {
    for (let frame = 0; frame < frames; frame++) {
      samples[2 * frame] = left[frame];
      samples[2 * frame + 1] = right[frame];
    }
    return new Uint8Array(samples.buffer);
  }
  channels.forEach((channel, index) => {
    for (let frame = 0, to = index; frame < frames; frame++, to += channels.length) samples[to] = channel[frame];
  });
  return new Uint8Array(samples.buffer);
}

export function openAudioDecoder(av: NodeAv, request: AudioDecoderRequest, events: CodecEvents): AvAudioDecoder | HostError {
  const opened = openSoftwareDecoder(av, request, configure);
  return isHostError(opened) ? opened : new AvAudioDecoder(av, opened, request.codec.name === 'opus', events);
}

function configure(context: CodecContext, _codec: AvCodec, { sampleRate, numberOfChannels }: AudioDecoderRequest): void {
  context.sampleRate = sampleRate;
  context.channels = numberOfChannels;
  context.threadCount = 1;
}
