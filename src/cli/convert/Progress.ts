import { clock } from '../play/format';

/** How far a conversion is. */
export interface State {
  /** Seconds of media that have been converted. */
  readonly done: number;
  /** Seconds of media in all; null where unknown. */
  readonly total: number | null;
  /** Seconds that it took. */
  readonly elapsed: number;
}

const mostCells = 30;
const leastCells = 5;
/** An eighth to eight eighths of a cell. */
const eighths = ' ▏▎▍▌▋▊▉█';

/** Times as fast as it would play. */
export const speedOf = ({ done, elapsed }: Pick<State, 'done' | 'elapsed'>): number => (elapsed > 0 ? done / elapsed : 0);

/** `42 %  0:42 / 1:40  3.2 × real time, 0:18 left` */
export function progressText({ done, total, elapsed }: State): string {
  const speed = speedOf({ done, elapsed });
  const times = speed >= 100 ? speed.toFixed(0) : speed.toFixed(1);
  if (total === null) return `${clock(done)}  ${times} × real time`;
  const share = total > 0 ? Math.min(1, done / total) : 1;
  const left = speed > 0 ? `, ${clock(Math.ceil(Math.max(0, total - done) / speed))} left` : '';
  return `${String(Math.floor(100 * share)).padStart(3)} %  ${clock(Math.min(done, total))} / ${clock(total)}  ${times} × real time${left}`;
}

/** A bar as wide as there is room for. */
export function progressLine(state: State, columns: number): string {
  const text = progressText(state);
  const cells = Math.min(mostCells, columns - text.length - 4);
  if (state.total === null || cells < leastCells) return text.slice(0, Math.max(0, columns - 1));
  const filled = (state.total > 0 ? Math.min(1, state.done / state.total) : 1) * cells;
  const whole = Math.floor(filled);
  const part = whole < cells ? eighths[Math.floor((filled - whole) * 8)] : '';
  return `▕${('█'.repeat(whole) + part).padEnd(cells)}▏ ${text}`;
}

const terminalSeconds = 0.1;
const lineSeconds = 10;

/** On a terminal a bar that moves, else a line every so often. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #start = performance.now();
  readonly #interval: number;
  #shown: number;
  #isDrawn = false;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    this.#interval = 1000 * (stream.isTTY ? terminalSeconds : lineSeconds);
    this.#shown = this.#start;
  }

  /** Seconds since the beginning. */
  get elapsed(): number {
    return (performance.now() - this.#start) / 1000;
  }

  show(done: number, total: number | null): void {
    const now = performance.now();
    if (now - this.#shown < this.#interval) return;
    this.#shown = now;
    const state = { done, total, elapsed: this.elapsed };
    if (!this.#stream.isTTY) {
      this.#stream.write(`${progressText(state).trim()}\n`);
      return;
    }
    this.#isDrawn = true;
    this.#stream.write(`\r${progressLine(state, this.#stream.columns || 80)}\x1b[K`);
  }

  clear(): void {
    if (this.#isDrawn) this.#stream.write('\r\x1b[K');
  }
}
