import type {
  PlaneLayout, VideoFrameBufferInit, VideoFrameCopyToOptions, VideoFrameInit, VideoFrameMetadata, VideoPixelFormat,
} from '../generated/webcodecs-types';
import type { ColorSpace, NativeVideoFrame, Rectangle } from '../host/CodecBackend';
import { isArrayBuffer, isSharedArrayBuffer, isView } from '../webidl/buffers';
import { constructing, executing } from '../webidl/exceptions';
import { implOf, PlatformObject } from '../webidl/platform-object';
import { newPromise } from '../webidl/promise';
import { bytesOf, checkTransferList, takeBytes, type BufferSource } from './buffer-sources';
import {
  invalidBufferInit, invalidFrameInit, orient, parseRotation, placement, truncated, type FrameSlots, type Orientation,
} from './frame-init';
import { formats, isRgb } from './pixels/formats';
import { allocatePixels, computeLayout, copyPlanes, isAligned, parseVisibleRect, planesIn, type CombinedBufferLayout } from './pixels/layout';
import { predefinedColorSpace, toRgb, type RgbFormat } from './pixels/to-rgb';
import { createRect } from './rects';
import { pickColorSpace, VideoColorSpace } from './VideoColorSpace';
import { MemoryResource, NativeResource, ResourceReference, releaseReference, releaseWhenCollected, type VideoResource } from './VideoResource';

/** What a frame is made of by other parts of the implementation. */
export class FrameState {
  constructor(readonly slots: FrameSlots, readonly resource: VideoResource) {}
}

/** https://w3c.github.io/webcodecs/#videoframe-interface */
export class VideoFrame extends PlatformObject {
  #slots: FrameSlots;
  /** [[resource reference]]; null once the frame is [[Detached]]. */
  #reference: ResourceReference | null;

