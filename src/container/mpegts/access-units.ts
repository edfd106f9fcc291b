import type { SampleDescription } from '../tracks';

/** The time and place that a PES packet tells of the first access unit that begins in it. */
export interface Stamp {
  /** At 90 kHz */
  readonly presentation: number;
  readonly decode: number;
  /** Of the transport packet where the PES packet begins. */
  readonly offset: number;
}

export interface AccessUnit {
  readonly data: Uint8Array;
  readonly timestamp: number;
  readonly decodeTimestamp: number;
  /** Null where unknown. */
  readonly duration: number | null;
  readonly isKey: boolean;
  readonly offset: number;
  /** The description from this one on; the same object as long as nothing changes. Null before the first one is known. */
  readonly description: SampleDescription | null;
}

/** Parts the payload of one elementary stream's PES packets into access units. */
export interface AccessUnitParser {
  /** Bytes that are held. */
  readonly held: number;
  /** @param stamp of the PES packet that begins with `bytes`; null where it has no times, or where they go on with one */
  push(bytes: Uint8Array, stamp: Stamp | null): AccessUnit[];
  /** No more will come of what is held: gives it where it is whole. */
  flush(): AccessUnit[];
  /** Packets were lost: what is held is damaged. */
  drop(): void;
}

/** Bytes that come in small pieces and are used from the front. */
export class Accumulator {
  #bytes = new Uint8Array(4096);
  #begin = 0;
  #end = 0;
  /** Of the first byte that is held, in the whole of the stream. */
  position = 0;

  get length(): number {
    return this.#end - this.#begin;
  }

  get bytes(): Uint8Array {
    return this.#bytes.subarray(this.#begin, this.#end);
  }

  push(more: Uint8Array): void {
    if (this.#end + more.length > this.#bytes.length) {
      const isCrowded = (this.length + more.length) * 2 > this.#bytes.length;
      const bytes = isCrowded ? new Uint8Array((this.length + more.length) * 2) : this.#bytes;
      bytes.set(this.bytes);
      this.#end -= this.#begin;
      this.#begin = 0;
      this.#bytes = bytes;
    }
    this.#bytes.set(more, this.#end);
    this.#end += more.length;
  }

  skip(count: number): void {
    this.#begin += count;
    this.position += count;
  }

  /** A copy of the next bytes. */
  take(count: number): Uint8Array {
    const copy = this.#bytes.slice(this.#begin, this.#begin + count);
    this.skip(count);
    return copy;
  }

  clear(): void {
    this.skip(this.length);
  }
}

/** Finds the stamp of the PES packet that an access unit begins in. */
export class Stamps {
  #stamps: { readonly position: number; readonly stamp: Stamp }[] = [];

  /** @param held the bytes before the PES packet that wait for more */
  push(stamp: Stamp, held: Accumulator): void {
    // Those of what was passed over: the last of them counts for what is held.
    let old = 0;
    while (old + 1 < this.#stamps.length && this.#stamps[old + 1].position <= held.position) old++;
    if (old > 0) this.#stamps.splice(0, old);
    const position = held.position + held.length;
    if (this.#stamps.at(-1)?.position === position) this.#stamps.pop();
    this.#stamps.push({ position, stamp });
  }

  /** The last one at or before `position`, once. */
  take(position: number): Stamp | null {
    let count = 0;
    while (count < this.#stamps.length && this.#stamps[count].position <= position) count++;
    return this.#stamps.splice(0, count).at(-1)?.stamp ?? null;
  }

  clear(): void {
    this.#stamps = [];
  }
}
