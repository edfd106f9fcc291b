const chunkBytes = 1 << 20;
const hashBytes = 32;

/**
 * A digest of a stream of bytes that WebCrypto can make, which hashes no streams: SHA-256 of each MiB with the digest of all before it in front.
 */
export class Digest {
  #chunk = new Uint8Array(hashBytes + chunkBytes);
  #filled = hashBytes;
  #hash = Promise.resolve(new Uint8Array(hashBytes));
  bytes = 0;

  /** @param {Uint8Array} data */
  add(data) {
    this.bytes += data.length;
    for (let taken = 0; taken < data.length;) {
      const part = data.subarray(taken, taken + this.#chunk.length - this.#filled);
      this.#chunk.set(part, this.#filled);
      this.#filled += part.length;
      taken += part.length;
      if (this.#filled === this.#chunk.length) this.#append();
    }
  }

  /** Hexadecimal. */
  async end() {
    if (this.#filled > hashBytes) this.#append();
    return Array.from(await this.#hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  #append() {
    const chunk = this.#chunk.subarray(0, this.#filled);
    this.#hash = this.#hash.then(async (before) => {
      chunk.set(before);
      return new Uint8Array(await crypto.subtle.digest('SHA-256', chunk));
    });
    this.#chunk = new Uint8Array(hashBytes + chunkBytes);
    this.#filled = hashBytes;
  }
}
