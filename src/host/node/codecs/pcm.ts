import { CodecFailure } from './failure';

/** Decoded audio at the file's own sample rate. */
export interface Pcm {
  readonly sampleRate: number;
  readonly channels: Float32Array[];
}

/** More decoded samples than this, over all channels, are taken for an attack on the machine's memory. */
const mostSamples = 2 ** 29;

export function checkSize(frames: number, channels: number): void {
  if (frames * channels > mostSamples) throw new CodecFailure('encoding', 'The file decodes to more than 2 GiB of samples.');
}

const blockFrames = 65536;

/** Gathers decoded frames in blocks, so that a file whose length nobody knows costs no more than its samples. */
export class PcmCollector {
  #blocks: Float32Array[][] = [];
  #frames = 0;

  constructor(readonly sampleRate: number, readonly channels: number) {}

  get frames(): number {
    return this.#frames;
  }

  /** Makes room for `frames` frames and hands it out piece by piece: `write(channel, target, first)` fills `target` with the decoded frames from `first` on. */
  append(frames: number, write: (channel: number, target: Float32Array, first: number) => void): void {
    checkSize(this.#frames + frames, this.channels);
    let done = 0;
    while (done < frames) {
      const used = this.#frames % blockFrames;
      if (used === 0) this.#blocks.push(Array.from({ length: this.channels }, () => new Float32Array(blockFrames)));
      const count = Math.min(frames - done, blockFrames - used);
      const block = this.#blocks[this.#blocks.length - 1];
      for (let channel = 0; channel < this.channels; channel++) write(channel, block[channel].subarray(used, used + count), done);
      this.#frames += count;
      done += count;
    }
  }

  /** Gives up as many frames, where there are as many. */
  dropLast(frames: number): void {
    this.#frames = Math.max(0, this.#frames - frames);
    this.#blocks.length = Math.ceil(this.#frames / blockFrames);
  }

  /** One array a channel with the frames from `start` to `end`; the blocks are given up as it goes. */
  finish(start = 0, end = this.#frames): Pcm {
    const blocks = this.#blocks;
    this.#blocks = [];
    const channels = Array.from({ length: this.channels }, (_, channel) => {
      const whole = new Float32Array(end - start);
      blocks.forEach((block, index) => {
        const blockStart = index * blockFrames;
        const from = Math.max(start, blockStart);
        const to = Math.min(end, blockStart + blockFrames);
        if (from < to) whole.set(block[channel].subarray(from - blockStart, to - blockStart), from - start);
        block[channel] = new Float32Array(0);
      });
      return whole;
    });
    return { sampleRate: this.sampleRate, channels };
  }
}
