import type { IOContext } from 'node-av/lib';
import { endOfFile, seekFrom } from './ffmpeg';
import type { NodeAv } from './node-av';

const bufferBytes = 65536;
const beyondAnyFile = 2n ** 52n;

/**
 * FFmpeg's input over bytes in memory, one file after the other. There is one for all, since node-av (6.1.1) never frees the
 * buffer of an IOContext.
 */
export class MemoryFile {
  readonly io: IOContext;
  #bytes = new Uint8Array(0);
  #position = 0;

  constructor(av: NodeAv) {
    this.io = new av.IOContext();
    this.io.allocContextWithCallbacks(bufferBytes, 0, (size) => this.#read(size), null, (offset, whence) => this.#seek(Number(offset), whence));
  }

  /** Where FFmpeg has read to. */
  get position(): number {
    return this.#position;
  }

  async open(bytes: Uint8Array): Promise<void> {
    this.#bytes = bytes as Uint8Array<ArrayBuffer>;
    // A seek within FFmpeg's buffer would keep what is left there of the file before.
    await this.io.seek(beyondAnyFile, seekFrom.start);
    await this.io.seek(0n, seekFrom.start);
  }

  close(): void {
    this.#bytes = new Uint8Array(0);
  }

  #read(size: number): Buffer | number {
    const bytes = this.#bytes;
    if (this.#position >= bytes.length) return endOfFile;
    const end = Math.min(bytes.length, this.#position + size);
    const piece = Buffer.from(bytes.buffer, bytes.byteOffset + this.#position, end - this.#position);
    this.#position = end;
    return piece;
  }

  #seek(offset: number, whence: number): bigint | number {
    const from = whence & ~seekFrom.force;
    if (from === seekFrom.size) return BigInt(this.#bytes.length);
    const target = offset + (from === seekFrom.end ? this.#bytes.length : from === seekFrom.current ? this.#position : 0);
    if (target < 0) return -1;
    this.#position = target;
    return BigInt(target);
  }
}
