/** Boxes of the ISO base media file format made by hand. */
type Content = readonly number[] | string | Uint8Array;

export const u16 = (...values: readonly number[]): number[] => values.flatMap((value) => [(value >> 8) & 0xff, value & 0xff]);
export const u32 = (...values: readonly number[]): number[] => values.flatMap((value) => [24, 16, 8, 0].map((shift) => (value >> shift) & 0xff));
export const u64 = (...values: readonly number[]): number[] => values.flatMap((value) => [...u32(Math.floor(value / 2 ** 32)), ...u32(value % 2 ** 32)]);
const latin = (text: string): number[] => [...text].map((character) => character.charCodeAt(0));

export function box(type: string, ...contents: readonly Content[]): number[] {
  const body = contents.flatMap((content) => (typeof content === 'string' ? latin(content) : [...content]));
  return [...u32(body.length + 8), ...latin(type), ...body];
}

export const fullBox = (type: string, version: number, flags: number, ...contents: readonly Content[]): number[] =>
  box(type, u32(version * 2 ** 24 + flags), ...contents);
