/** A program of `examples/`, whose lines are read and written by a test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

export class ExampleProgram {
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  #errors = '';
  #came = () => {};
  readonly ended: Promise<void>;

  constructor(name: string, ...args: string[]) {
    this.#child = spawn(process.execPath, [`examples/${name}`, ...args], { cwd: root, env: { ...process.env, NODE_OPTIONS: '' } });
    createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      this.#lines.push(line);
      this.#came();
    });
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.#errors += text));
    this.ended = once(this.#child, 'close').then(([status, signal]) => {
      if (status !== 0) throw new Error(`${name} ${args.join(' ')} ended with ${status ?? signal}: ${this.#errors}`);
    });
    this.ended.catch(() => {}); // Told to whoever waits for a line.
  }

  /** What it has written to stderr. */
  get errors(): string {
    return this.#errors;
  }

  /** The first line that is like this, of those that have not been passed. */
  async line(pattern: RegExp): Promise<string> {
    for (;;) {
      while (this.#lines.length > 0) {
        const line = this.#lines.shift()!;
        if (pattern.test(line)) return line;
      }
      await Promise.race([new Promise<void>((resolve) => (this.#came = resolve)), this.ended.then(() => this.#ranOut(pattern))]);
    }
  }

  #ranOut(pattern: RegExp): void {
    if (!this.#lines.some((line) => pattern.test(line))) throw new Error(`it ended without a line like ${pattern}`);
  }

  type(line: string): void {
    this.#child.stdin!.write(`${line}\n`);
  }

  /** Ctrl-D. */
  leave(): void {
    this.#child.stdin!.end();
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

const description = /^\{"type"/;

/** Does what their users do: each line is pasted into the other terminal. */
export async function signal(offerer: ExampleProgram, answerer: ExampleProgram): Promise<void> {
  answerer.type(await offerer.line(description));
  offerer.type(await answerer.line(description));
}
