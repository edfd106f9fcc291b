import { Attribute, ErrorCode, MessageClass, Method, serverUnreachable, transactionIdBytes } from './constants';
import { StunMessage } from './StunMessage';
import { defaultRtoMilliseconds, StunTransaction } from './StunTransaction';
import { StunWriter } from './StunWriter';
import type { RandomSource } from './StunCrypto';
import { sameAddress, type TransportAddress } from './TransportAddress';

export interface BindingClientOptions {
  readonly random: RandomSource;
  readonly server: TransportAddress;
  /** Over TCP or TLS: the bytes are a stream's, and nothing is sent twice. */
  readonly isReliable?: boolean;
  readonly rto?: number;
  /** How long after a response the binding is refreshed; `Infinity` to ask once. https://www.rfc-editor.org/rfc/rfc8445#section-11 */
  readonly keepaliveInterval?: number;
}

export type BindingEvent =
  /** What the server sees this client as; again only when it has changed. */
  | { readonly type: 'mapped'; readonly address: TransportAddress }
  | { readonly type: 'failed'; readonly code: number; readonly reason: string };

/** Tr, how often a binding is kept alive. https://www.rfc-editor.org/rfc/rfc8445#section-11 */
export const keepaliveMilliseconds = 15_000;

const understood: ReadonlySet<number> = new Set([Attribute.mappedAddress, Attribute.xorMappedAddress, Attribute.errorCode,
  Attribute.unknownAttributes, Attribute.realm, Attribute.nonce, Attribute.messageIntegrity, Attribute.messageIntegritySha256,
  Attribute.username]);

/** Redirections followed before a row of servers counts as unreachable. */
const mostRedirections = 4;

/** Asks a STUN server which address this transport has outside, and keeps the mapping alive. One transport, one server. */
export class BindingClient {
  readonly #options: BindingClientOptions;
  #server: TransportAddress;
  #transaction: StunTransaction | null = null;
  #request: Uint8Array | null = null;
  #mustSend = false;
  #nextAt = Infinity;
  #mapped: TransportAddress | null = null;
  #redirections = 0;
  readonly #events: BindingEvent[] = [];

  constructor(options: BindingClientOptions) {
    this.#options = options;
    this.#server = options.server;
  }

  /** Where requests go: the server, or the one it named instead. */
  get server(): TransportAddress {
    return this.#server;
  }

  /** When `handleTimeout` wants to be called. */
  get timeout(): number {
    return Math.min(this.#nextAt, this.#transaction?.deadline ?? Infinity);
  }

  start(now: number): void {
    const transactionId = new Uint8Array(transactionIdBytes);
    this.#options.random(transactionId);
    this.#request = new StunWriter(MessageClass.request, Method.binding, transactionId).fingerprint().finish();
    this.#transaction = this.#options.isReliable ? StunTransaction.reliable(now) : new StunTransaction(now, this.#options.rto ?? defaultRtoMilliseconds);
    this.#mustSend = true;
    this.#nextAt = Infinity;
  }

  close(): void {
    this.#transaction = null;
    this.#mustSend = false;
    this.#nextAt = Infinity;
  }

  /** True when the datagram was this client's. */
  handleDatagram(now: number, source: TransportAddress, bytes: Uint8Array): boolean {
    const request = this.#request;
    if (!this.#transaction || !request || bytes.length < 20 || !sameAddress(source, this.#server)) return false;
    for (let index = 8; index < 20; index++) if (bytes[index] !== request[index]) return false;
    const response = StunMessage.decode(bytes);
    if (!response || response.method !== Method.binding || !response.fingerprintMatches) return false;
    if (response.messageClass === MessageClass.success) this.#succeed(now, response);
    else if (response.messageClass === MessageClass.error) this.#fail(now, response);
    else return false;
    return true;
  }

  handleTimeout(now: number): void {
    if (now >= this.#nextAt) this.start(now);
    if (!this.#transaction || now < this.#transaction.deadline) return;
    if (this.#transaction.expire(now) === 'send') this.#mustSend = true;
    else this.#end({ type: 'failed', code: serverUnreachable, reason: 'STUN server did not answer' });
  }

  /** The transport to the server has ended, or never began. */
  handleTransportFailure(reason: string): void {
    if (this.#transaction || this.#nextAt < Infinity) this.#end({ type: 'failed', code: serverUnreachable, reason });
  }

  /** The next datagram for `server`. */
  nextTransmit(): Uint8Array | undefined {
    if (!this.#mustSend) return undefined;
    this.#mustSend = false;
    return this.#request!;
  }

  nextEvent(): BindingEvent | undefined {
    return this.#events.shift();
  }

  #succeed(now: number, response: StunMessage): void {
    const mapped = response.xorAddress(Attribute.xorMappedAddress) ?? response.address(Attribute.mappedAddress);
    const unknown = response.unknownAttributes(understood);
    if (!mapped || unknown.length > 0) return this.#end({ type: 'failed', code: ErrorCode.serverError, reason: 'STUN server sent a response that says nothing' });
    this.#transaction = null;
    this.#nextAt = now + (this.#options.keepaliveInterval ?? keepaliveMilliseconds);
    if (this.#mapped && sameAddress(this.#mapped, mapped)) return;
    this.#mapped = mapped;
    this.#events.push({ type: 'mapped', address: mapped });
  }

  #fail(now: number, response: StunMessage): void {
    const error = response.error ?? { code: ErrorCode.serverError, reason: 'STUN server sent an error without a code' };
    const alternate = error.code === ErrorCode.tryAlternate ? response.address(Attribute.alternateServer) : undefined;
    if (alternate && !this.#options.isReliable && this.#redirections++ < mostRedirections) {
      this.#server = alternate;
      return this.start(now);
    }
    this.#end({ type: 'failed', ...error });
  }

  #end(event: BindingEvent): void {
    this.close();
    this.#events.push(event);
  }
}
