import type { AVPixelFormat } from 'node-av/constants';
import type { Frame, SoftwareScaleContext } from 'node-av/lib';
import type { ColorSpace, PixelFormat, Pixels, Rectangle, VideoEncoderInput } from '../../../CodecBackend';
import { isHostError, type HostError } from '../../../Host';
import { formats } from '../../../../webcodecs/pixels/formats';
import type { NodeAv } from '../node-av';
import { scaleFrame } from './calls';
import { avPixelFormat, setColorSpace } from './formats';
import { AvVideoFrame, planesOf } from './AvVideoFrame';

/** Makes the frames that an encoder takes of those that script gives: of its size, pixel format and colour space. */
export class VideoInputs {
  readonly #av: NodeAv;
  readonly #format: AVPixelFormat;
  readonly #width: number;
  readonly #height: number;
  #scaler: SoftwareScaleContext | null = null;

  constructor(av: NodeAv, format: AVPixelFormat, width: number, height: number) {
    this.#av = av;
    this.#format = format;
    this.#width = width;
    this.#height = height;
  }

  /** A frame of the caller's. What need not be converted is not, and what a decoder of this backend has made is not copied either. */
  async convert(input: VideoEncoderInput, colorSpace: ColorSpace): Promise<Frame | HostError> {
    const { native, visibleRect: { x, y, width, height } } = input;
    const isWhole = x === 0 && y === 0 && width === this.#width && height === this.#height;
    if (isWhole && native instanceof AvVideoFrame && this.#fits(native.frame)) return native.frame.clone() ?? failure('be referred to');
    const pixels = input.pixels();
    if (isHostError(pixels)) return pixels;
    const source = this.#sourceFrame(pixels, input.visibleRect);
    if (source === null) return failure('be given memory');
    setColorSpace(source, withSameCurve(input.colorSpace, colorSpace));
    if (this.#fits(source)) return source;
    return this.#scale(source, colorSpace);
  }

  free(): void {
    this.#scaler?.freeContext();
    this.#scaler = null;
  }

  #fits({ format, width, height }: Frame): boolean {
    return format === this.#format && width === this.#width && height === this.#height;
  }

  #allocate(format: AVPixelFormat, width: number, height: number): Frame | null {
    const frame = new this.#av.Frame();
    frame.alloc();
    frame.format = format;
    frame.width = width;
    frame.height = height;
    if (frame.getBuffer(0) >= 0) return frame;
    frame.free();
    return null;
  }

  /** The visible pixels in FFmpeg's memory. */
  #sourceFrame(pixels: Pixels, rect: Rectangle): Frame | null {
    // The encoders take no alpha; I420AP12 has no counterpart in FFmpeg at all.
    const format: PixelFormat = avPixelFormat(this.#av, pixels.format) === undefined ? formats[pixels.format].opaque : pixels.format;
    const frame = this.#allocate(avPixelFormat(this.#av, format)!, rect.width, rect.height);
    if (frame !== null) copyVisible(pixels, rect, format, frame);
    return frame;
  }

  async #scale(source: Frame, colorSpace: ColorSpace): Promise<Frame | HostError> {
    const target = this.#allocate(this.#format, this.#width, this.#height);
    if (target === null) {
      source.free();
      return failure('be given memory');
    }
    setColorSpace(target, colorSpace);
    this.#scaler ??= this.#createScaler();
    const status = await scaleFrame(this.#scaler, target, source);
    source.free();
    if (status >= 0) return target;
    target.free();
    return failure('be converted');
  }

  #createScaler(): SoftwareScaleContext {
    const scaler = new this.#av.SoftwareScaleContext();
    scaler.allocContext();
    return scaler;
  }
}

/**
 * FFmpeg would turn the curve of sRGB into that of Rec. 709. Pictures of the two are shown alike (src/webcodecs/pixels/color.ts), so that
 * only the name is another.
 */
function withSameCurve(source: ColorSpace, target: ColorSpace): ColorSpace {
  const isStandard = ({ transfer }: ColorSpace) => transfer === null || ['bt709', 'smpte170m', 'iec61966-2-1'].includes(transfer);
  return isStandard(source) && isStandard(target) ? { ...source, transfer: target.transfer } : source;
}

function failure(what: string): HostError {
  return { code: 'encoding', message: `The frame could not ${what}.` };
}

/** An odd left or top edge begins with the chroma sample that it is part of. */
function copyVisible({ planes }: Pixels, { x, y, width, height }: Rectangle, format: PixelFormat, frame: Frame): void {
  const targets = planesOf(frame);
  formats[format].planes.forEach(({ sampleBytes, sampleWidth, sampleHeight }, index) => {
    const { data, stride } = planes[index];
    const rowBytes = Math.ceil(width / sampleWidth) * sampleBytes;
    const rows = Math.ceil(height / sampleHeight);
    const target = targets[index];
    let from = Math.floor(y / sampleHeight) * stride + Math.floor(x / sampleWidth) * sampleBytes;
    for (let row = 0, to = 0; row < rows; row++, from += stride, to += target.stride) target.data.set(data.subarray(from, from + rowBytes), to);
  });
}
