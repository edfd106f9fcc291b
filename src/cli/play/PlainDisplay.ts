import type { Snapshot } from './frame';
import { clock, decibels } from './format';

/** For output that is no terminal: what is played, where, and a line a second. */
export class PlainDisplay {
  readonly framesPerSecond = 1;
  readonly #write: (text: string) => void;
  #announced = false;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  wait(): void {}

  show(snapshot: Snapshot): void {
    if (!this.#announced) {
      this.#announced = true;
      const { title, format, device, notice } = snapshot;
      for (const line of [title, format, device, notice]) if (line) this.#write(`${line}\n`);
    }
    const levels = snapshot.channels.map(({ name, peak }) => `${name}${decibels(peak)}`);
    const time = `${clock(snapshot.elapsedSeconds)} / ${clock(snapshot.durationSeconds)}`;
    const state = snapshot.state === 'playing' ? [] : [snapshot.state];
    this.#write(`${[time, ...levels, ...state].join('  ')}\n`);
  }

  close(): void {}
}
