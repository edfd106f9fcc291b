import { clearInterval, setInterval } from 'node:timers';
import type { VideoFrameData, VideoInput, VideoInputDevice, VideoMode } from '../../Host';
import { drawCountingFrame } from './counting-frame';

const cameraModes: readonly VideoMode[] = [
  { width: 320, height: 240, frameRate: 30 },
  { width: 640, height: 480, frameRate: 30 },
  { width: 1280, height: 720, frameRate: 30 },
  { width: 1920, height: 1080, frameRate: 30 },
];
const displayModes: readonly VideoMode[] = [{ width: 1920, height: 1080, frameRate: 30 }];

/** A camera whose pictures show the number of the frame and a bar that moves with it; it draws only while somebody looks. */
export class FakeCamera {
  readonly device: VideoInputDevice;
  readonly #now: () => number;

  constructor(number: number, facingMode: string, now: () => number, overrides: Partial<VideoInputDevice> = {}) {
    this.#now = now;
    this.device = {
      kind: 'videoinput',
      deviceId: `fake-camera-${number}`,
      group: `fake-${number}`,
      label: `Fake camera ${number}`,
      facingMode,
      modes: cameraModes,
      hasEffects: true,
      ...overrides,
    };
  }

  static display(now: () => number): FakeCamera {
    return new FakeCamera(0, '', now, {
      deviceId: 'fake-display', group: 'fake-display', label: 'Fake display', facingMode: null, modes: displayModes, hasEffects: false,
    });
  }

  /** Pictures of the size and at the rate asked for, drawn by the clock: a late timer skips numbers. */
  open({ width, height, frameRate }: VideoMode, frame: (frame: VideoFrameData) => void): VideoInput {
    const started = this.#now();
    let last = -1;
    const timer = setInterval(() => {
      const count = Math.floor(((this.#now() - started) / 1000) * frameRate);
      if (count === last) return;
      last = count;
      frame({ format: 'I420', width, height, timestamp: Math.round(this.#now() * 1000), data: drawCountingFrame(width, height, count) });
    }, 1000 / frameRate);
    // Whoever looks at the pictures holds the process if it should be held.
    timer.unref();
    return { close: () => clearInterval(timer) };
  }
}
