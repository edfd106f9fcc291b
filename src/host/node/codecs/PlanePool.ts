import type { AudioPlanes } from '../../CodecBackend';

/** Planes that wait at most. */
const mostPooled = 64;

/** Memory for samples that is used again once AudioData is closed: making it, clearing it and collecting it would cost as much as copying the samples. */
export class PlanePool {
  #free: Uint8Array<ArrayBuffer>[] = [];

  /** What is in it is left from before. */
  take(byteLength: number): Uint8Array<ArrayBuffer> {
    const plane = this.#free.pop();
    if (plane?.length === byteLength) return plane;
    // Packets of another length follow: what there is won't be wanted.
    if (plane !== undefined) this.#free = [];
    return new Uint8Array(byteLength);
  }

  /** `AudioPlanes.release` */
  readonly release = ({ planes }: AudioPlanes): void => {
    for (const plane of planes) if (this.#free.length < mostPooled) this.#free.push(plane as Uint8Array<ArrayBuffer>);
  };
}
