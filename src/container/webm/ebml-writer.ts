import { ByteWriter } from '../ByteWriter';

/** Seven bits for each byte of a number, the highest value of which stands for "unknown" (RFC 8794, section 4). */
export function vintOf(value: number, bytes = 0): Uint8Array {
  let length = Math.max(1, bytes);
  while (value >= 2 ** (7 * length) - 1) length++;
  const written = new Uint8Array(length);
  for (let index = length - 1, rest = value; index >= 0; index--, rest = Math.floor(rest / 256)) written[index] = rest % 256;
  written[0] |= 0x80 >> (length - 1);
  return written;
}

/** Of eight bytes, as what is filled in later takes. */
export const unknownSize = Uint8Array.of(0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);

/** Identifiers have their marker bits already. */
export function idOf(id: number): Uint8Array {
  const bytes = [24, 16, 8, 0].map((shift) => (id >>> shift) & 0xff);
  return Uint8Array.from(bytes.slice(bytes.findIndex((byte) => byte > 0)));
}

/** An element of parts that follow each other. */
export function element(id: number, ...parts: readonly ArrayLike<number>[]): Uint8Array {
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  const writer = new ByteWriter(size + 12).bytes(idOf(id)).bytes(vintOf(size));
  for (const part of parts) writer.bytes(part);
  return writer.finish();
}

export function unsigned(id: number, value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; rest > 0 || bytes.length === 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return element(id, bytes);
}

/** @param value of at most 53 bits */
export const signed = (id: number, value: number): Uint8Array => element(id, new ByteWriter(8).u64(value).finish());

export const float = (id: number, value: number): Uint8Array => element(id, new ByteWriter(8).f64(value).finish());

export const ascii = (id: number, text: string): Uint8Array => element(id, new ByteWriter(text.length).latin(text).finish());

/** Room for what is written later. @param bytes of the whole, from 2 to 128 */
export const voidElement = (id: number, bytes: number): Uint8Array => element(id, new Uint8Array(bytes - 2));
