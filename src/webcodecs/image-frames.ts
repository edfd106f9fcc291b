/** Decodes single frames of parsed images, with the codecs that decode video. */
import type { ParsedFrame, ParsedTrack } from '../container/image/image';
import type { Codec, ColorSpace, EncodedData, NativeVideoFrame, PixelFormat, VideoDecoderRequest } from '../host/CodecBackend';
import { isHostError, type HostError } from '../host/Host';
import { openCodec } from './backends';
import { formats } from './pixels/formats';

export function imageRequest(codec: string, type: string, description?: Uint8Array): VideoDecoderRequest {
  return {
    kind: 'video-decoder', codec: { name: codec, string: type, ...(codec === 'av1' && { profile: 0 }) }, description: description && new Uint8Array(description),
    hardwareAcceleration: 'prefer-software', optimizeForLatency: true,
  };
}

export type FrameResult = NativeVideoFrame | HostError;

/** The codec of one track, kept where it is between frames that are asked for in order. */
export class TrackDecoder {
  readonly #type: string;
  readonly #track: ParsedTrack;
  #codec: Codec<EncodedData, NativeVideoFrame> | null = null;
  /** Index of the frame that the codec takes next. */
  #next = 0;
  #isClosed = false;

  constructor(track: ParsedTrack, type: string) {
    this.#track = track;
    this.#type = type;
  }

  /** Decodes a frame that has come whole, as have all before it. `frames` are those known by now. One at a time. */
  decode(index: number, frames: readonly ParsedFrame[], done: (result: FrameResult) => void): void {
    let first = index;
    while (first > 0 && !frames[first].isKey) first--;
    if (this.#codec !== null && this.#next > first && this.#next <= index) first = this.#next;
    else this.#restart();
    const inputs = frames.slice(first, index + 1);
    const isLast = index === frames.length - 1;
    if (this.#codec !== null) this.#run(this.#codec, inputs, isLast, done);
    else this.#open((codec) => (isHostError(codec) ? done(codec) : this.#run(codec, inputs, isLast, done)));
    this.#next = index + 1;
  }

  close(): void {
    this.#isClosed = true;
    this.#restart();
  }

  #restart(): void {
    this.#codec?.close();
    this.#codec = null;
    this.#next = 0;
  }

  #react: { progress(): void; flushed(): void; failed(error: HostError): void } = { progress() {}, flushed() {}, failed() {} };

  #open(done: (result: Codec<EncodedData, NativeVideoFrame> | HostError) => void): void {
    const events = { progress: () => this.#react.progress(), flushed: () => this.#react.flushed(), failed: (error: HostError) => this.#react.failed(error) };
    openCodec(imageRequest(this.#track.codec, this.#type, this.#track.description), events, (result) => {
      if (this.#isClosed && !isHostError(result)) return result.close();
      if (!isHostError(result)) this.#codec = result;
      return done(result);
    });
  }

  /** Puts in the inputs and gives the last picture that comes out; what comes before it is not needed. */
  #run(codec: Codec<EncodedData, NativeVideoFrame>, inputs: readonly ParsedFrame[], isLast: boolean, done: (result: FrameResult) => void): void {
    let sent = 0;
    let received = 0;
    let picture: NativeVideoFrame | null = null;
    const finish = (result: FrameResult) => {
      this.#react = { progress() {}, flushed() {}, failed() {} };
      done(result);
    };
    const proceed = () => {
      for (let output = codec.receive(); output !== null; output = codec.receive()) {
        picture?.close();
        picture = output;
        received++;
      }
      if (received === inputs.length && !isLast) return finish(picture!);
      while (sent < inputs.length && codec.send({ data: inputs[sent].data!, isKey: inputs[sent].isKey, timestamp: sent, duration: null })) {
        // What there may be behind the last frame is asked for; where more is to come, outputs are waited for.
        if (++sent === inputs.length && isLast) codec.flush();
      }
    };
    this.#react = {
      progress: proceed,
      flushed: () => {
        proceed();
        this.#restart();
        finish(picture ?? { code: 'encoding', message: 'The decoder gives no picture for the frame.' });
      },
      failed: (error) => {
        picture?.close();
        this.#restart();
        finish(error);
      },
    };
    proceed();
  }
}

/** H.273, as far as WebCodecs has words for it. */
const primaries: Readonly<Record<number, ColorSpace['primaries']>> = { 1: 'bt709', 5: 'bt470bg', 6: 'smpte170m', 9: 'bt2020', 12: 'smpte432' };
const transfers: Readonly<Record<number, ColorSpace['transfer']>> = { 1: 'bt709', 6: 'smpte170m', 8: 'linear', 13: 'iec61966-2-1', 14: 'bt709', 15: 'bt709', 16: 'pq', 18: 'hlg' };
const matrices: Readonly<Record<number, ColorSpace['matrix']>> = { 0: 'rgb', 1: 'bt709', 5: 'bt470bg', 6: 'smpte170m', 9: 'bt2020-ncl' };

/** Images are sRGB where nothing else is said; YCbCr is that of JFIF (full range) and WebP (limited range). */
export function imageColorSpace({ color }: ParsedFrame, decoded: ColorSpace | undefined, format: PixelFormat | null, codec: string): ColorSpace {
  const isRgb = format !== null && formats[format].kind === 'rgb';
  const said: Partial<ColorSpace> = color === undefined ? {} : {
    primaries: primaries[color.primaries] ?? null, transfer: transfers[color.transfer] ?? null, matrix: matrices[color.matrix] ?? null, fullRange: color.fullRange,
  };
  return {
    primaries: said.primaries ?? decoded?.primaries ?? 'bt709',
    transfer: said.transfer ?? decoded?.transfer ?? 'iec61966-2-1',
    matrix: isRgb ? 'rgb' : (said.matrix ?? decoded?.matrix ?? 'smpte170m'),
    fullRange: isRgb || (said.fullRange ?? decoded?.fullRange ?? codec === 'jpeg'),
  };
}