  constructor(source: object | FrameState, init: VideoFrameInit | VideoFrameBufferInit) {
    super();
    const state = source instanceof FrameState ? source
      : isBuffer(source) && 'format' in init ? frameFromBuffer(source, init)
        : frameFromImage(source, init as VideoFrameInit);
    this.#slots = state.slots;
    this.#reference = new ResourceReference(state.resource);
    releaseWhenCollected(this, this.#reference);
  }

  get format(): VideoPixelFormat | null {
    return this.#slots.format;
  }

  get codedWidth(): number {
    return this.#slots.codedWidth;
  }

  get codedHeight(): number {
    return this.#slots.codedHeight;
  }

  /** https://w3c.github.io/webcodecs/#dom-videoframe-codedrect */
  get codedRect(): DOMRectReadOnly | null {
    return this._isDetached ? null : createRect(0, 0, this.codedWidth, this.codedHeight);
  }

  /** https://w3c.github.io/webcodecs/#dom-videoframe-visiblerect */
  get visibleRect(): DOMRectReadOnly | null {
    const { x, y, width, height } = this.#slots.visibleRect;
    return this._isDetached ? null : createRect(x, y, width, height);
  }

  get rotation(): number {
    return this.#slots.rotation;
  }

  get flip(): boolean {
    return this.#slots.flip;
  }

  get displayWidth(): number {
    return this.#slots.displayWidth;
  }

  get displayHeight(): number {
    return this.#slots.displayHeight;
  }

  get duration(): number | null {
    return this.#slots.duration;
  }

  get timestamp(): number {
    return this.#slots.timestamp;
  }

  get colorSpace(): VideoColorSpace {
    return this.#slots.colorSpace;
  }

  /** https://w3c.github.io/webcodecs/#dom-videoframe-metadata */
  metadata(): VideoFrameMetadata {
    // Step 1
    if (this._isDetached) throw closed('metadata');
    // Step 2
    return copyMetadata(this.#slots.metadata);
  }

  /** https://w3c.github.io/webcodecs/#dom-videoframe-allocationsize */
  allocationSize(options: VideoFrameCopyToOptions): number {
    // Steps 1 to 5
    return this.#parseCopyToOptions(options, 'allocationSize').allocationSize;
  }

  /** https://w3c.github.io/webcodecs/#dom-videoframe-copyto */
  copyTo(destination: BufferSource, options: VideoFrameCopyToOptions): Promise<PlaneLayout[]> {
    const p = newPromise<PlaneLayout[]>();
    try {
      // Steps 1 to 4
      const layout = this.#parseCopyToOptions(options, 'copyTo');
      // Step 5
      const target = bytesOf(destination);
      if (target.byteLength < layout.allocationSize) {
        throw new TypeError(executing('copyTo', 'VideoFrame', `destination has ${target.byteLength} bytes, the frame needs ${layout.allocationSize}.`));
      }
      // Steps 6 to 10: the copy is made at once, and told in a task.
      if (options.format === undefined) this.#copyAsIs(target, layout);
      else this._copyAsRgb(target, layout, truncated(options.rect ?? this.#slots.visibleRect), options.format as RgbFormat, options.colorSpace ?? 'srgb');
      const planeLayouts = layout.computedLayouts.map(({ destinationOffset: offset, destinationStride: stride }) => ({ offset, stride }));
      host.queueTask(() => p.resolve(planeLayouts));
    } catch (error) {
      p.reject(error);
    }
    // Step 11
    return p.promise;
  }

  /** https://w3c.github.io/webcodecs/#dom-videoframe-clone */
  clone(): VideoFrame {
    // Step 1
    if (this._isDetached) throw closed('clone');
    // Step 2: *Clone VideoFrame*
    return new VideoFrame(this._state, {} as VideoFrameInit);
  }

  /** https://w3c.github.io/webcodecs/#close-videoframe */
  close(): void {
    if (this.#reference === null) return;
    // Steps 1 and 2
    releaseReference(this.#reference);
    this.#reference = null;
    // Steps 3 to 6. The colour space goes too, as in browsers and web-platform-tests; time and duration stay.
    const { timestamp, duration } = this.#slots;
    this.#slots = { ...emptySlots(), timestamp, duration };
  }

  /** [[Detached]] */
  get _isDetached(): boolean {
    return this.#reference === null;
  }

  /** The slots and the resource of a frame that is not detached. */
  get _state(): FrameState {
    return new FrameState(this.#slots, this.#reference!.resource);
  }

  /** The pixels of `rect` in an RGB format, placed as `layout` says. */
  _copyAsRgb(target: Uint8Array, layout: CombinedBufferLayout, rect: Rectangle, format: RgbFormat, colorSpace: NonNullable<VideoFrameCopyToOptions['colorSpace']>): void {
    const { slots, resource } = this._state;
    // https://w3c.github.io/webcodecs/#videoframe-convert-to-rgb-frame
    const rgb = toRgb(opaqueWhereAsked(resource, slots), rect, slots.colorSpace, format, predefinedColorSpace(colorSpace));
    const bytes = new Uint8Array(rgb.buffer);
    const [{ destinationOffset, destinationStride }] = layout.computedLayouts;
    const rowBytes = rect.width * 4;
    for (let row = 0; row < rect.height; row++) {
      target.set(bytes.subarray(row * rowBytes, (row + 1) * rowBytes), destinationOffset + row * destinationStride);
    }
  }

  #copyAsIs(target: Uint8Array, layout: CombinedBufferLayout): void {
    copyPlanes(this.#reference!.resource.pixels().planes, target, layout);
  }

  /** https://w3c.github.io/webcodecs/#videoframe-parse-videoframecopytooptions, after the first two steps of its callers. */
  #parseCopyToOptions({ rect, layout, format }: VideoFrameCopyToOptions, operation: string): CombinedBufferLayout {
    if (this._isDetached) throw closed(operation);
    const own = this.#slots.format;
    if (own === null) throw new DOMException(executing(operation, 'VideoFrame', 'the frame has no format that pixels could be copied in; ask for RGBA.'), 'NotSupportedError');
    const fail = (detail: string) => new TypeError(executing(operation, 'VideoFrame', `${detail}.`));
    // Steps 8 to 10, first: an RGB copy may begin at any pixel.
    if (format !== undefined && !isRgb(format)) {
      throw new DOMException(executing(operation, 'VideoFrame', `conversion to ${format} is not supported, only to RGB formats.`), 'NotSupportedError');
    }
    // Steps 1 to 7
    const parsedRect = parseVisibleRect(this.#slots.visibleRect, rect, this.codedWidth, this.codedHeight, own);
    if (typeof parsedRect === 'string') throw fail(parsedRect);
    // Steps 11 and 12
    const combinedLayout = computeLayout(parsedRect, format ?? own, layout);
    if (typeof combinedLayout === 'string') throw fail(combinedLayout);
    return combinedLayout;
  }
}

function closed(operation: string): DOMException {
  return new DOMException(executing(operation, 'VideoFrame', 'the frame is closed.'), 'InvalidStateError');
}

function emptySlots(): FrameSlots {
  return {
    format: null, codedWidth: 0, codedHeight: 0, visibleRect: { x: 0, y: 0, width: 0, height: 0 }, rotation: 0, flip: false, displayWidth: 0, displayHeight: 0,
    duration: null, timestamp: 0, colorSpace: new VideoColorSpace(), metadata: {},
  };
}

function isBuffer(value: object): value is ArrayBufferView | ArrayBuffer {
  return isView(value) || isArrayBuffer(value) || isSharedArrayBuffer(value);
}

/** A frame whose alpha was discarded shares the pixels of one that has it. */
function opaqueWhereAsked(resource: VideoResource, { format }: FrameSlots) {
  const pixels = resource.pixels();
  const isOpaque = format !== null && !formats[format].hasAlpha && formats[pixels.format].hasAlpha;
  return isOpaque ? { ...pixels, format: formats[pixels.format].opaque } : pixels;
}

/** https://w3c.github.io/webcodecs/#videoframe-copy-videoframe-metadata: its members are plain data. */
export function copyMetadata(metadata: VideoFrameMetadata | undefined): VideoFrameMetadata {
  return metadata === undefined ? {} : (copyPlain(metadata) as VideoFrameMetadata);
}

function copyPlain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyPlain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copyPlain(member)]));
}

/** https://w3c.github.io/webcodecs/#dom-videoframe-videoframe-data-init */
function frameFromBuffer(data: BufferSource, init: VideoFrameBufferInit): FrameState {
  const message = (detail: string) => constructing('VideoFrame', detail);
  // Step 1
  const problem = invalidBufferInit(init);
  if (problem !== null) throw new TypeError(message(`${problem}.`));
  const { format, codedWidth, codedHeight, transfer } = init;
  // Steps 2 to 6
  const codedRect = { x: 0, y: 0, width: codedWidth, height: codedHeight };
  const parsedRect = parseVisibleRect(codedRect, init.visibleRect, codedWidth, codedHeight, format);
  if (typeof parsedRect === 'string') throw new TypeError(message(`${parsedRect}.`));
  // Steps 7 to 10. Deviation: `data` holds the whole coded picture, as in browsers and web-platform-tests, of which visibleRect is a part.
  const combinedLayout = computeLayout(codedRect, format, init.layout);
  if (typeof combinedLayout === 'string') throw new TypeError(message(`${combinedLayout}.`));
  // Step 11
  const { byteLength } = bytesOf(data);
  if (byteLength < combinedLayout.allocationSize) throw new TypeError(message(`data has ${byteLength} bytes, the frame needs ${combinedLayout.allocationSize}.`));
  // Steps 12 and 13
  checkTransferList(transfer, message);
  // Steps 14 to 16
  const resource = new MemoryResource({ format, codedWidth, codedHeight, planes: planesIn(takeBytes(data, transfer), combinedLayout) });
  // Steps 17 to 21
  const visibleRect = truncated(parsedRect);
  const rotation = parseRotation(init.rotation);
  const { displayWidth, displayHeight } = orient(visibleRect.width, visibleRect.height, rotation);
  const slots: FrameSlots = {
    format, codedWidth, codedHeight, visibleRect, rotation, flip: init.flip,
    displayWidth: init.displayWidth ?? displayWidth,
    displayHeight: init.displayHeight ?? displayHeight,
    timestamp: init.timestamp,
    duration: init.duration ?? null,
    colorSpace: pickColorSpace(init.colorSpace, format),
    metadata: copyMetadata(init.metadata),
  };
  // Step 22
  return new FrameState(slots, resource);
}

/** https://w3c.github.io/webcodecs/#dom-videoframe-videoframe */
function frameFromImage(image: object, init: VideoFrameInit): FrameState {
  const message = (detail: string) => constructing('VideoFrame', detail);
  const other = implOf(image);
  // Step 5, VideoFrame
  if (other instanceof VideoFrame) {
    // Step 1
    if (other._isDetached) throw new DOMException(message('the source frame is closed.'), 'InvalidStateError');
    return frameFromOther(other._state, init, message);
  }
  const source = host.readImage?.(image);
  if (source === undefined) throw new TypeError(message('the source is none of the types allowed.'));
  // Step 1
  if (source.state === 'bad') throw new DOMException(message('the source has no image to take.'), 'InvalidStateError');
  // Step 2
  if (!source.isOriginClean) throw new DOMException(message('the source has data of another origin.'), 'SecurityError');
  // Step 5: elements that show images, canvases and bitmaps
  if (init.timestamp === undefined) throw new TypeError(message('a source of this kind needs a timestamp.'));
  const { width, height } = source;
  const format = source.hasAlpha && init.alpha === 'keep' ? 'RGBA' : 'RGBX';
  // *Initialize Frame With Resource*, steps 3 and 4
  const problem = invalidFrameInit(init, format, width, height);
  if (problem !== null) throw new TypeError(message(`${problem}.`));
  const pixels = allocatePixels(format, width, height);
  pixels.planes[0].data.set(source.read());
  // Steps 5 to 14
  const codedRect = { x: 0, y: 0, width, height };
  const slots: FrameSlots = {
    format, codedWidth: width, codedHeight: height,
    ...placement(init, codedRect, upright, width, height),
    duration: init.duration ?? null,
    timestamp: init.timestamp,
    colorSpace: new VideoColorSpace(predefinedColorSpace(source.colorSpace)),
    metadata: copyMetadata(init.metadata),
  };
  return new FrameState(slots, new MemoryResource(pixels));
}

const upright: Orientation = { rotation: 0, flip: false };

/** https://w3c.github.io/webcodecs/#videoframe-initialize-frame-from-other-frame */
function frameFromOther({ slots: other, resource }: FrameState, init: VideoFrameInit, message: (detail: string) => string): FrameState {
  // Steps 1 and 2
  const format = init.alpha === 'discard' && other.format !== null ? formats[other.format].opaque : other.format;
  // Steps 3 and 4
  const problem = invalidFrameInit(init, format, other.codedWidth, other.codedHeight);
  if (problem !== null) throw new TypeError(message(`${problem}.`));
  // Steps 5 to 15
  const slots: FrameSlots = {
    ...other, format,
    ...placement(init, other.visibleRect, other, other.displayWidth, other.displayHeight),
    duration: init.duration ?? other.duration,
    timestamp: init.timestamp ?? other.timestamp,
    // Deviation: without metadata in `init` it stays, as for a clone; the steps would have it empty.
    metadata: copyMetadata(init.metadata ?? other.metadata),
  };
  return new FrameState(slots, resource);
}

export interface FrameOverrides {
  readonly displayAspectWidth?: number;
  readonly displayAspectHeight?: number;
  readonly colorSpace?: ColorSpace;
  readonly rotation?: number;
  readonly flip?: boolean;
}

/** What the configuration leaves open is guessed as the stream says: https://w3c.github.io/webcodecs/#videoframe-pick-color-space, step 1. */
function mergeColorSpaces(override: ColorSpace | undefined, detected: ColorSpace | undefined): ColorSpace | undefined {
  if (override === undefined || detected === undefined) return override ?? detected;
  const { primaries, transfer, matrix, fullRange } = override;
  return {
    primaries: primaries ?? detected.primaries, transfer: transfer ?? detected.transfer, matrix: matrix ?? detected.matrix, fullRange: fullRange ?? detected.fullRange,
  };
}

/** https://w3c.github.io/webcodecs/#create-a-videoframe */
export function createVideoFrame(output: NativeVideoFrame, timestamp: number, duration: number | null, overrides: FrameOverrides = {}): VideoFrame {
  const { format, codedWidth, codedHeight, visibleRect } = output;
  // Step 1.7
  let { displayWidth, displayHeight } = output;
  // Step 1.8
  const { displayAspectWidth, displayAspectHeight } = overrides;
  if (displayAspectWidth !== undefined && displayAspectHeight !== undefined) {
    const widened = Math.round((displayHeight * displayAspectWidth) / displayAspectHeight);
    if (widened >= displayWidth) displayWidth = widened;
    else displayHeight = Math.round((displayWidth * displayAspectHeight) / displayAspectWidth);
  }
  const rotation = parseRotation(overrides.rotation ?? 0);
  const slots: FrameSlots = {
    format, codedWidth, codedHeight, visibleRect,
    rotation, flip: overrides.flip ?? false,
    ...orient(displayWidth, displayHeight, rotation),
    duration, timestamp,
    // Step 1.11
    colorSpace: pickColorSpace(mergeColorSpaces(overrides.colorSpace, output.colorSpace), format),
    metadata: {},
  };
  return new VideoFrame(new FrameState(slots, new NativeResource(output)), {} as VideoFrameInit);
}

/** A frame with pixels in memory and these slots; for frames that come from another realm. */
export function frameOf(slots: FrameSlots, resource: VideoResource): VideoFrame {
  return new VideoFrame(new FrameState(slots, resource), {} as VideoFrameInit);
}

/** Whether a visible rectangle can be copied in the frame's own format. */
export function isCopyable(format: VideoPixelFormat | null, rect: Rectangle): boolean {
  return format !== null && isAligned(format, rect);
}
