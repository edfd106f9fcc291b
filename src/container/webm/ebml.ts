import { viewOf } from '../bytes';
import { fail } from '../failure';
import { limits } from '../limits';

export interface ElementHeader {
  readonly id: number;
  /** Bytes of the content; null where the element ends with whatever can't be inside of it. */
  readonly size: number | null;
  readonly headerBytes: number;
}

/** Most bytes that a header may take: 4 of the identifier, 8 of the size. */
export const mostHeaderBytes = 12;

/** Bytes of a number that begins so (RFC 8794, section 4); 9 where the first byte is 0. */
export const vintBytes = (firstByte: number): number => Math.clz32(firstByte) - 23;

/**
 * The header of an element (RFC 8794, sections 5 and 6), or how many bytes are needed to read it.
 * @param position of `bytes` in the file, for messages
 */
export function elementHeader(bytes: Uint8Array, at: number, position: number): ElementHeader | number {
  if (at >= bytes.length) return 2;
  const idBytes = vintBytes(bytes[at]);
  if (idBytes > 4) fail('no element where one must begin', position + at);
  if (at + idBytes >= bytes.length) return idBytes + 1;
  let id = 0;
  for (let index = 0; index < idBytes; index++) id = id * 256 + bytes[at + index];
  const sizeBytes = vintBytes(bytes[at + idBytes]);
  if (sizeBytes > 8) fail('an element whose size takes more than 8 bytes', position + at);
  if (at + idBytes + sizeBytes > bytes.length) return idBytes + sizeBytes;
  return { id, size: vint(bytes, at + idBytes, position), headerBytes: idBytes + sizeBytes };
}

/** The number at `at`, which must be there as a whole; null where all its bits are set, which stands for "unknown". */
export function vint(bytes: Uint8Array, at: number, position: number): number | null {
  const length = vintBytes(bytes[at]);
  let value = bytes[at] & (0xff >> length);
  let isUnknown = value === 0xff >> length;
  for (let index = 1; index < length; index++) {
    const byte = bytes[at + index];
    isUnknown &&= byte === 0xff;
    value = value * 256 + byte;
  }
  if (isUnknown) return null;
  if (value > Number.MAX_SAFE_INTEGER) fail('a number above 2^53', position + at);
  return value;
}

/** An element that is in memory as a whole. */
export class EbmlElement {
  /** @param position of the content in the file */
  constructor(readonly id: number, readonly bytes: Uint8Array, readonly position: number, readonly depth = 0) {}

  /** Of a master: the elements inside, in their order. Never more than there are bytes. */
  * children(): Generator<EbmlElement, void> {
    if (this.depth >= limits.depth) fail('elements inside of elements without end', this.position);
    const { bytes, position } = this;
    for (let at = 0; at < bytes.length;) {
      const header = elementHeader(bytes, at, position);
      if (typeof header === 'number') fail('an element that is cut off by the end of the one around it', position + at);
      const begin = at + header.headerBytes;
      const size = header.size ?? bytes.length - begin;
      if (begin + size > bytes.length) fail('an element that is longer than the one around it', position + at);
      yield new EbmlElement(header.id, bytes.subarray(begin, begin + size), position + begin, this.depth + 1);
      at = begin + size;
    }
  }

  child(id: number): EbmlElement | undefined {
    for (const element of this.children()) if (element.id === id) return element;
    return undefined;
  }

  unsigned(): number {
    if (this.bytes.length > 8) fail('a number of more than 8 bytes', this.position);
    let value = 0;
    for (const byte of this.bytes) value = value * 256 + byte;
    if (value > Number.MAX_SAFE_INTEGER) fail('a number above 2^53', this.position);
    return value;
  }

  signed(): number {
    if (this.bytes.length > 8) fail('a number of more than 8 bytes', this.position);
    let value = this.bytes.length > 0 && this.bytes[0] >= 0x80 ? -1 : 0;
    for (const byte of this.bytes) value = value * 256 + byte;
    if (!Number.isSafeInteger(value)) fail('a number above 2^53', this.position);
    return value;
  }

  float(): number {
    const view = viewOf(this.bytes);
    if (this.bytes.length === 4) return view.getFloat32(0);
    if (this.bytes.length === 8) return view.getFloat64(0);
    if (this.bytes.length !== 0) fail(`a floating-point number of ${this.bytes.length} bytes`, this.position);
    return 0;
  }

  /** Characters up to a zero, read as Latin-1: identifiers are ASCII. */
  ascii(): string {
    let text = '';
    for (let index = 0; index < Math.min(this.bytes.length, 1024) && this.bytes[index] !== 0; index++) text += String.fromCharCode(this.bytes[index]);
    return text;
  }
}

const unsignedOf = (element: EbmlElement) => element.unsigned();

/** The children of a master that stand there once, by identifier: the first of each. */
export function fieldsOf(master: EbmlElement | undefined): {
  unsigned(id: number, otherwise: number): number;
  float(id: number, otherwise: number): number;
  signed(id: number, otherwise: number): number;
  ascii(id: number, otherwise: string): string;
  get(id: number): EbmlElement | undefined;
} {
  const fields = new Map<number, EbmlElement>();
  if (master) for (const element of master.children()) if (!fields.has(element.id)) fields.set(element.id, element);
  const read = <Value>(id: number, otherwise: Value, convert: (element: EbmlElement) => Value): Value => {
    const element = fields.get(id);
    return element ? convert(element) : otherwise;
  };
  return {
    unsigned: (id, otherwise) => read(id, otherwise, unsignedOf),
    float: (id, otherwise) => read(id, otherwise, (element) => element.float()),
    signed: (id, otherwise) => read(id, otherwise, (element) => element.signed()),
    ascii: (id, otherwise) => read(id, otherwise, (element) => element.ascii()),
    get: (id) => fields.get(id),
  };
}
