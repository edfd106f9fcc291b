import { executing } from '../webidl/exceptions';

/** [[key chunk required]] of a decoder. */
export class KeyChunkRequirement {
  #required = true;

  constructor(readonly interfaceName: string) {}

  require(): void {
    this.#required = true;
  }

  /** Step 2 of `decode`. */
  check(type: 'key' | 'delta'): void {
    if (!this.#required) return;
    // Step 2.1
    if (type !== 'key') throw new DOMException(executing('decode', this.interfaceName, 'a key chunk is needed first, and after configure() and flush().'), 'DataError');
    // Step 2.2 is left to the backend, whose EncodingError tells a chunk that only says it were a key chunk.
    // Step 2.3
    this.#required = false;
  }
}
