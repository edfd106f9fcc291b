import { exactlyOne, parseCommandLine } from '../Command';
import type { Command } from '../Command';
import { MediaFile } from '../MediaFile';
import { Tally } from './Summary';
import { asText, size } from './text';

const help = `Usage: mediant probe [--json] FILE|URL

Reads a media file and says what is in it: container, tracks, codec strings, durations, key frames, encryption. What a file is, its content says, not
its name. All of it is read; a URL's server should answer range requests.

  --json  an object instead of text; times in seconds, sizes in bytes

The exit status is 1 where the file can't be read to its end.`;

async function run(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(argv, { json: { type: 'boolean' } });
  const file = await MediaFile.open(exactlyOne('file', positionals));
  try {
    const tally = new Tally(file.container, file.size);
    await readAll(file, tally);
    const summary = tally.summary();
    process.stdout.write(values.json ? `${JSON.stringify(summary, null, 2)}\n` : asText(summary));
    return summary.error === null ? 0 : 1;
  } finally {
    await file.close();
  }
}

async function readAll(file: MediaFile, tally: Tally): Promise<void> {
  const progress = new Progress(file.size);
  for (;;) {
    const output = await file.read();
    tally.add(output);
    if (output.type === 'error' || output.type === 'end') break;
    progress.show(file.position);
  }
  progress.clear();
}

/** How far it is, on a terminal, once it takes longer than a moment. */
class Progress {
  readonly #size: number | null;
  readonly #start = performance.now();
  #shown = 0;

  constructor(size: number | null) {
    this.#size = size;
  }

  show(position: number): void {
    const now = performance.now();
    if (!process.stderr.isTTY || now - Math.max(this.#shown, this.#start) < 250) return;
    this.#shown = now;
    const speed = position / ((now - this.#start) / 1000);
    const share = this.#size ? `${Math.round((100 * position) / this.#size)} %, about ${Math.ceil((this.#size - position) / speed)} s left, ` : '';
    process.stderr.write(`\r${share}${size(position)}, ${size(speed)}/s\x1b[K`);
  }

  clear(): void {
    if (this.#shown > 0) process.stderr.write('\r\x1b[K');
  }
}

export const command: Command = { help, run };
