import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Description {
  type: 'offer' | 'answer';
  sdp: string;
}

export interface Transfer {
  bytes: number;
  digest: string;
}

/** Methods of `Peer.mjs`, wherever it is. */
export interface Actions {
  open: (configuration?: object) => void;
  offer: (options?: { iceRestart?: boolean; trickle?: boolean }) => Description;
  answer: (options: { description: Description; trickle?: boolean }) => Description;
  accept: (description: Description) => void;
  nextCandidate: () => { candidate: string } | null;
  addCandidate: (candidate: { candidate: string }) => void;
  opened: () => void;
  echo: (text: string) => string;
  send: (options: { bytes: number; messageBytes?: number }) => Transfer;
  received: () => Transfer;
  localCandidates: () => string[];
  path: () => { local: string; remote: string; relayProtocol?: string };
  close: () => void;
}

export interface RemotePeer {
  call<Name extends keyof Actions>(action: Name, ...args: Parameters<Actions[Name]>): Promise<ReturnType<Actions[Name]>>;
  /** Ends the process, or the browser. */
  end(): Promise<void>;
}

/** A peer in a process that speaks lines of JSON, as `process.mjs` does. */
export class ChildPeer implements RemotePeer {
  readonly #process: ChildProcess;
  readonly #calls = new Map<number, { resolve: (value: any) => void; reject: (error: Error) => void }>();
  #lastId = 0;
  #errors = '';

  constructor(command: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...environment } });
    this.#process = child;
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#errors = (this.#errors + text).slice(-4000)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (!line.startsWith('{')) return;
      const { id, value, error } = JSON.parse(line);
      const call = this.#calls.get(id);
      this.#calls.delete(id);
      if (error === undefined) call?.resolve(value);
      else call?.reject(new Error(`${args.at(-1)}: ${error}`));
    });
    child.stdin.on('error', () => {});
    child.on('error', (error) => this.#fail(error));
    child.on('close', (status, signal) => this.#fail(new Error(`${args.at(-1)} ended with ${status ?? signal}: ${this.#errors}`)));
  }

  /** Whether a package is there. They are no dependencies: their binaries are large. */
  static hasModule(module: string): boolean {
    try {
      createRequire(import.meta.url).resolve(module);
      return true;
    } catch {
      console.log(`skipped: ${module} is not installed (npm install --no-save ${module})`);
      return false;
    }
  }

  /** One of Node's packages; `within` is a command that runs it, and its arguments. */
  static ofModule(module: string, environment?: NodeJS.ProcessEnv, within: readonly string[] = []): ChildPeer {
    const [command, ...args] = [...within, process.execPath, fileURLToPath(new URL('process.mjs', import.meta.url)), module];
    return new ChildPeer(command, args, environment);
  }

  call<Name extends keyof Actions>(action: Name, ...args: Parameters<Actions[Name]>): Promise<ReturnType<Actions[Name]>> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject });
      this.#process.stdin!.write(`${JSON.stringify({ id, action, argument: args[0] })}\n`);
    });
  }

  async end(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#process.once('close', resolve));
    this.#process.stdin!.end();
    const impatience = setTimeout(() => this.#process.kill('SIGKILL'), 2000);
    await ended;
    clearTimeout(impatience);
  }

  #fail(error: Error): void {
    for (const { reject } of this.#calls.values()) reject(error);
    this.#calls.clear();
  }
}
