import type { MessageClass} from './constants';
import { Attribute, comprehensionOptional, headerBytes, magicCookie, transactionIdBytes } from './constants';
import { crc32 } from './crc32';
import type { StunCrypto } from './StunCrypto';
import { formatIpAddress, type TransportAddress } from './TransportAddress';
import { utf8Decode } from '../../text/utf8';

/** What FINGERPRINT's CRC is XORed with: 'STUN'. */
export const fingerprintMask = 0x5354554e;
export const integrityBytes = 20;

/** More attributes than any message of ours has; a longer one is refused. */
const mostAttributes = 64;

/** An error response's ERROR-CODE. https://www.rfc-editor.org/rfc/rfc8489#section-14.8 */
export interface StunError {
  readonly code: number;
  readonly reason: string;
}

/**
 * A decoded STUN message: views into the datagram, nothing is copied. It is valid as long as the datagram's bytes are.
 * https://www.rfc-editor.org/rfc/rfc8489#section-5
 */
export class StunMessage {
  readonly bytes: Uint8Array;
  readonly messageClass: MessageClass;
  readonly method: number;
  readonly #view: DataView;
  /** Type, offset of the value, and length of each attribute. */
  readonly #attributes: number[];

  private constructor(bytes: Uint8Array, view: DataView, attributes: number[]) {
    const type = view.getUint16(0);
    this.bytes = bytes;
    this.messageClass = (((type >> 4) & 1) | ((type >> 7) & 2)) as MessageClass;
    this.method = (type & 0x000f) | ((type >> 1) & 0x0070) | ((type >> 2) & 0x0f80);
    this.#view = view;
    this.#attributes = attributes;
  }

  /** Undefined where the bytes are not one whole, well-formed message. */
  static decode(bytes: Uint8Array): StunMessage | undefined {
    if (bytes.length < headerBytes || bytes.length % 4 !== 0 || bytes[0] > 3) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    if (view.getUint32(4) !== magicCookie || view.getUint16(2) !== bytes.length - headerBytes) return undefined;
    const attributes = readAttributes(view);
    return attributes && new StunMessage(bytes, view, attributes);
  }

  get transactionId(): Uint8Array {
    return this.bytes.subarray(headerBytes - transactionIdBytes, headerBytes);
  }

  has(type: number): boolean {
    return this.#find(type) >= 0;
  }

  /** The value of the first attribute of a type. */
  value(type: number): Uint8Array | undefined {
    const index = this.#find(type);
    return index < 0 ? undefined : this.#valueAt(index);
  }

  text(type: number): string | undefined {
    const value = this.value(type);
    return value && utf8Decode(value);
  }

  uint32(type: number): number | undefined {
    const index = this.#find(type);
    return index < 0 || this.#attributes[index + 2] !== 4 ? undefined : this.#view.getUint32(this.#attributes[index + 1]);
  }

  /** https://www.rfc-editor.org/rfc/rfc8489#section-14.1 */
  address(type: number): TransportAddress | undefined {
    const index = this.#find(type);
    return index < 0 ? undefined : this.#addressAt(index, false);
  }

  /** https://www.rfc-editor.org/rfc/rfc8489#section-14.2 */
  xorAddress(type: number): TransportAddress | undefined {
    const index = this.#find(type);
    return index < 0 ? undefined : this.#addressAt(index, true);
  }

  /** All addresses of a type, of which TURN's messages may carry several. */
  xorAddresses(type: number): TransportAddress[] {
    const found: TransportAddress[] = [];
    for (let index = 0; index < this.#attributes.length; index += 3) {
      const address = this.#attributes[index] === type ? this.#addressAt(index, true) : undefined;
      if (address) found.push(address);
    }
    return found;
  }

  get error(): StunError | undefined {
    const value = this.value(Attribute.errorCode);
    if (!value || value.length < 4) return undefined;
    const number = value[3];
    const hundreds = value[2] & 7;
    if (hundreds < 3 || hundreds > 6 || number > 99) return undefined;
    return { code: hundreds * 100 + number, reason: utf8Decode(value.subarray(4)) };
  }

  /** Comprehension-required attributes that are not among `understood`. */
  unknownAttributes(understood: ReadonlySet<number>): number[] {
    const unknown: number[] = [];
    for (let index = 0; index < this.#attributes.length; index += 3) {
      const type = this.#attributes[index];
      if (type < comprehensionOptional && !understood.has(type)) unknown.push(type);
    }
    return unknown;
  }

