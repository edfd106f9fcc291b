import { isHostError } from '../../Host';
import type { HostError } from '../../Host';
import type { AudioFeed } from '../addon';
import { beeps } from './beeps';
import { FedMicrophone } from './FedMicrophone';

/** Hertz */
const sampleRate = 48000;
/** Hertz of the tone and of the beeps, by the microphone's number. */
const frequencies: readonly (readonly [number, number])[] = [[440, 1000], [330, 800]];

/** A microphone that hears a quiet tone and a beep every second. */
export class FakeMicrophone extends FedMicrophone {
  readonly #number: number;
  #hasSound = false;

  constructor(number: number) {
    super({
      deviceId: `fake-microphone-${number}`,
      group: `fake-${number}`,
      label: `Fake microphone ${number}`,
      sampleRate,
      channelCount: 1,
      hasEffects: true,
    });
    this.#number = number;
  }

  protected override _feed(): AudioFeed | HostError {
    const feed = super._feed();
    if (isHostError(feed) || this.#hasSound) return feed;
    this.#hasSound = true;
    feed.loop([beeps(sampleRate, ...frequencies[this.#number - 1]!)]);
    return feed;
  }
}
