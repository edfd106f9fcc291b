/**
 * https://w3c.github.io/webcodecs/#raw-media-memory-model: a *media resource* is the pixels behind a VideoFrame and its clones. It is
 * freed with the last reference.
 */
import type { NativeVideoFrame, Pixels, PixelFormat } from '../host/CodecBackend';
import { isHostError } from '../host/Host';

export abstract class VideoResource {
  #references = 0;

  abstract readonly format: PixelFormat | null;
  abstract readonly codedWidth: number;
  abstract readonly codedHeight: number;
  /** The backend's frame, where there is one. */
  readonly native: NativeVideoFrame | null = null;

  /** The pixels, for the time of the call. Throws an OperationError when the backend can't give them. */
  abstract pixels(): Pixels;

  protected abstract _free(): void;

  addReference(): void {
    this.#references++;
  }

  release(): void {
    if (--this.#references === 0) this._free();
  }
}

/** Pixels in this realm's memory. */
export class MemoryResource extends VideoResource {
  readonly format: PixelFormat;
  readonly codedWidth: number;
  readonly codedHeight: number;
  #pixels: Pixels | null;

  constructor(pixels: Pixels) {
    super();
    this.format = pixels.format;
    this.codedWidth = pixels.codedWidth;
    this.codedHeight = pixels.codedHeight;
    this.#pixels = pixels;
  }

  pixels(): Pixels {
    return this.#pixels!;
  }

  protected _free(): void {
    this.#pixels = null;
  }
}

/** A frame of a codec backend, which stays in the backend's memory, or on its device. */
export class NativeResource extends VideoResource {
  override readonly native: NativeVideoFrame;

  constructor(native: NativeVideoFrame) {
    super();
    this.native = native;
  }

  get format(): PixelFormat | null {
    return this.native.format;
  }

  get codedWidth(): number {
    return this.native.codedWidth;
  }

  get codedHeight(): number {
    return this.native.codedHeight;
  }

  pixels(): Pixels {
    const pixels = this.native.pixels();
    if (isHostError(pixels)) throw new DOMException(`The frame's pixels can't be read: ${pixels.message}`, 'OperationError');
    return pixels;
  }

  protected _free(): void {
    this.native.close();
  }
}

/** One frame's reference, which is given up once: by `close()`, by a transfer, or when the frame was collected. */
export class ResourceReference {
  #resource: VideoResource | null;

  constructor(resource: VideoResource) {
    resource.addReference();
    this.#resource = resource;
  }

  get resource(): VideoResource {
    return this.#resource!;
  }

  get isReleased(): boolean {
    return this.#resource === null;
  }

  release(): void {
    this.#resource?.release();
    this.#resource = null;
  }
}

let hasWarned = false;

const collected = new FinalizationRegistry<ResourceReference>((reference) => {
  if (reference.isReleased) return;
  reference.release();
  if (hasWarned) return;
  hasWarned = true;
  host.warn?.('A VideoFrame was garbage-collected without close(). Frames hold memory of the codec until they are closed: call frame.close() when you are done with one.');
});

/** Has the reference released, with a warning the first time, when `frame` is collected before it was closed. */
export function releaseWhenCollected(frame: object, reference: ResourceReference): void {
  collected.register(frame, reference, reference);
}

export function releaseReference(reference: ResourceReference): void {
  collected.unregister(reference);
  reference.release();
}