  /** Absent is true: who needs a FINGERPRINT asks `has` too. https://www.rfc-editor.org/rfc/rfc8489#section-14.7 */
  get fingerprintMatches(): boolean {
    const index = this.#find(Attribute.fingerprint);
    if (index < 0) return true;
    const offset = this.#attributes[index + 1];
    if (this.#attributes[index + 2] !== 4) return false;
    return this.#view.getUint32(offset) === (crc32(this.bytes, offset - 4) ^ fingerprintMask) >>> 0;
  }

  /** https://www.rfc-editor.org/rfc/rfc8489#section-14.5 */
  integrityMatches(key: Uint8Array, crypto: StunCrypto): boolean {
    const index = this.#find(Attribute.messageIntegrity);
    if (index < 0 || this.#attributes[index + 2] !== integrityBytes) return false;
    return this.#hashMatches(index, (data) => crypto.hmacSha1(key, data));
  }

  /** The hash may be cut to no less than 16 bytes, in steps of 4. https://www.rfc-editor.org/rfc/rfc8489#section-14.6 */
  integritySha256Matches(key: Uint8Array, crypto: StunCrypto): boolean {
    const index = this.#find(Attribute.messageIntegritySha256);
    if (index < 0) return false;
    const length = this.#attributes[index + 2];
    if (length < 16 || length > 32 || length % 4 !== 0) return false;
    return this.#hashMatches(index, (data) => crypto.hmacSha256(key, data));
  }

  /** The hash covers what stands before it, with a length field that ends at the attribute itself. */
  #hashMatches(index: number, hash: (data: Uint8Array) => Uint8Array): boolean {
    const offset = this.#attributes[index + 1];
    const expected = this.#valueAt(index);
    const length = this.#view.getUint16(2);
    this.#view.setUint16(2, offset + expected.length - headerBytes);
    const computed = hash(this.bytes.subarray(0, offset - 4));
    this.#view.setUint16(2, length);
    let difference = 0;
    for (let byte = 0; byte < expected.length; byte++) difference |= expected[byte] ^ computed[byte];
    return difference === 0;
  }

  #find(type: number): number {
    for (let index = 0; index < this.#attributes.length; index += 3) {
      if (this.#attributes[index] === type) return index;
    }
    return -1;
  }

  #valueAt(index: number): Uint8Array {
    const offset = this.#attributes[index + 1];
    return this.bytes.subarray(offset, offset + this.#attributes[index + 2]);
  }

  #addressAt(index: number, isXored: boolean): TransportAddress | undefined {
    const offset = this.#attributes[index + 1];
    const family = this.#attributes[index + 2] >= 4 ? this.bytes[offset + 1] : 0;
    const length = family === 1 ? 4 : family === 2 ? 16 : 0;
    if (length === 0 || this.#attributes[index + 2] !== 4 + length) return undefined;
    const port = this.#view.getUint16(offset + 2);
    if (!isXored) return { address: formatIpAddress(this.bytes, offset + 4, length), port };
    const plain = new Uint8Array(length);
    for (let byte = 0; byte < length; byte++) plain[byte] = this.bytes[offset + 4 + byte] ^ this.bytes[4 + byte];
    return { address: formatIpAddress(plain, 0, length), port: port ^ (magicCookie >>> 16) };
  }
}

/**
 * Behind MESSAGE-INTEGRITY only the other integrity attribute and FINGERPRINT count, behind MESSAGE-INTEGRITY-SHA256 only
 * FINGERPRINT, which ends the message.
 */
function readAttributes(view: DataView): number[] | undefined {
  const attributes: number[] = [];
  let sealed = 0;
  for (let offset = headerBytes; offset < view.byteLength;) {
    const type = view.getUint16(offset);
    const length = view.getUint16(offset + 2);
    const next = offset + 4 + ((length + 3) & ~3);
    if (next > view.byteLength || attributes.length >= 3 * mostAttributes) return undefined;
    const rank = sealRanks.get(type) ?? 0;
    if (sealed === 3) return undefined;
    if (sealed === 0 || rank > sealed) attributes.push(type, offset + 4, length);
    sealed = Math.max(sealed, rank);
    offset = next;
  }
  return attributes;
}

const sealRanks: ReadonlyMap<number, number> = new Map([
  [Attribute.messageIntegrity, 1],
  [Attribute.messageIntegritySha256, 2],
  [Attribute.fingerprint, 3],
]);

/** A transaction ID as a key of maps. */
export function transactionKey(transactionId: Uint8Array): string {
  let key = '';
  for (let index = 0; index < transactionIdBytes; index++) key += String.fromCharCode(transactionId[index]);
  return key;
}
