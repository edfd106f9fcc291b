import { chunkHeaderBytes, chunkType } from './constants';

/** A chunk, parameter or error cause: type, flags where it is a chunk, length, then `body`. */
export function encodeChunk(type: number, flags: number, body: Uint8Array = emptyBody): Uint8Array {
  const chunk = new Uint8Array(chunkHeaderBytes + body.length);
  const view = new DataView(chunk.buffer);
  chunk[0] = type;
  chunk[1] = flags;
  view.setUint16(2, chunk.length);
  chunk.set(body, chunkHeaderBytes);
  return chunk;
}

export const emptyBody = new Uint8Array(0);

/** A parameter or error cause. */
export function encodeParameter(type: number, body: Uint8Array): Uint8Array {
  return encodeChunk(type >> 8, type & 0xff, body);
}

/** Parameters one behind the other, each padded to a multiple of four but the last. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((length, part) => ((length + 3) & ~3) + part.length, 0));
  let at = 0;
  for (const part of parts) {
    at = (at + 3) & ~3;
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Numbers of 16 bits, most significant byte first. */
export function words16(...numbers: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(numbers.length * 2);
  const view = new DataView(bytes.buffer);
  numbers.forEach((number, index) => view.setUint16(index * 2, number));
  return bytes;
}

/** Numbers of 32 bits, most significant byte first. */
export function words32(...numbers: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(numbers.length * 4);
  const view = new DataView(bytes.buffer);
  numbers.forEach((number, index) => view.setInt32(index * 4, number));
  return bytes;
}

/** Text as bytes, one a character: the details of causes are ours and in ASCII. */
export function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export function asciiText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '?')).join('');
}

/** An ERROR chunk with one cause. */
export function encodeError(causeCode: number, information: Uint8Array): Uint8Array {
  return encodeChunk(chunkType.error, 0, encodeParameter(causeCode, information));
}

/** Chunks that wait to be sent. What a peer makes us answer is limited, so that it can't fill our memory. */
const mostChunks = 32;
const mostBytes = 8192;

export class ControlQueue {
  readonly #largestChunk: number;
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;
  /** Answers that found no room. */
  dropped = 0;

  constructor(largestChunk: number) {
    this.#largestChunk = largestChunk;
  }

  get length(): number {
    return this.#chunks.length;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length > this.#largestChunk || this.#chunks.length >= mostChunks || this.#bytes + chunk.length > mostBytes) {
      this.dropped++;
      return;
    }
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
  }

  peek(): Uint8Array | undefined {
    return this.#chunks[0];
  }

  shift(): void {
    this.#bytes -= this.#chunks.shift()!.length;
  }

  clear(): void {
    this.#chunks.length = 0;
    this.#bytes = 0;
  }
}
