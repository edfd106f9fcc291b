import { fork, type ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FromTestProcess } from '../child/messages';
import type { TestRequest } from '../child/run-test';
import { outcomeOf, type Outcome } from './results';

const STDERR_KEPT = 4000;
/** Milliseconds a process may take to end after its report; one that does not is as bad as one that dies. */
const EXIT_LIMIT = 20_000;
/** Milliseconds a process may take to load everything. */
const START_LIMIT = 60_000;

/** Where Node (22 and later) keeps compiled code, so that a process starts sooner. */
const compileCache = join(tmpdir(), 'mediant-wpt-compile-cache');

/** A process that loads everything ahead of need, runs one test and is gone. */
export class TestProcess {
  readonly #child: ChildProcess;
  readonly #ready: Promise<boolean>;
  /** How the process ended, in words; undefined when it ended as it should. */
  readonly #ended: Promise<string | undefined>;
  #stderr = '';

  constructor(entry: URL) {
    this.#child = fork(fileURLToPath(entry), [], {
      env: { ...process.env, MEDIANT_AUDIO: 'silent', NODE_COMPILE_CACHE: compileCache },
      execArgv: ['--experimental-vm-modules', '--no-warnings'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT);
    });
    this.#ready = new Promise((resolve) => {
      this.#child.on('message', (message: FromTestProcess) => {
        if (message.kind === 'ready') {
          resolve(message.installed);
        }
      });
      this.#child.once('exit', () => resolve(false));
    });
    this.#ended = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(`The process could not be started: ${error.message}`));
      this.#child.once('close', (code, signal) => {
        resolve(this.#child.killed || code === 0 ? undefined : `The process ended by ${signal ?? `exit code ${code}`}.`);
      });
    });
  }

  /** Whether the package could be installed in the process's windows. */
  get installed(): Promise<boolean> {
    return this.#ready;
  }

  /** Runs the process's test; a test that has not ended after `limit` milliseconds is killed and counts as timed out. */
  async run(request: TestRequest, limit: number): Promise<Outcome> {
    await this.#withinStartLimit();
    const begin = performance.now();
    return new Promise((resolve) => {
      let outcome: Outcome | undefined;
      let timer = setTimeout(() => {
        outcome = this.#failed('TIMEOUT', 'The test did not end and was killed.', performance.now() - begin);
        this.kill();
      }, limit);
      this.#child.on('message', (message: FromTestProcess) => {
        const milliseconds = performance.now() - begin;
        if (message.kind === 'ready' || outcome !== undefined) {
          return;
        }
        outcome = message.kind === 'report' ? outcomeOf(message.report, milliseconds) : this.#failed('ERROR', message.message, milliseconds);
        clearTimeout(timer);
        timer = setTimeout(() => {
          outcome = this.#failed('CRASH', 'The process did not end after its report.', milliseconds);
          this.kill();
        }, EXIT_LIMIT);
      });
      void this.#ended.then((death) => {
        clearTimeout(timer);
        if (death === undefined) {
          resolve(outcome ?? this.#failed('CRASH', 'The process ended without a report.', performance.now() - begin));
        } else {
          resolve({ ...(outcome ?? this.#failed('CRASH', '', performance.now() - begin)), harness: 'CRASH', message: `${death}\n${this.#stderr}` });
        }
      });
      if (this.#child.connected) {
        this.#child.send(request, () => {});
      }
    });
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  async #withinStartLimit(): Promise<void> {
    const timer = setTimeout(() => this.kill(), START_LIMIT);
    await this.#ready;
    clearTimeout(timer);
  }

  #failed(harness: 'CRASH' | 'ERROR' | 'TIMEOUT', message: string, milliseconds: number): Outcome {
    return { harness, message: this.#stderr === '' ? message : `${message}\n${this.#stderr}`, subtests: [], audit: false, milliseconds, unstable: [] };
  }
}
