import { Attribute, headerBytes, magicCookie, type MessageClass, transactionIdBytes } from './constants';
import { crc32 } from './crc32';
import type { StunCrypto } from './StunCrypto';
import { fingerprintMask } from './StunMessage';
import { parseIpAddress, type TransportAddress } from './TransportAddress';
import { utf8Encode } from '../../text/utf8';

/** Writes one STUN message, attribute after attribute. https://www.rfc-editor.org/rfc/rfc8489#section-5 */
export class StunWriter {
  #bytes = new Uint8Array(160);
  #view = new DataView(this.#bytes.buffer);
  #length = headerBytes;

  constructor(messageClass: MessageClass, method: number, transactionId: Uint8Array) {
    const type = (method & 0x000f) | ((method & 0x0070) << 1) | ((method & 0x0f80) << 2) | ((messageClass & 1) << 4) | ((messageClass & 2) << 7);
    this.#view.setUint16(0, type);
    this.#view.setUint32(4, magicCookie);
    this.#bytes.set(transactionId, headerBytes - transactionIdBytes);
  }

  bytes(type: number, value: Uint8Array): this {
    const offset = this.#begin(type, value.length);
    this.#bytes.set(value, offset);
    return this;
  }

  text(type: number, text: string): this {
    return this.bytes(type, utf8Encode(text));
  }

  flag(type: number): this {
    this.#begin(type, 0);
    return this;
  }

  uint32(type: number, value: number): this {
    const offset = this.#begin(type, 4);
    this.#view.setUint32(offset, value);
    return this;
  }

  /** https://www.rfc-editor.org/rfc/rfc8489#section-14.2 */
  xorAddress(type: number, { address, port }: TransportAddress): this {
    const plain = parseIpAddress(address) ?? new Uint8Array(4);
    const offset = this.#begin(type, 4 + plain.length);
    this.#view.setUint16(offset, plain.length === 4 ? 1 : 2);
    this.#view.setUint16(offset + 2, port ^ (magicCookie >>> 16));
    for (let index = 0; index < plain.length; index++) this.#bytes[offset + 4 + index] = plain[index] ^ this.#bytes[4 + index];
    return this;
  }

  /** https://www.rfc-editor.org/rfc/rfc8489#section-14.8 */
  errorCode(code: number, reason: string): this {
    const text = utf8Encode(reason);
    const offset = this.#begin(Attribute.errorCode, 4 + text.length);
    this.#view.setUint16(offset, 0);
    this.#bytes[offset + 2] = Math.floor(code / 100);
    this.#bytes[offset + 3] = code % 100;
    this.#bytes.set(text, offset + 4);
    return this;
  }

  /** https://www.rfc-editor.org/rfc/rfc8489#section-14.13 */
  unknownAttributes(types: readonly number[]): this {
    const offset = this.#begin(Attribute.unknownAttributes, 2 * types.length);
    for (let index = 0; index < types.length; index++) this.#view.setUint16(offset + 2 * index, types[index]);
    return this;
  }

  messageIntegrity(key: Uint8Array, crypto: StunCrypto): this {
    return this.#seal(Attribute.messageIntegrity, 20, (data) => crypto.hmacSha1(key, data));
  }

  messageIntegritySha256(key: Uint8Array, crypto: StunCrypto): this {
    return this.#seal(Attribute.messageIntegritySha256, 32, (data) => crypto.hmacSha256(key, data));
  }

  fingerprint(): this {
    const offset = this.#begin(Attribute.fingerprint, 4);
    this.#view.setUint16(2, this.#length - headerBytes);
    this.#view.setUint32(offset, crc32(this.#bytes, offset - 4) ^ fingerprintMask);
    return this;
  }

  /** The message; the writer must not be used again. */
  finish(): Uint8Array {
    this.#view.setUint16(2, this.#length - headerBytes);
    return this.#bytes.subarray(0, this.#length);
  }

  #seal(type: number, length: number, hash: (data: Uint8Array) => Uint8Array): this {
    const offset = this.#begin(type, length);
    this.#view.setUint16(2, this.#length - headerBytes);
    this.#bytes.set(hash(this.#bytes.subarray(0, offset - 4)), offset);
    return this;
  }

  /** Writes an attribute's head and returns where its value goes; padding stays zero. */
  #begin(type: number, length: number): number {
    const offset = this.#length + 4;
    this.#length = offset + ((length + 3) & ~3);
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(2 * this.#length);
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    this.#view.setUint16(offset - 4, type);
    this.#view.setUint16(offset - 2, length);
    return offset;
  }
}
