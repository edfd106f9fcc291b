/**
 * Pixels that several threads have. A frame that is posted is copied once, into shared memory; from there on threads count their
 * references to it in the memory's first word, and what nobody refers to any more is used again for the next frame.
 */
import type { PixelFormat, Pixels } from '../host/CodecBackend';
import { planesIn, tightLayout, copyPlanes } from './pixels/layout';
import { VideoResource } from './VideoResource';

/** Plain data for `SharedResource`, that can be posted. */
export interface SharedPixels {
  readonly buffer: ArrayBufferLike;
  readonly format: PixelFormat;
  readonly codedWidth: number;
  readonly codedHeight: number;
}

/** Bytes before the pixels; they begin at a cache line. */
const headerBytes = 64;

export class SharedResource extends VideoResource {
  readonly format: PixelFormat;
  readonly codedWidth: number;
  readonly codedHeight: number;
  readonly shared: SharedPixels;

  /** Takes over one of the references that are counted in the memory. */
  constructor(shared: SharedPixels) {
    super();
    this.shared = shared;
    this.format = shared.format;
    this.codedWidth = shared.codedWidth;
    this.codedHeight = shared.codedHeight;
  }

  pixels(): Pixels {
    const { buffer, format, codedWidth, codedHeight } = this.shared;
    return { format, codedWidth, codedHeight, planes: planesIn(new Uint8Array(buffer, headerBytes), tightLayout(format, codedWidth, codedHeight)) };
  }

  protected _free(): void {
    countReferences(this.shared.buffer, -1);
  }
}

function countReferences(buffer: ArrayBufferLike, change: number): void {
  Atomics.add(new Int32Array(buffer, 0, 1), 0, change);
}

/** Memory with one reference that holds the resource's pixels: the same where it is shared already, else a copy. */
export function share(resource: VideoResource): SharedPixels {
  if (resource instanceof SharedResource && isShared(resource.shared.buffer)) {
    countReferences(resource.shared.buffer, 1);
    return resource.shared;
  }
  const { format, codedWidth, codedHeight, planes } = resource.pixels();
  const layout = tightLayout(format, codedWidth, codedHeight);
  const buffer = pool.take(headerBytes + layout.allocationSize);
  copyPlanes(planes, new Uint8Array(buffer, headerBytes), layout);
  return { buffer, format, codedWidth, codedHeight };
}

const isShared = (buffer: ArrayBufferLike): boolean => typeof SharedArrayBuffer === 'function' && buffer instanceof SharedArrayBuffer;

/** Memory of this thread's that others may still have. */
class SharedMemoryPool {
  readonly #buffers: SharedArrayBuffer[] = [];

  /** Memory of that size with one reference. */
  take(byteLength: number): ArrayBufferLike {
    // Where nothing can be shared a frame is copied as any other data.
    if (typeof SharedArrayBuffer !== 'function') return new ArrayBuffer(byteLength);
    for (const buffer of this.#buffers) {
      if (buffer.byteLength === byteLength && Atomics.compareExchange(new Int32Array(buffer, 0, 1), 0, 0, 1) === 0) return buffer;
    }
    const buffer = new SharedArrayBuffer(byteLength);
    countReferences(buffer, 1);
    this.#buffers.push(buffer);
    // What falls out lives on while it is referred to. Frames that were lost on their way, with a thread that ended, go this way too.
    if (this.#buffers.length > mostPooled) this.#buffers.shift();
    return buffer;
  }
}

/** Frames on their way to a thread that works on a handful at a time. */
const mostPooled = 16;
const pool = new SharedMemoryPool();
