/** Samples that wait to become a whole frame. */
export class SampleQueue {
  readonly #blocks: Float32Array[][] = [];
  readonly #channels: number;
  /** Frames of the first block that have been taken. */
  #taken = 0;
  #frames = 0;

  constructor(channels: number) {
    this.#channels = channels;
  }

  get frames(): number {
    return this.#frames;
  }

  /** One array a channel; they are kept. */
  push(channels: Float32Array[]): void {
    if (channels[0].length === 0) return;
    this.#blocks.push(channels);
    this.#frames += channels[0].length;
  }

  /** The next frames; silence follows what is there. */
  take(frames: number): Float32Array[] {
    const output = Array.from({ length: this.#channels }, () => new Float32Array(frames));
    for (let done = 0; done < frames && this.#blocks.length > 0;) {
      const [block] = this.#blocks;
      const count = Math.min(frames - done, block[0].length - this.#taken);
      output.forEach((target, channel) => target.set(block[channel].subarray(this.#taken, this.#taken + count), done));
      done += count;
      this.#taken += count;
      this.#frames -= count;
      if (this.#taken === block[0].length) {
        this.#blocks.shift();
        this.#taken = 0;
      }
    }
    return output;
  }
}
