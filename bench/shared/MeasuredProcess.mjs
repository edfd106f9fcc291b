import { spawn } from 'node:child_process';
import { deferred } from './deferred.mjs';

/** The line that tells most of what a process said at its end: Node's last one is its version. */
function lastWords(text) {
  const lines = text.trim().split('\n');
  return lines.findLast((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1);
}

/** The runner's end of a process in which one implementation works on one case. */
export class MeasuredProcess {
  #child;
  #said = '';
  #answer = deferred();

  /** Starts `script` with Node (`node`: which), and resolves when it is ready. */
  static async start(script, { node = process.execPath, argv = [], env = {}, limitSeconds = 60 } = {}) {
    const started = new MeasuredProcess(node, [script, ...argv], env);
    await started.#settle(limitSeconds);
    return started;
  }

  constructor(command, argv, env) {
    this.#child = spawn(command, argv, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], env: { ...process.env, ...env } });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => { this.#said = (this.#said + text).slice(-2000); });
    }
    this.#child.on('message', ({ result, error }) => {
      if (error === undefined) this.#answer.resolve(result);
      else this.#answer.reject(new Error(error));
    });
    this.#child.on('error', (error) => this.#answer.reject(error));
    this.#child.on('exit', (status, signal) => {
      this.#answer.reject(new Error(`the process ended with ${signal ?? `status ${status}`}: ${lastWords(this.#said)}`));
    });
  }

  /** One request at a time. */
  async request(request, argument = {}, limitSeconds = 60) {
    this.#answer = deferred();
    if (!this.#child.connected) throw new Error('the process has ended');
    this.#child.send({ request, ...argument });
    return this.#settle(limitSeconds);
  }

  async #settle(limitSeconds) {
    const timer = setTimeout(() => {
      this.#answer.reject(new Error(`no answer within ${limitSeconds} s`));
      this.#child.kill('SIGKILL');
    }, limitSeconds * 1000);
    try {
      return await this.#answer.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  async end() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.disconnect();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(timer);
  }
}
