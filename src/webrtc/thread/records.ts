/** What the records of the rings between control and media thread hold. */
import { latin1Decode, utf8Decode, utf8Encode } from '../../text/utf8';

export const RecordType = Object.freeze({
  /** A `Command` or `MediaEvent` as text; the target is 0. */
  Message: 0,
  /** A data channel's message, or a part of it; the target is the channel. */
  Data: 1,
  /** The event `channel sent`, which is as frequent as messages: the target is the channel, the flags are the bytes. */
  Sent: 2,
} as const);

/** Flags of `RecordType.Data`. */
export const DataFlag = Object.freeze({ Binary: 1, Begins: 2, Ends: 4 } as const);

/** Flags of `RecordType.Message`: the rest of a long one follows. */
export const MessageFlag = Object.freeze({ More: 1 } as const);

/** Bytes of a part at most: every ring has room for several. */
export const maxPart = 1 << 18;

/** Capacity of each of the two rings, bytes. Pages that were never used take no memory. */
export const ringCapacity = 1 << 21;

export function concatenate(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Puts long messages together again. */
export class MessageParts {
  #parts: Uint8Array[] = [];

  /** The whole message where this is the end of one. */
  take(bytes: Uint8Array, flags: number): Uint8Array | undefined {
    const hasMore = (flags & MessageFlag.More) !== 0;
    if (!hasMore && this.#parts.length === 0) return bytes;
    this.#parts.push(bytes);
    return hasMore ? undefined : concatenate(this.#parts.splice(0));
  }
}

/** Plain data with Uint8Arrays in it, of any realm, as text. */
export function encodeMessage(message: object): Uint8Array {
  // A function that sees each value makes it several times as slow, and few messages have bytes.
  return utf8Encode(holdsBytes(message) ? JSON.stringify(message, bytesToJson) : JSON.stringify(message));
}

export function decodeMessage(bytes: Uint8Array): unknown {
  const text = utf8Decode(bytes);
  return text.includes('"$bytes"') ? JSON.parse(text, jsonToBytes) : JSON.parse(text);
}

function holdsBytes(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (ArrayBuffer.isView(value)) return true;
  for (const key of Object.keys(value)) if (holdsBytes((value as Record<string, unknown>)[key])) return true;
  return false;
}

/** A string, since a function that sees each value would see each byte of an array; of two letters for a byte, since text is encoded fastest where it is ASCII. */
function bytesToJson(_key: string, value: unknown): unknown {
  if (!ArrayBuffer.isView(value)) return value;
  const bytes = value as Uint8Array;
  const letters = new Uint8Array(2 * bytes.length);
  for (let index = 0; index < bytes.length; index++) {
    letters[2 * index] = firstLetter + (bytes[index]! >> 4);
    letters[2 * index + 1] = firstLetter + (bytes[index]! & 15);
  }
  return { $bytes: latin1Decode(letters) };
}

function jsonToBytes(_key: string, value: unknown): unknown {
  const isBytes = typeof value === 'object' && value !== null && '$bytes' in value;
  if (!isBytes) return value;
  const letters = (value as { $bytes: string }).$bytes;
  const bytes = new Uint8Array(letters.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = ((letters.charCodeAt(2 * index) - firstLetter) << 4) | (letters.charCodeAt(2 * index + 1) - firstLetter);
  }
  return bytes;
}

/** A: of the letters, sixteen are used. */
const firstLetter = 0x41;
