import { ByteReader } from '../ByteReader';
import { fourCharacters, uint32At } from '../bytes';
import { fail } from '../failure';
import { limits } from '../limits';

export interface BoxHeader {
  readonly type: string;
  /** Bytes of the whole box; null where it goes on to the end of the file. */
  readonly size: number | null;
  /** 8 or 16. */
  readonly headerBytes: number;
}

/** A box's header (ISO/IEC 14496-12, 4.2.2), or how many bytes are needed to read it. */
export function boxHeader(bytes: Uint8Array, at: number, position: number): BoxHeader | number {
  if (at + 8 > bytes.length) return 8;
  const type = fourCharacters(bytes, at + 4);
  let size: number | null = uint32At(bytes, at);
  let headerBytes = 8;
  if (size === 1) {
    headerBytes = 16;
    if (at + 16 > bytes.length) return 16;
    size = uint32At(bytes, at + 8) * 2 ** 32 + uint32At(bytes, at + 12);
    if (position + at + size > Number.MAX_SAFE_INTEGER) fail('a box that ends beyond 2^53 bytes', position + at);
  } else if (size === 0) {
    size = null;
  }
  if (size !== null && size < headerBytes) fail(`a box of ${size} bytes`, position + at);
  return { type, size, headerBytes };
}

/** Whether a size that fits and a printable type stand there. */
function startsBox(bytes: Uint8Array, at: number): boolean {
  const size = uint32At(bytes, at);
  return (size === 1 || (size >= 8 && at + size <= bytes.length)) && /^[ -~©]{4}$/.test(fourCharacters(bytes, at + 4));
}

/** A FullBox's first four bytes, and a reader of what follows. */
export interface FullBox {
  readonly version: number;
  readonly flags: number;
  readonly reader: ByteReader;
}

/** A box that is in memory as a whole. */
export class Box {
  /**
   * @param bytes the content
   * @param position of the content in the file
   */
  constructor(readonly type: string, readonly bytes: Uint8Array, readonly position: number, readonly depth = 0) {}

  get name(): string {
    return `a ${this.type} box`;
  }

  reader(): ByteReader {
    return new ByteReader(this.bytes, this.position, this.name);
  }

  full(): FullBox {
    const reader = this.reader();
    const version = reader.u8();
    return { version, flags: reader.u24(), reader };
  }

  /**
   * The boxes inside, from `at` on. Never more than there are bytes. QuickTime ends some lists with four zeros, or with less than a header: nothing
   * follows them.
   * @param mayEndInNoise whether what is no box ends the list, as some writers leave behind the fields of a sample entry
   */
  * children(at = 0, mayEndInNoise = false): Generator<Box, void> {
    if (this.depth >= limits.depth) fail('boxes inside of boxes without end', this.position);
    const { bytes, position } = this;
    while (at + 8 <= bytes.length) {
      if (mayEndInNoise && !startsBox(bytes, at)) return;
      const header = boxHeader(bytes, at, position);
      if (typeof header === 'number') fail('a box that is cut off by the end of the one around it', position + at);
      const size = header.size ?? bytes.length - at;
      if (at + size > bytes.length) fail(`a ${header.type} box that is longer than the ${this.type} box around it`, position + at);
      yield new Box(header.type, bytes.subarray(at + header.headerBytes, at + size), position + at + header.headerBytes, this.depth + 1);
      at += size;
    }
  }

  /** The first of a type. */
  child(type: string): Box | undefined {
    for (const box of this.children()) if (box.type === type) return box;
    return undefined;
  }

  /** The first on a way down: `box.find('mdia', 'minf', 'stbl')`. */
  find(...types: readonly string[]): Box | undefined {
    return types.reduce<Box | undefined>((box, type) => box?.child(type), this);
  }

  need(type: string): Box {
    return this.child(type) ?? fail(`a ${this.type} box without a ${type} box`, this.position);
  }
}
