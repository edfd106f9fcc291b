import { formatIpAddress, parseIpAddress } from '../../../webrtc/stun/TransportAddress';
import type { TransportAddress } from '../../../webrtc/stun/TransportAddress';

/**
 * An address as the addon has it (native/net/PacketList.h): family, port, the address's bytes in four words, and which of the socket's
 * own addresses is at this end.
 */
export const addressWords = 7;

const bytesAt = 8;
const localAt = 6;

export function encodeAddress({ address, port }: TransportAddress): Int32Array {
  const words = new Int32Array(addressWords);
  const bytes = parseIpAddress(address)!;
  words[0] = bytes.length === 4 ? 4 : 6;
  words[1] = port;
  new Uint8Array(words.buffer, bytesAt).set(bytes);
  return words;
}

/** The same address, with another one at this end. */
export function setLocal(words: Int32Array, local: number): Int32Array {
  words[localAt] = local;
  return words;
}

/** Of the address at `index` in the words of a batch. */
export function localOf(words: Int32Array, index: number): number {
  return words[index * addressWords + localAt]!;
}

/** Reads addresses from the words of a batch. The same pair of ends again and again, as on a busy path, is the same object. */
export class AddressReader {
  #last: TransportAddress = { address: '0.0.0.0', port: 0 };
  readonly #lastWords = encodeAddress(this.#last);

  read(words: Int32Array, index: number): TransportAddress {
    const start = index * addressWords;
    let isLast = true;
    for (let i = 0; i < addressWords; i++) isLast &&= words[start + i] === this.#lastWords[i];
    if (isLast) return this.#last;
    this.#lastWords.set(words.subarray(start, start + addressWords));
    const bytes = new Uint8Array(this.#lastWords.buffer, bytesAt);
    this.#last = { address: formatIpAddress(bytes, 0, words[start] === 4 ? 4 : 16), port: words[start + 1]! };
    return this.#last;
  }
}
