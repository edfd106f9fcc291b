import { PlatformObject } from '../webidl/platform-object';
import { FrameClock } from './FrameClock';
import type { MediaStreamTrack } from './MediaStreamTrack';
import { oncePerTask } from './oncePerTask';

interface Counters {
  readonly deliveredFrames: number;
  readonly deliveredFramesDuration: number;
}

/**
 * https://w3c.github.io/mediacapture-extensions/#the-mediastreamtrackaudiostats-interface
 *
 * Frames are counted by the device's clock, whether somebody reads them or not. None is dropped: what a device of this kind can't
 * deliver in time does not come to exist. Its latency is constant.
 */
export class MediaStreamTrackAudioStats extends PlatformObject {
  readonly #track: MediaStreamTrack;
  readonly #frames: FrameClock;
  /** [[Latency]], milliseconds; the average, the least and the greatest are the same. */
  readonly latency: number;
  readonly #counters: () => Counters;

  /** `sampleRate` in hertz, `latency` in milliseconds. */
  constructor(track: MediaStreamTrack, sampleRate: number, latency: number) {
    super();
    this.#track = track;
    this.#frames = new FrameClock(sampleRate, track._isFlowing);
    this.latency = latency;
    this.#counters = oncePerTask(() => {
      const { count } = this.#frames;
      return { deliveredFrames: count, deliveredFramesDuration: (count / sampleRate) * 1000 };
    });
  }

  get deliveredFrames(): number {
    return this.#counters().deliveredFrames;
  }

  get deliveredFramesDuration(): number {
    return this.#counters().deliveredFramesDuration;
  }

  get totalFrames(): number {
    return this.deliveredFrames;
  }

  get totalFramesDuration(): number {
    return this.deliveredFramesDuration;
  }

  get averageLatency(): number {
    return this.latency;
  }

  get minimumLatency(): number {
    return this.latency;
  }

  get maximumLatency(): number {
    return this.latency;
  }

  /** https://w3c.github.io/mediacapture-extensions/#dom-mediastreamtrackaudiostats-resetlatency: all of them are the latency already. */
  resetLatency(): void {}

  _flowChanged(): void {
    this.#frames.run(this.#track._isFlowing);
  }
}
