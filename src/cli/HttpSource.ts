import { setTimeout as wait } from 'node:timers/promises';
import type { ByteSource } from './ByteSource';
import { Failure } from './Command';

/** Bytes that are read and dropped rather than asked for past them. */
const mostPassedOver = 1 << 20;
/** How often in a row a connection may end without having given anything. */
const mostTries = 5;
/** Before the second try; twice as long before each other. */
const firstWaitMilliseconds = 250;

/** What another try may help against. */
class Interruption extends Error {}

const reasonOf = (error: unknown): string => (error as Error).cause instanceof Error ? ((error as Error).cause as Error).message : (error as Error).message;

/** A part of an address's content (RFC 9110, section 14), as what is left of one answer. */
class Answer {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #rest: Uint8Array | null = null;

  constructor(readonly response: Response, public position: number) {
    this.#reader = response.body?.getReader();
  }

  /** Null at the end. @throws Interruption */
  async read(): Promise<Uint8Array | null> {
    const bytes = this.#rest ?? (await this.#reader?.read().catch((error) => { throw new Interruption(reasonOf(error)); }))?.value ?? null;
    this.#rest = null;
    this.position += bytes?.length ?? 0;
    return bytes;
  }

  /** Reads on up to a position. False where that is not possible, or asks for too much. */
  async skipTo(position: number): Promise<boolean> {
    if (position < this.position || position - this.position > mostPassedOver) return false;
    while (this.position < position) {
      const bytes = await this.read();
      if (!bytes) return false;
      const excess = this.position - position;
      if (excess <= 0) continue;
      this.#rest = bytes.subarray(bytes.length - excess);
      this.position = position;
    }
    return true;
  }

  close(): void {
    this.#reader?.cancel().catch(() => {});
  }
}

/**
 * An address: one request for as long as it is read in order, another wherever it goes on somewhere else, and where a connection ends too early, as many a server's does with
 * a reader that takes minutes.
 */
export class HttpSource implements ByteSource {
  readonly canSeek: boolean;
  readonly size: number | null;
  readonly #address: string;
  #answer: Answer | null;

  private constructor(address: string, first: Answer) {
    const { status, headers } = first.response;
    this.#address = address;
    this.#answer = first;
    this.canSeek = status === 206;
    // A length is that of what is sent, which may be packed.
    const total = this.canSeek ? totalOf(first.response) : headers.has('content-encoding') ? null : headers.get('content-length');
    this.size = total === null ? null : Number(total);
  }

  /** @throws Failure */
  static async open(address: string): Promise<HttpSource> {
    try {
      return new HttpSource(address, await request(address, 0));
    } catch (error) {
      throw error instanceof Interruption ? new Failure(error.message) : error;
    }
  }

  async read(position: number): Promise<Uint8Array> {
    for (let tries = 1; ; tries++) {
      try {
        const bytes = await (await this.#answerAt(position))?.read();
        if (bytes) return bytes;
        if (!this.canSeek || this.size === null || position >= this.size) return new Uint8Array(0);
        throw new Interruption('it ended too early');
      } catch (error) {
        if (!(error instanceof Interruption)) throw error;
        this.#drop();
        if (!this.canSeek || tries === mostTries) throw new Failure(`cannot read ${this.#address} from byte ${position} on: ${error.message}`);
        await wait(tries === 1 ? 0 : firstWaitMilliseconds * 2 ** (tries - 2));
      }
    }
  }

  /** Null behind the end. */
  async #answerAt(position: number): Promise<Answer | null> {
    if (await this.#answer?.skipTo(position)) return this.#answer;
    this.#drop();
    if (!this.canSeek || (this.size !== null && position >= this.size)) return null;
    const answer = await request(this.#address, position);
    const { response } = answer;
    const isSame = response.status === 206 && totalOf(response) === (this.size === null ? null : String(this.size));
    if (isSame) return this.#answer = answer;
    answer.close();
    if (response.status === 416) return null;
    throw new Failure(`${this.#address} has changed while it was read, or its server answers no range requests any more`);
  }

  #drop(): void {
    this.#answer?.close();
    this.#answer = null;
  }

  async close(): Promise<void> {
    this.#drop();
  }
}

const totalOf = ({ headers }: Response): string | null => /\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1] ?? null;

/** What may be otherwise a moment later: too many requests, and what is wrong with servers. */
const mayPass = (status: number): boolean => status === 408 || status === 429 || status >= 500;

/** @throws Interruption, Failure */
async function request(address: string, position: number): Promise<Answer> {
  const headers = { 'Range': `bytes=${position}-`, 'Accept-Encoding': 'identity' };
  const response = await fetch(address, { headers }).catch((error) => { throw new Interruption(`cannot fetch ${address}: ${reasonOf(error)}`); });
  if (response.ok || response.status === 416) return new Answer(response, position);
  await response.body?.cancel();
  const message = `cannot fetch ${address}: ${response.status} ${response.statusText}`;
  throw mayPass(response.status) ? new Interruption(message) : new Failure(message);
}
