/**
 * The DNS messages that multicast DNS needs for names of hosts: questions for addresses, and the records that answer them.
 * https://www.rfc-editor.org/rfc/rfc6762#section-18, https://www.rfc-editor.org/rfc/rfc1035#section-4
 */
import { utf8Decode, utf8Encode } from '../../text/utf8';
import { addressFamily, formatIpAddress, parseIpAddress } from '../stun/TransportAddress';

export const RecordType = Object.freeze({ a: 1, aaaa: 28, any: 255 } as const);
/** Of what is not A or AAAA only the number is known. */
export type RecordType = number;

export interface DnsQuestion {
  /** In lower case, without the last dot. */
  readonly name: string;
  readonly type: RecordType;
}

export interface AddressRecord {
  readonly name: string;
  /** In canonical form. */
  readonly address: string;
  /** Seconds; 0 takes the record back. */
  readonly timeToLive: number;
}

export interface DnsMessage {
  readonly isResponse: boolean;
  readonly questions: readonly DnsQuestion[];
  /** Those of the answer section that are addresses. */
  readonly answers: readonly AddressRecord[];
}

const headerBytes = 12;
/** QR, and AA: every multicast response is authoritative. https://www.rfc-editor.org/rfc/rfc6762#section-18.4 */
const responseFlags = 0x8400;
const responseBit = 0x8000;
/** OPCODE and RCODE, which have to be zero. https://www.rfc-editor.org/rfc/rfc6762#section-18.3 */
const mustBeZero = 0x780f;
const classInternet = 1;
/** The top bit of a class: cache-flush, or that a unicast response is wanted. https://www.rfc-editor.org/rfc/rfc6762#section-18.12 */
const classMask = 0x7fff;
const cacheFlush = 0x8000;
const longestLabel = 63;
const longestName = 255;
/** Entries of a section that are looked at. */
const mostEntries = 64;

class Reader {
  offset = headerBytes;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  has(count: number): boolean {
    return this.offset + count <= this.#bytes.length;
  }

  uint16(): number {
    this.offset += 2;
    return this.#view.getUint16(this.offset - 2);
  }

  uint32(): number {
    this.offset += 4;
    return this.#view.getUint32(this.offset - 4);
  }

  bytes(count: number): Uint8Array {
    this.offset += count;
    return this.#bytes.subarray(this.offset - count, this.offset);
  }

  /** Undefined where it is damaged. Pointers go back, so that there is an end. https://www.rfc-editor.org/rfc/rfc1035#section-4.1.4 */
  name(): string | undefined {
    const labels: string[] = [];
    let at = this.offset;
    let before = at;
    let end = -1;
    for (let length = 0; at < this.#bytes.length;) {
      const count = this.#bytes[at]!;
      if (count >= 0xc0) {
        if (at + 1 >= this.#bytes.length) return undefined;
        if (end < 0) end = at + 2;
        at = ((count & 0x3f) << 8) | this.#bytes[at + 1]!;
        if (at >= before) return undefined;
        before = at;
        continue;
      }
      at += 1 + count;
      length += 1 + count;
      if (count > longestLabel || length > longestName || at > this.#bytes.length) return undefined;
      if (count === 0) {
        this.offset = end < 0 ? at : end;
        return labels.join('.').toLowerCase();
      }
      labels.push(utf8Decode(this.#bytes.subarray(at - count, at)));
    }
    return undefined;
  }
}

/** Undefined for what no host would send. What follows a damaged entry is not read. */
export function readDnsMessage(bytes: Uint8Array): DnsMessage | undefined {
  if (bytes.length < headerBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint16(2);
  if ((flags & mustBeZero) !== 0) return undefined;
  const [questionCount, answerCount] = [view.getUint16(4), view.getUint16(6)];
  if (questionCount > mostEntries) return undefined;
  const reader = new Reader(bytes);
  const questions: DnsQuestion[] = [];
  for (let index = 0; index < questionCount; index++) {
    const name = reader.name();
    if (name === undefined || !reader.has(4)) return undefined;
    const type = reader.uint16();
    if ((reader.uint16() & classMask) === classInternet) questions.push({ name, type });
  }
  const answers: AddressRecord[] = [];
  for (let index = 0; index < Math.min(answerCount, mostEntries); index++) {
    const name = reader.name();
    if (name === undefined || !reader.has(10)) break;
    const type = reader.uint16();
    const isInternet = (reader.uint16() & classMask) === classInternet;
    const timeToLive = reader.uint32();
    const length = reader.uint16();
    if (!reader.has(length)) break;
    const address = addressOf(type, reader.bytes(length));
    if (isInternet && address !== undefined) answers.push({ name, address, timeToLive });
  }
  return { isResponse: (flags & responseBit) !== 0, questions, answers };
}

function addressOf(type: RecordType, data: Uint8Array): string | undefined {
  const length = type === RecordType.a ? 4 : type === RecordType.aaaa ? 16 : 0;
  return length > 0 && data.length === length ? formatIpAddress(data, 0, length) : undefined;
}

/** A query, or an answer. Labels have at most 63 bytes. https://www.rfc-editor.org/rfc/rfc6762#section-18.1 */
export function writeDnsMessage({ isResponse, questions, answers }: DnsMessage): Uint8Array {
  const bytes: number[] = [];
  const uint16 = (value: number) => bytes.push(value >> 8, value & 0xff);
  const name = (text: string) => {
    for (const label of text.split('.')) {
      const encoded = utf8Encode(label);
      bytes.push(encoded.length, ...encoded);
    }
    bytes.push(0);
  };
  for (const word of [0, isResponse ? responseFlags : 0, questions.length, answers.length, 0, 0]) uint16(word);
  for (const question of questions) {
    name(question.name);
    uint16(question.type);
    uint16(classInternet);
  }
  for (const answer of answers) {
    const data = parseIpAddress(answer.address)!;
    name(answer.name);
    uint16(addressFamily(answer.address) === 4 ? RecordType.a : RecordType.aaaa);
    uint16(classInternet | cacheFlush);
    uint16(answer.timeToLive >>> 16);
    uint16(answer.timeToLive & 0xffff);
    uint16(data.length);
    bytes.push(...data);
  }
  return Uint8Array.from(bytes);
}
