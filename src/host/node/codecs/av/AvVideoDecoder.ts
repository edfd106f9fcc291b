import type { AVCodecFlag, AVThreadType } from 'node-av/constants';
import type { Codec as AvCodec, CodecContext, Frame, Packet } from 'node-av/lib';
import type { CodecEvents, EncodedData, NativeVideoFrame, VideoDecoderRequest } from '../../../CodecBackend';
import { isHostError, type HostError } from '../../../Host';
import type { NodeAv } from '../node-av';
import { AsyncCodec, type Status } from './AsyncCodec';
import { AvVideoFrame } from './AvVideoFrame';
import { receiveFrame, sendPacket } from './calls';
import { codingError, endOfFile, isTryAgain } from './errors';
import { sharedDevices, type HardwareDevices } from './HardwareDevices';
import { openHardwareDecoder, openSoftwareDecoder, type OpenedDecoder } from './open-decoder';
import { Durations } from './Durations';

/** AV_CODEC_FLAG_LOW_DELAY */
export const lowDelay = (1 << 19) as AVCodecFlag;
/** FF_THREAD_SLICE */
export const sliceThreads = 2 as AVThreadType;

/** FFmpeg's own decoders: before their end they give a frame at once or none. libdav1d waits for one that is being decoded. */
const decodingInSend: readonly string[] = ['h264', 'hevc', 'vp8', 'vp9'];

/** FFmpeg's video decoders; all calls that take long run in the thread pool. */
export class AvVideoDecoder extends AsyncCodec<EncodedData, NativeVideoFrame> {
  readonly name: string;
  readonly isHardware: boolean;
  readonly #av: NodeAv;
  readonly #context: CodecContext;
  readonly #packet: Packet;
  readonly #durations = new Durations();
  readonly #hasMatrixOnly: boolean;
  readonly #isByteStream: boolean;
  readonly #decodesInSend: boolean;
  #isEnding = false;

  constructor(av: NodeAv, { context, codec, device }: OpenedDecoder, isByteStream: boolean, events: CodecEvents) {
    super(events);
    this.#av = av;
    this.#context = context;
    this.name = device === null ? codec.name! : `${codec.name} (${device})`;
    this.isHardware = device !== null;
    this.#isByteStream = isByteStream;
    this.#decodesInSend = device === null && decodingInSend.includes(codec.name!);
    this.#hasMatrixOnly = codec.name === 'vp9' || codec.name === 'libvpx-vp9';
    this.#packet = new av.Packet();
    this.#packet.alloc();
  }

  protected async put({ data, timestamp, duration }: EncodedData): Promise<Status> {
    // To FFmpeg a packet without data is the end.
    if (data.byteLength === 0) return { code: 'encoding', message: 'The chunk is empty.' };
    if (this.#isByteStream && !hasStartCode(data)) return { code: 'encoding', message: `The chunk at ${timestamp} µs has no NAL unit.` };
    const packet = this.#packet;
    packet.data = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    packet.pts = BigInt(timestamp);
    const status = await sendPacket(this.#context, packet);
    packet.unref();
    if (status >= 0) this.#durations.add(timestamp, duration);
    if (status >= 0) return 'done';
    return isTryAgain(this.#av, status) ? 'again' : codingError(this.#av, `The ${this.name} decoder rejects the chunk at ${timestamp} µs`, status);
  }

  protected async putEnd(): Promise<Status> {
    this.#isEnding = true;
    const status = await sendPacket(this.#context, null);
    return status >= 0 || status === endOfFile ? 'done' : codingError(this.#av, `The ${this.name} decoder can't be flushed`, status);
  }

  protected async take(): Promise<Status | { output: NativeVideoFrame }> {
    const frame = new this.#av.Frame();
    frame.alloc();
    const status = await receiveFrame(this.#context, frame, this.#decodesInSend && !this.#isEnding);
    if (status >= 0) return this.#judgeFrame(frame);
    frame.free();
    if (isTryAgain(this.#av, status)) return 'again';
    return status === endOfFile ? 'end' : codingError(this.#av, `The ${this.name} decoder fails`, status);
  }

  #judgeFrame(frame: Frame): Status | { output: NativeVideoFrame } {
    const timestamp = Number(frame.pts);
    const isDamaged = frame.decodeErrorFlags !== 0;
    // FFmpeg goes on in software where the device can't decode the stream, and on a single thread.
    if (isDamaged || (this.isHardware && !frame.isHwFrame())) {
      frame.free();
      return isDamaged
        ? { code: 'encoding', message: `The data of the frame at ${timestamp} µs is damaged.` }
        : { code: 'lost', message: `The decoder ${this.name} does not decode this stream on its device.` };
    }
    return { output: new AvVideoFrame(this.#av, frame, { timestamp, duration: this.#durations.take(timestamp) }, this.#hasMatrixOnly) };
  }

  protected restart(): Status {
    this.#isEnding = false;
    this.#context.flushBuffers();
    this.#durations.clear();
    return 'done';
  }

  protected free(): void {
    this.#packet.free();
    this.#context.freeContext();
  }

  protected override discardOutput(output: NativeVideoFrame): void {
    output.close();
  }
}

/** By hardware where the request does not rule that out and a device decodes the codec, else in software. */
export function openVideoDecoder(
  av: NodeAv, request: VideoDecoderRequest, events: CodecEvents, hardware = sharedDevices(av),
): AvVideoDecoder | HostError {
  const isByteStream = (request.codec.name === 'h264' || request.codec.name === 'hevc') && request.description === undefined;
  if (request.hardwareAcceleration !== 'prefer-software') {
    for (const name of hardware.decoding(request.codec)) {
      const opened = openHardwareDecoder(av, request, hardware, name, configure);
      if (!isHostError(opened)) return new AvVideoDecoder(av, opened, isByteStream, forgetting(hardware, name, events));
    }
  }
  const opened = openSoftwareDecoder(av, request, (context, codec, wanted) => {
    context.threadCount = 0; // As many as there are cores.
    configure(context, codec, wanted);
  });
  return isHostError(opened) ? opened : new AvVideoDecoder(av, opened, isByteStream, events);
}

/** A device that failed is opened anew for the next decoder. */
function forgetting(hardware: HardwareDevices, name: Parameters<HardwareDevices['forget']>[0], events: CodecEvents): CodecEvents {
  return {
    progress: () => events.progress(),
    flushed: () => events.flushed(),
    failed(error) {
      hardware.forget(name);
      events.failed(error);
    },
  };
}

function configure(context: CodecContext, codec: AvCodec, { optimizeForLatency }: VideoDecoderRequest): void {
  if (optimizeForLatency) {
    context.flags = (context.flags | lowDelay) as AVCodecFlag;
    context.threadType = sliceThreads;
  }
  // It passes over damaged NAL units in silence otherwise.
  if (codec.name === 'hevc') context.setOption('err_detect', 'explode');
}

/** Whether there is a NAL unit at all in a byte stream, whose decoders pass over anything else: H.264 annex B.1 */
function hasStartCode(data: Uint8Array): boolean {
  for (let at = data.indexOf(1, 2); at >= 0; at = data.indexOf(1, at + 1)) {
    if (data[at - 1] === 0 && data[at - 2] === 0) return true;
  }
  return false;
}
