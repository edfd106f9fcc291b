import { PcmRing } from '../../../mediastream/PcmRing';
import { isHostError } from '../../Host';
import type { AudioInput, AudioInputDevice, HostError, InputEvents } from '../../Host';
import { loadAddon } from '../addon';
import type { AudioFeed } from '../addon';

/** Seconds; native/device/Feed.h */
const blockSeconds = 0.01;
/** What a reader may be behind. */
const ringSeconds = 1;
/** When less than this is queued, more is asked for. */
export const lowSeconds = 0.5;

/** A microphone without a device: what it is fed is heard in real time by all who have it open, and nothing goes by while nobody has. */
export class FedMicrophone {
  readonly device: AudioInputDevice;
  readonly #openers = new Set<InputEvents>();
  #feed: AudioFeed | null = null;
  #ring: Float32Array<SharedArrayBuffer> | null = null;

  constructor(device: Omit<AudioInputDevice, 'kind' | 'latency'>) {
    this.device = { ...device, kind: 'audioinput', latency: blockSeconds };
  }

  get isOpen(): boolean {
    return this.#openers.size > 0;
  }

  /** Called in a task when little is queued, when nothing is, and when somebody begins to listen. */
  protected _wants(): void {}

  /** Seconds of audio that are queued. */
  get queuedSeconds(): number {
    return (this.#feed?.queuedFrames() ?? 0) / this.device.sampleRate;
  }

  open(events: InputEvents): AudioInput | HostError {
    const feed = this._feed();
    if (isHostError(feed)) return feed;
    if (!feed.start()) return { code: 'no-thread', message: 'The system has no thread to give to a microphone.' };
    const opener = { ended: () => events.ended() };
    this.#openers.add(opener);
    setImmediate(() => this._wants());
    const close = (): void => {
      if (this.#openers.delete(opener) && !this.isOpen) feed.stop();
    };
    return { ring: this.#ring!, blockSeconds, close };
  }

  /** Made on first use. */
  protected _feed(): AudioFeed | HostError {
    if (this.#feed !== null) return this.#feed;
    const addon = loadAddon();
    if (isHostError(addon)) return addon;
    const { channelCount, sampleRate } = this.device;
    this.#ring = PcmRing.allocate(channelCount, sampleRate, ringSeconds);
    this.#feed = new addon.AudioFeed(this.#ring, Math.round(lowSeconds * sampleRate), () => this._wants());
    return this.#feed;
  }

  /** Nothing more comes. */
  protected _end(): void {
    for (const { ended } of [...this.#openers]) setImmediate(ended);
  }
}

/** Refuses to go on without an addon. */
export function feedOrThrow(feed: AudioFeed | HostError): AudioFeed {
  if (isHostError(feed)) throw new Error(feed.message);
  return feed;
}
