import type { Worker } from 'node:worker_threads';
import type { HostError } from '../../Host';
import type { CodecReply, CodecRequest } from './messages';

type Answer = Exclude<CodecReply, { kind: 'progress' }>;
type Unnumbered<Request> = Request extends CodecRequest ? Omit<Request, 'id'> : never;

interface Job {
  readonly request: CodecRequest;
  readonly done: (answer: Answer) => void;
}

/** Milliseconds without any progress after which a job is given up and its Worker ended. */
const patience = 30_000;
/** Milliseconds that progress already on its way is given to arrive, when this thread itself was held up. */
const grace = 1_000;

function lost(reason: string): HostError {
  return { code: 'encoding', message: `The decoder failed on this file: ${reason}.` };
}

/** As where a bundler has moved the package's modules, but not the Worker's. */
function noWorker({ message }: Error): HostError {
  return { code: 'no-backend', message: `The codec Worker can't be started (${message}). Leave the package mediant out of the bundle.` };
}

/**
 * The codec Worker and the queue before it. One job is with the Worker at a time, so that a Worker that dies or hangs takes
 * one file with it and the next job starts another. The Worker keeps the process alive while it has a job, and only then.
 */
export class CodecService {
  readonly #queue: Job[] = [];
  #worker: Worker | undefined;
  #current: Job | undefined;
  #timer: NodeJS.Timeout | undefined;
  #lastId = 0;

  constructor(readonly startWorker: () => Worker, readonly patienceMilliseconds = patience) {}

  /** Answers in a task of its own, always. */
  submit(request: Unnumbered<CodecRequest>, done: (answer: Answer) => void): void {
    this.#queue.push({ request: { ...request, id: ++this.#lastId } as CodecRequest, done });
    if (this.#queue.length === 1 && !this.#current) setImmediate(() => this.#next());
  }

  #next(): void {
    if (this.#current) return;
    const job = this.#queue.shift();
    if (!job) {
      this.#worker?.unref();
      return;
    }
    this.#current = job;
    try {
      const worker = (this.#worker ??= this.#start());
      worker.ref();
      this.#watch();
      worker.postMessage(job.request, [job.request.bytes.buffer as ArrayBuffer]);
    } catch (error) {
      this.#fail(noWorker(error as Error));
    }
  }

  #start(): Worker {
    const worker = this.startWorker();
    worker.on('message', (reply: CodecReply) => this.#receive(worker, reply));
    worker.on('error', (error: Error & { code?: string }) => {
      this.#lose(worker, error.code === 'ERR_MODULE_NOT_FOUND' ? noWorker(error) : lost(error.message));
    });
    worker.on('exit', () => this.#lose(worker, lost('it ended by itself')));
    return worker;
  }

  #receive(worker: Worker, reply: CodecReply): void {
    if (worker !== this.#worker || reply.id !== this.#current?.request.id) return;
    if (reply.kind === 'progress') this.#watch();
    else this.#finish(reply);
  }

  #finish(answer: Answer): void {
    clearTimeout(this.#timer);
    const { done } = this.#current!;
    this.#current = undefined;
    setImmediate(() => this.#next());
    done(answer);
  }

  #fail(error: HostError): void {
    this.#finish({ id: this.#current!.request.id, kind: 'failed', error });
  }

  /** The Worker is no more, or is taken for dead. Its job fails; the next one starts another. */
  #lose(worker: Worker, error: HostError): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    if (this.#current) this.#fail(error);
  }

  #watch(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = setTimeout(() => this.#giveUp(), grace);
    }, this.patienceMilliseconds);
  }

  #giveUp(): void {
    const worker = this.#worker;
    if (!worker) return;
    this.#lose(worker, lost(`no progress in ${this.patienceMilliseconds / 1000} s`));
    worker.removeAllListeners();
    worker.on('error', () => {}); // It may still complain on its way out.
    void worker.terminate();
    worker.unref();
  }
}
