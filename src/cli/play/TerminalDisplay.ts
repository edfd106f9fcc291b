import type { WriteStream } from 'node:tty';
import type { Snapshot } from './frame';
import { frame, withColours, withoutColours } from './frame';

const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';
/** Synchronized output: a terminal that knows it shows each frame whole, others ignore it. */
const beginFrame = '\u001b[?2026h';
const endFrame = '\u001b[?2026l';
const clearToEnd = '\u001b[J';
const clearLine = '\u001b[K';
const styling = /\u001b\[\d*m/g;
const up = (lines: number) => (lines > 0 ? `\u001b[${lines}A` : '');

/** Draws frames over one another below the line where the command was given, and leaves the last one standing. */
export class TerminalDisplay {
  readonly framesPerSecond = 25;
  readonly #stream: WriteStream;
  readonly #paint;
  #drawn: readonly string[] = [];
  #columns = 0;
  readonly #restore = () => this.#stream.write(showCursor);

  constructor(stream: WriteStream) {
    this.#stream = stream;
    this.#paint = stream.hasColors() ? withColours : withoutColours;
    stream.write(hideCursor);
    process.once('exit', this.#restore);
  }

  /** Says what is going on until the first frame; that takes its place. */
  wait(text: string): void {
    this.#stream.write(`\r  ${text}`);
  }

  show(snapshot: Snapshot): void {
    const columns = this.#stream.columns || 80;
    const rows = this.#stream.rows || 24;
    // A frame higher than the terminal can't be drawn over: the lines at its top give way.
    const lines = frame(snapshot, columns, this.#paint).slice(-Math.max(1, rows - 1));
    const resized = columns !== this.#columns || lines.length !== this.#drawn.length;
    let output = '\r' + up(this.#rowsDrawn(columns));
    if (resized) output += clearToEnd;
    lines.forEach((line, index) => {
      const same = !resized && line === this.#drawn[index];
      output += same ? '\n' : `${line}${clearLine}\r\n`;
    });
    this.#drawn = lines;
    this.#columns = columns;
    this.#stream.write(beginFrame + output + endFrame);
  }

  /** Rows the last frame takes now: a terminal that became narrower has broken its lines. */
  #rowsDrawn(columns: number): number {
    const width = (line: string) => [...line.replace(styling, '')].length;
    return this.#drawn.reduce((rows, line) => rows + Math.max(1, Math.ceil(width(line) / columns)), 0);
  }

  close(): void {
    if (this.#drawn.length === 0) this.#stream.write(`\r${clearLine}`);
    process.off('exit', this.#restore);
    this.#restore();
  }
}
