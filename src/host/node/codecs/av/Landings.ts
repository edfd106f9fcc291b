import type { Frame } from 'node-av/lib';
import type { NodeAv } from '../node-av';

/** A frame of ours that decoded ones are copied into. Its planes stay where they are, so that they are looked up once: each look-up makes buffers. */
export interface Landing {
  readonly frame: Frame;
  /** FFmpeg's AVSampleFormat. */
  readonly format: number;
  readonly numberOfFrames: number;
  readonly numberOfChannels: number;
  readonly planes: readonly Uint8Array[];
}

/** Lengths of frames that one decoder has one for each of; Vorbis has three. */
const mostLandings = 8;

/** Bytes of a sample, by AVSampleFormat: those from 5 to 9 are planar. */
const sampleBytes: readonly number[] = [1, 2, 4, 4, 8, 1, 2, 4, 4, 8];

/** Where the frames of a decoder land. */
export class Landings {
  readonly #av: NodeAv;
  #landings: Landing[] = [];

  constructor(av: NodeAv) {
    this.#av = av;
  }

  /** Copies a frame; what landed before in one of the same length is lost. Null where it has no samples, or of a kind that is not known. */
  land(frame: Frame): Landing | null {
    // The copy fails where the formats, the channels or the lengths differ. Mostly they are those of the frame before.
    const [last] = this.#landings;
    if (last !== undefined && last.frame.copy(frame) >= 0) return last;
    const numberOfFrames = frame.nbSamples;
    const known = this.#landings.findIndex((landing) => landing.numberOfFrames === numberOfFrames && landing.frame.copy(frame) >= 0);
    if (known >= 0) {
      const [landing] = this.#landings.splice(known, 1);
      this.#landings.unshift(landing);
      return landing;
    }
    const landing = numberOfFrames > 0 && sampleBytes[frame.format] ? this.#make(frame, numberOfFrames) : null;
    if (landing === null || landing.frame.copy(frame) < 0) return null;
    while (this.#landings.length >= mostLandings) this.#landings.pop()!.frame.free();
    this.#landings.unshift(landing);
    return landing;
  }

  free(): void {
    for (const { frame } of this.#landings) frame.free();
    this.#landings = [];
  }

  #make(model: Frame, numberOfFrames: number): Landing | null {
    const frame = new this.#av.Frame();
    frame.alloc();
    frame.format = model.format;
    frame.channelLayout = model.channelLayout;
    frame.nbSamples = numberOfFrames;
    if (frame.getBuffer(0) < 0) {
      frame.free();
      return null;
    }
    const [format, numberOfChannels] = [model.format as number, model.channels];
    const isPlanar = format >= 5;
    const length = numberOfFrames * sampleBytes[format] * (isPlanar ? 1 : numberOfChannels);
    const planes = (frame.extendedData ?? frame.data ?? []).slice(0, isPlanar ? numberOfChannels : 1).map((plane) => plane.subarray(0, length));
    return { frame, format, numberOfFrames, numberOfChannels, planes };
  }
}
