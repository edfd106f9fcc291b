import { LevelMeter } from './LevelMeter';
import type { Player } from './Player';
import { channelNames } from './format';
import type { Snapshot } from './frame';
import type { Key } from './keys';

export const mostVolume = 8;
const volumeStepDecibels = 1.5;
/** Below this a step down is silence, and a step up from silence begins here. */
const leastVolumeDecibels = -48;

type Fixed = Pick<Snapshot, 'title' | 'format' | 'device' | 'notice' | 'keys'> & { readonly loop: boolean };

/** What a display shows of a player, and what keys do to it. */
export class View {
  outcome: 'finished' | 'stopped' | undefined;
  readonly player: Player;
  readonly #fixed: Fixed;
  readonly #meters;
  #volume: number;

  constructor(player: Player, volume: number, fixed: Fixed) {
    this.player = player;
    this.#fixed = fixed;
    this.#volume = volume;
    const names = channelNames(player.buffer.numberOfChannels);
    this.#meters = player.meters.map((analyser, channel) => {
      return { analyser, name: names[channel], meter: new LevelMeter(), samples: new Float32Array(analyser.fftSize) };
    });
  }

  get keys(): boolean {
    return this.#fixed.keys;
  }

  snapshot(): Snapshot {
    const { duration } = this.player.buffer;
    const heard = this.outcome === 'finished' ? duration : this.player.heardSeconds;
    const seconds = performance.now() / 1000;
    return {
      ...this.#fixed,
      elapsedSeconds: this.#fixed.loop ? heard % duration : Math.min(heard, duration),
      durationSeconds: duration,
      state: this.outcome ?? (this.player.paused ? 'paused' : 'playing'),
      round: this.#fixed.loop ? Math.floor(heard / duration) + 1 : undefined,
      volume: this.#volume,
      channels: this.#meters.map(({ analyser, name, meter, samples }) => {
        if (this.player.paused || this.outcome) samples.fill(0);
        else analyser.getFloatTimeDomainData(samples);
        return { name, ...meter.update(samples, seconds) };
      }),
    };
  }

  pressed(key: Key): void {
    const actions: Record<Key, () => void> = {
      pause: () => void this.player.togglePause(),
      louder: () => this.#turnVolume(volumeStepDecibels),
      softer: () => this.#turnVolume(-volumeStepDecibels),
      quit: () => this.player.stop(),
    };
    actions[key]();
  }

  #turnVolume(decibels: number): void {
    const turned = 20 * Math.log10(Math.max(this.#volume, 10 ** (leastVolumeDecibels / 20))) + decibels;
    this.#volume = turned < leastVolumeDecibels ? 0 : Math.min(mostVolume, 10 ** (turned / 20));
    this.player.setVolume(this.#volume);
  }
}
