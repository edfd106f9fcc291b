import type { AVPixelFormat } from 'node-av/constants';
import type { Frame } from 'node-av/lib';
import type { ColorSpace, NativeVideoFrame, PixelFormat, Pixels, Plane, Rectangle } from '../../../CodecBackend';
import type { HostError } from '../../../Host';
import type { NodeAv } from '../node-av';
import { avPixelFormat, colorSpaceOf, pixelFormatInfo } from './formats';

export interface FrameTimes {
  /** Microseconds */
  readonly timestamp: number;
  readonly duration: number | null;
}

/** A frame of FFmpeg, in memory or on a device, that lives as long as the VideoFrames over it. */
export class AvVideoFrame implements NativeVideoFrame {
  readonly format: PixelFormat | null;
  readonly codedWidth: number;
  readonly codedHeight: number;
  readonly visibleRect: Rectangle;
  readonly displayWidth: number;
  readonly displayHeight: number;
  readonly timestamp: number;
  readonly duration: number | null;
  readonly colorSpace?: ColorSpace;
  readonly #av: NodeAv;
  readonly #frame: Frame;
  /** In memory and in the format that pixels are read in, where the frame itself is not; made on first use. */
  #readable: Frame | null = null;

  /** Takes `frame` over. */
  constructor(av: NodeAv, frame: Frame, { timestamp, duration }: FrameTimes, hasMatrixOnly = false) {
    this.#av = av;
    this.#frame = frame;
    this.timestamp = timestamp;
    this.duration = duration;
    const { width, height, sampleAspectRatio: { num, den } } = frame;
    this.codedWidth = width;
    this.codedHeight = height;
    this.visibleRect = { x: 0, y: 0, width, height };
    const aspect = num > 0 && den > 0 ? num / den : 1;
    this.displayWidth = aspect > 1 ? Math.round(width * aspect) : width;
    this.displayHeight = aspect < 1 ? Math.round(height / aspect) : height;
    this.format = pixelFormatInfo(av, this.#softwareFormat)?.format ?? null;
    this.colorSpace = colorSpaceOf(av, frame, hasMatrixOnly);
  }

  /** For encoders of this backend; the frame stays this object's. */
  get frame(): Frame {
    return this.#frame;
  }

  get byteLength(): number {
    return this.#frame.reportedExternalMemory || this.codedWidth * this.codedHeight * 2;
  }

  pixels(): Pixels | HostError {
    const frame = this.#readable ??= this.#makeReadable();
    if (frame === null) return { code: 'encoding', message: 'The frame could not be converted to a format of memory.' };
    const format = pixelFormatInfo(this.#av, frame.format as AVPixelFormat)!.format;
    return { format, codedWidth: this.codedWidth, codedHeight: this.codedHeight, planes: planesOf(frame) };
  }

  close(): void {
    if (this.#readable !== this.#frame) this.#readable?.free();
    this.#readable = null;
    this.#frame.free();
  }

  get #softwareFormat(): AVPixelFormat {
    return this.#frame.isHwFrame() ? (this.#frame.hwFramesCtx!.swFormat) : (this.#frame.format as AVPixelFormat);
  }

  #makeReadable(): Frame | null {
    const inMemory = this.#frame.isHwFrame() ? this.#download() : this.#frame;
    if (inMemory === null) return null;
    const format = inMemory.format as AVPixelFormat;
    const info = pixelFormatInfo(this.#av, format);
    const wanted = info === null ? avPixelFormat(this.#av, 'RGBA')! : this.#av.avGetPixFmtFromName(info.readAs);
    if (wanted === format) return inMemory;
    const target = new this.#av.Frame();
    target.alloc();
    target.format = wanted;
    target.width = this.codedWidth;
    target.height = this.codedHeight;
    target.colorPrimaries = inMemory.colorPrimaries;
    target.colorTrc = inMemory.colorTrc;
    target.colorSpace = inMemory.colorSpace;
    target.colorRange = inMemory.colorRange;
    const scaler = new this.#av.SoftwareScaleContext();
    scaler.allocContext();
    const status = target.getBuffer(0) < 0 ? -1 : scaler.scaleFrameSync(target, inMemory);
    scaler.freeContext();
    if (inMemory !== this.#frame) inMemory.free();
    if (status >= 0) return target;
    target.free();
    return null;
  }

  #download(): Frame | null {
    const target = new this.#av.Frame();
    target.alloc();
    if (this.#frame.hwframeTransferDataSync(target) >= 0) {
      target.copyProps(this.#frame);
      return target;
    }
    target.free();
    return null;
  }
}

/** The memory of a frame, not copied. */
export function planesOf({ data, linesize }: Frame): Plane[] {
  return (data ?? []).map((plane, index) => ({ data: plane, stride: linesize[index] }));
}
