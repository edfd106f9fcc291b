/** How the frames of a stream begin. */
export interface FrameFormat {
  /** Bytes that tell how long a frame is. */
  readonly headerBytes: number;
  /** Header included; -1 where no frame begins like this. */
  frameBytes(bytes: Uint8Array, offset: number): number;
}

/** Cuts a TCP stream into frames; holds back at most one that has not arrived whole. */
export class StreamSplitter {
  readonly #format: FrameFormat;
  #pending = new Uint8Array(0);
  #pendingBytes = 0;
  #isBroken = false;

  constructor(format: FrameFormat) {
    this.#format = format;
  }

  /**
   * Calls `receive` with each frame that `bytes` completes, as a view that is valid during the call. False when the stream does not
   * follow its format: where the next frame begins is not known any more.
   */
  read(bytes: Uint8Array, receive: (frame: Uint8Array) => void): boolean {
    const { headerBytes } = this.#format;
    let offset = 0;
    while (this.#pendingBytes > 0 && !this.#isBroken) {
      const missing = this.#missing;
      if (missing < 0) {
        this.#isBroken = true;
      } else if (missing > 0) {
        if (offset === bytes.length) return true;
        offset += this.#append(bytes, offset, missing);
      } else {
        const length = this.#pendingBytes;
        this.#pendingBytes = 0;
        receive(this.#pending.subarray(0, length));
      }
    }
    while (offset + headerBytes <= bytes.length && !this.#isBroken) {
      const length = this.#format.frameBytes(bytes, offset);
      if (length < 0) this.#isBroken = true;
      else if (offset + length > bytes.length) break;
      else receive(bytes.subarray(offset, offset += length));
    }
    if (offset < bytes.length && !this.#isBroken) this.#append(bytes, offset, bytes.length - offset);
    return !this.#isBroken;
  }

  /** Bytes that the pending header, or with it the pending frame, still wants; negative where no frame begins like this. */
  get #missing(): number {
    const { headerBytes } = this.#format;
    if (this.#pendingBytes < headerBytes) return headerBytes - this.#pendingBytes;
    const length = this.#format.frameBytes(this.#pending, 0);
    return length < 0 ? length : length - this.#pendingBytes;
  }

  #append(bytes: Uint8Array, offset: number, wanted: number): number {
    const count = Math.min(wanted, bytes.length - offset);
    if (this.#pendingBytes + count > this.#pending.length) {
      const grown = new Uint8Array(Math.max(2 * (this.#pendingBytes + count), 2048));
      grown.set(this.#pending.subarray(0, this.#pendingBytes));
      this.#pending = grown;
    }
    this.#pending.set(bytes.subarray(offset, offset + count), this.#pendingBytes);
    this.#pendingBytes += count;
    return count;
  }
}
