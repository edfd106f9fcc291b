import { addressFamily } from '../stun/TransportAddress';
import { type AddressRecord, readDnsMessage, RecordType, writeDnsMessage } from './dns-message';

/**
 * When a question is asked, in milliseconds since the first time, and when nobody is expected to answer any more. Chromium sends one
 * message a second, and tells each new name twice before it answers.
 */
const askedAfter = [0, 1000, 3000, 7000];
const patience = 10_000;
/** Seconds that others may keep the address of a host. https://www.rfc-editor.org/rfc/rfc6762#section-10 */
const hostTimeToLive = 120;
/** Names that are asked for at one time. */
const mostQuestions = 256;
/** An answer to all is not repeated sooner. https://www.rfc-editor.org/rfc/rfc6762#section-6 */
const leastBetweenAnswers = 1000;

interface Question {
  readonly startedAt: number;
  asked: number;
}

interface Registration {
  readonly address: string;
  answeredAt: number;
}

export interface ResolvedName {
  readonly name: string;
  /** Null where nobody has answered. */
  readonly address: string | null;
}

/** A name that the draft lets stand in a candidate: one label below `local`. */
export function isMulticastName(name: string): boolean {
  return /^[^.]+\.local$/i.test(name);
}

/**
 * Multicast DNS as far as candidates need it: the address of a name, and a name for an address. It does no I/O: what `handle` and the
 * others lead to is taken from `nextTransmit`, for the group, and `nextResolved`. `now` is in milliseconds on a monotonic clock.
 * https://www.rfc-editor.org/rfc/rfc6762, https://datatracker.ietf.org/doc/html/draft-ietf-mmusic-mdns-ice-candidates
 */
export class MulticastDns {
  readonly #questions = new Map<string, Question>();
  readonly #registrations = new Map<string, Registration>();
  readonly #transmits: Uint8Array[] = [];
  readonly #resolved: ResolvedName[] = [];

  /** Whether anything is asked for or answered. */
  get isIdle(): boolean {
    return this.#questions.size === 0 && this.#registrations.size === 0;
  }

  /** Asks for a name; `nextResolved` tells what came of it. */
  resolve(now: number, name: string): void {
    const key = name.toLowerCase();
    const own = this.#registrations.get(key);
    if (own || this.#questions.size >= mostQuestions) this.#resolved.push({ name: key, address: own?.address ?? null });
    else if (!this.#questions.has(key)) this.#questions.set(key, { startedAt: now, asked: 0 });
    this.handleTimeout(now);
  }

  /** Answers for a name from now on; nobody else can have it, since it is random. */
  register(now: number, name: string, address: string): void {
    this.#registrations.set(name.toLowerCase(), { address, answeredAt: -Infinity });
    this.#answer([{ name, address, timeToLive: hostTimeToLive }]);
  }

  /** https://www.rfc-editor.org/rfc/rfc6762#section-10.1 */
  unregister(name: string): void {
    const registration = this.#registrations.get(name.toLowerCase());
    if (!registration) return;
    this.#registrations.delete(name.toLowerCase());
    this.#answer([{ name, address: registration.address, timeToLive: 0 }]);
  }

  /** A datagram that came to the group's port. */
  handle(now: number, bytes: Uint8Array): void {
    const message = readDnsMessage(bytes);
    if (!message) return;
    if (message.isResponse) return this.#take(message.answers);
    const answers: AddressRecord[] = [];
    for (const { name, type } of message.questions) {
      const registration = this.#registrations.get(name);
      if (!registration || now - registration.answeredAt < leastBetweenAnswers) continue;
      const { address } = registration;
      if (type !== RecordType.any && type !== (addressFamily(address) === 4 ? RecordType.a : RecordType.aaaa)) continue;
      registration.answeredAt = now;
      answers.push({ name, address, timeToLive: hostTimeToLive });
    }
    if (answers.length > 0) this.#answer(answers);
  }

  get timeout(): number {
    let timeout = Infinity;
    for (const { startedAt, asked } of this.#questions.values()) timeout = Math.min(timeout, startedAt + (askedAfter[asked] ?? patience));
    return timeout;
  }

  handleTimeout(now: number): void {
    for (const [name, question] of this.#questions) {
      if (now < question.startedAt + (askedAfter[question.asked] ?? patience)) continue;
      if (question.asked < askedAfter.length) {
        question.asked++;
        const questions = [RecordType.a, RecordType.aaaa].map((type) => ({ name, type }));
        this.#transmits.push(writeDnsMessage({ isResponse: false, questions, answers: [] }));
      } else {
        this.#settle(name, null);
      }
    }
  }

  nextTransmit(): Uint8Array | undefined {
    return this.#transmits.shift();
  }

  nextResolved(): ResolvedName | undefined {
    return this.#resolved.shift();
  }

  #take(answers: readonly AddressRecord[]): void {
    for (const { name, address, timeToLive } of answers) if (timeToLive > 0 && this.#questions.has(name)) this.#settle(name, address);
  }

  #settle(name: string, address: string | null): void {
    this.#questions.delete(name);
    this.#resolved.push({ name, address });
  }

  #answer(answers: readonly AddressRecord[]): void {
    this.#transmits.push(writeDnsMessage({ isResponse: true, questions: [], answers }));
  }
}
