/** Peak levels for display: attack at once, fall at a steady rate, and a mark that holds each maximum for a while. */

export const floorDecibels = -60;

const fallDecibelsPerSecond = 26;
const holdSeconds = 1.4;

export interface Level {
  /** What the bar shows, dBFS. */
  readonly decibels: number;
  /** The held maximum, dBFS. */
  readonly peak: number;
}

export class LevelMeter {
  #decibels = -Infinity;
  #peak = -Infinity;
  #peakSeconds = -Infinity;
  #lastSeconds = 0;

  /** Takes the newest samples at the time `seconds` of a steady clock. */
  update(samples: Float32Array, seconds: number): Level {
    const level = 20 * Math.log10(largestMagnitude(samples));
    const fall = fallDecibelsPerSecond * Math.max(0, seconds - this.#lastSeconds);
    this.#lastSeconds = seconds;
    this.#decibels = Math.max(level, this.#decibels - fall);
    if (level >= this.#peak) {
      this.#peak = level;
      this.#peakSeconds = seconds;
    } else if (seconds - this.#peakSeconds > holdSeconds) {
      this.#peak = Math.max(this.#decibels, this.#peak - fall);
    }
    return { decibels: this.#decibels, peak: this.#peak };
  }
}

function largestMagnitude(samples: Float32Array): number {
  let largest = 0;
  for (const sample of samples) largest = Math.max(largest, Math.abs(sample));
  return largest;
}
