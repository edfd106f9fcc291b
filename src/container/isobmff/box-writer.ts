import { ByteWriter } from '../ByteWriter';

export type Part = Uint8Array | ByteWriter;

export const bytesOf = (part: Part): Uint8Array => (part instanceof ByteWriter ? part.finish() : part);

/** A box (ISO/IEC 14496-12, 4.2.2) of parts that follow each other. */
export function box(type: string, ...parts: readonly Part[]): Uint8Array {
  const contents = parts.map(bytesOf);
  const size = contents.reduce((sum, { length }) => sum + length, 8);
  const writer = new ByteWriter(size).u32(size).latin(type);
  for (const content of contents) writer.bytes(content);
  return writer.finish();
}

export function fullBox(type: string, version: number, flags: number, ...parts: readonly Part[]): Uint8Array {
  return box(type, new ByteWriter(4).u8(version).u24(flags), ...parts);
}

export const fields = (capacity = 64): ByteWriter => new ByteWriter(capacity);

export const mostU32 = 0xffffffff;

/** Times of creation and modification, which are not told, `between` and a duration: 8.2.2, 8.3.2, 8.4.2. 64 bits where the duration needs them. */
export function timedBox(type: string, flags: number, between: readonly number[], duration: number, ...rest: readonly Part[]): Uint8Array {
  const isLong = duration > mostU32;
  const head = fields().zeros(isLong ? 16 : 8);
  for (const value of between) head.u32(value);
  if (isLong) head.u64(duration);
  else head.u32(duration);
  return fullBox(type, isLong ? 1 : 0, flags, head, ...rest);
}
