/** Milliseconds between lines where the output is not a terminal. */
const LINE_INTERVAL = 10_000;

/** Shows how far a run has come: one live line on a terminal, a line every ten seconds elsewhere. */
export class Progress {
  readonly #total: number;
  readonly #stream: NodeJS.WriteStream;
  readonly #begin = performance.now();
  #shown = performance.now();
  #done = 0;
  #unexpected = 0;

  constructor(total: number, stream: NodeJS.WriteStream) {
    this.#total = total;
    this.#stream = stream;
  }

  /** Counts one test URL. */
  add(asExpected: boolean): void {
    this.#done += 1;
    this.#unexpected += asExpected ? 0 : 1;
    const now = performance.now();
    if (this.#stream.isTTY) {
      this.#stream.write(`\r\u001b[K${this.#line(now)}`);
    } else if (now - this.#shown >= LINE_INTERVAL) {
      this.#shown = now;
      this.#stream.write(`${this.#line(now)}\n`);
    }
  }

  /** Takes the live line away. */
  end(): void {
    if (this.#stream.isTTY) {
      this.#stream.write('\r\u001b[K');
    }
  }

  #line(now: number): string {
    const elapsed = now - this.#begin;
    const left = (elapsed / this.#done) * (this.#total - this.#done);
    return `${this.#done}/${this.#total} tests, ${this.#unexpected} not as expected, ${formatDuration(elapsed)} gone, about ${formatDuration(left)} left`;
  }
}

export function formatDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}
