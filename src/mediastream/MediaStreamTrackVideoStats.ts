import { PlatformObject } from '../webidl/platform-object';
import { FrameClock } from './FrameClock';
import type { MediaStreamTrack } from './MediaStreamTrack';
import { oncePerTask } from './oncePerTask';

interface Counters {
  readonly deliveredFrames: number;
  readonly totalFrames: number;
}

/**
 * https://w3c.github.io/mediacapture-extensions/#the-mediastreamtrackvideostats-interface
 *
 * Frames are counted by the camera's clock, whether somebody reads them or not.
 */
export class MediaStreamTrackVideoStats extends PlatformObject {
  readonly #track: MediaStreamTrack;
  readonly #nativeFrameRate: number;
  /** Frames of the camera, and those that the track's frame rate leaves. */
  readonly #total: FrameClock;
  readonly #delivered: FrameClock;
  readonly #counters: () => Counters;

  constructor(track: MediaStreamTrack, nativeFrameRate: number) {
    super();
    this.#track = track;
    this.#nativeFrameRate = nativeFrameRate;
    this.#total = new FrameClock(nativeFrameRate, track._isFlowing);
    this.#delivered = new FrameClock(this.#frameRate, track._isFlowing);
    this.#counters = oncePerTask(() => {
      const { count: totalFrames } = this.#total;
      return { totalFrames, deliveredFrames: Math.min(this.#delivered.count, totalFrames) };
    });
  }

  get #frameRate(): number {
    return this.#track.getSettings().frameRate ?? this.#nativeFrameRate;
  }

  get deliveredFrames(): number {
    return this.#counters().deliveredFrames;
  }

  get discardedFrames(): number {
    const { totalFrames, deliveredFrames } = this.#counters();
    return totalFrames - deliveredFrames;
  }

  get totalFrames(): number {
    return this.#counters().totalFrames;
  }

  _flowChanged(): void {
    this.#total.run(this.#track._isFlowing);
    this.#delivered.setRate(this.#frameRate);
    this.#delivered.run(this.#track._isFlowing);
  }
}
