/**
 * A queue of records between two threads, in shared memory: one writes, one reads, neither waits. A thread that has nothing to
 * read sleeps and is woken by the other; a thread that has no room goes on when it is told that there is some.
 *
 * Memory: a header of `HeaderWord.Count` words, then `2 ** n` bytes used in a circle. A record is four words (type, target,
 * flags, byte length) and its bytes, rounded up to whole words; it may wrap around.
 */

const HeaderWord = Object.freeze({
  /** Bytes written and read so far, modulo 2³². */
  Written: 0,
  Read: 1,
  /** 1 while the reader sleeps. */
  Asleep: 2,
  /** 1 while the writer waits for room. */
  Crowded: 3,
  Count: 16,
} as const);

const headerBytes = HeaderWord.Count * 4;
const recordWords = 4;
const recordBytes = recordWords * 4;

/** `capacity`: bytes, a power of two. */
export function allocateRing(capacity: number): SharedArrayBuffer {
  return new SharedArrayBuffer(headerBytes + capacity);
}

class Ring {
  protected readonly header: Int32Array;
  protected readonly words: Int32Array;
  protected readonly bytes: Uint8Array;
  readonly capacity: number;

  constructor(memory: SharedArrayBuffer) {
    this.capacity = memory.byteLength - headerBytes;
    this.header = new Int32Array(memory, 0, HeaderWord.Count);
    this.words = new Int32Array(memory, headerBytes);
    this.bytes = new Uint8Array(memory, headerBytes);
  }

  protected wordAt(position: number): number {
    return (position & (this.capacity - 1)) >>> 2;
  }
}

export class RingWriter extends Ring {
  readonly #wake: () => void;
  #written: number;
  /** Up to here the reader has been shown it. */
  #shown: number;
  #read: number;

  /** `wake` rings for the reader's thread. */
  constructor(memory: SharedArrayBuffer, wake: () => void) {
    super(memory);
    this.#wake = wake;
    this.#written = this.#shown = Atomics.load(this.header, HeaderWord.Written);
    this.#read = Atomics.load(this.header, HeaderWord.Read);
  }

  /** Bytes that a record may have at most to be written at once; negative when not even an empty one has room. */
  get room(): number {
    return this.capacity - ((this.#written - this.#read) | 0) - recordBytes;
  }

  /** Writes a record with `bytes[start, end)`. False when there is no room: nothing is written. */
  write(type: number, target: number, flags: number, bytes: Uint8Array, start = 0, end = bytes.length): boolean {
    const length = end - start;
    if (!this.hasRoom(length)) return false;
    let position = this.#written;
    for (const word of [type, target, flags, length]) {
      this.words[this.wordAt(position)] = word;
      position = (position + 4) | 0;
    }
    const from = position & (this.capacity - 1);
    const first = Math.min(length, this.capacity - from);
    this.bytes.set(start === 0 && first === bytes.length ? bytes : bytes.subarray(start, start + first), from);
    if (first < length) this.bytes.set(bytes.subarray(start + first, end), 0);
    this.#written = (position + ((length + 3) & ~3)) | 0;
    return true;
  }

  /** Whether a record of `length` bytes can be written now; if not, the writer's thread is woken when the reader has made room. */
  hasRoom(length: number): boolean {
    if (this.room >= length) return true;
    this.#read = Atomics.load(this.header, HeaderWord.Read);
    if (this.room >= length) return true;
    // The reader looks at the flag after it has made room.
    Atomics.store(this.header, HeaderWord.Crowded, 1);
    this.#read = Atomics.load(this.header, HeaderWord.Read);
    return this.room >= length;
  }

  /** Shows the reader what has been written, and wakes it if it sleeps. */
  flush(): void {
    if (this.#shown === this.#written) return;
    this.#shown = this.#written;
    Atomics.store(this.header, HeaderWord.Written, this.#written);
    if (Atomics.exchange(this.header, HeaderWord.Asleep, 0) === 1) this.#wake();
  }
}

/** Reads record after record: `next()`, then its fields and `copyTo()`, until the next `next()`. */
export class RingReader extends Ring {
  readonly #wake: () => void;
  #position: number;
  #written = 0;
  #next: number;
  #released: number;
  type = 0;
  target = 0;
  flags = 0;
  byteLength = 0;

  /** `wake` rings for the writer's thread. */
  constructor(memory: SharedArrayBuffer, wake: () => void) {
    super(memory);
    this.#wake = wake;
    this.#position = this.#next = this.#released = Atomics.load(this.header, HeaderWord.Read);
    this.#written = this.#position;
  }

  /** Goes to the next record; false when there is none. Those before it are given back, now or soon. */
  next(): boolean {
    this.#position = this.#next;
    if (this.#position === this.#written) this.#written = Atomics.load(this.header, HeaderWord.Written);
    const isAll = this.#position === this.#written;
    if (isAll || ((this.#position - this.#released) | 0) > this.capacity >>> 2) this.#release();
    if (isAll) return false;
    const { words } = this;
    let position = this.#position;
    this.type = words[this.wordAt(position)]!;
    this.target = words[this.wordAt(position += 4)]!;
    this.flags = words[this.wordAt(position += 4)]!;
    this.byteLength = words[this.wordAt(position += 4)]!;
    this.#next = (position + 4 + ((this.byteLength + 3) & ~3)) | 0;
    return true;
  }

  /** Copies the record's bytes to `target[at…]`. */
  copyTo(target: Uint8Array, at = 0): void {
    const from = (this.#position + recordBytes) & (this.capacity - 1);
    const first = Math.min(this.byteLength, this.capacity - from);
    target.set(this.bytes.subarray(from, from + first), at);
    if (first < this.byteLength) target.set(this.bytes.subarray(0, this.byteLength - first), at + first);
  }

  /** Gives back the records before this one, and wakes a writer that waits for room. */
  #release(): void {
    this.#released = this.#position;
    Atomics.store(this.header, HeaderWord.Read, this.#position);
    if (Atomics.load(this.header, HeaderWord.Crowded) === 1 && Atomics.exchange(this.header, HeaderWord.Crowded, 0) === 1) this.#wake();
  }

  /** To be called when all has been read, before the thread does something else: false when something has arrived meanwhile. */
  sleep(): boolean {
    Atomics.store(this.header, HeaderWord.Asleep, 1);
    if (Atomics.load(this.header, HeaderWord.Written) === this.#position) return true;
    Atomics.store(this.header, HeaderWord.Asleep, 0);
    return false;
  }

  /** Waits awake, for a sleeper, until something arrives: false when nothing has by `until` of the clock `now`; it sleeps again then. */
  stayAwake(now: () => number, until: number): boolean {
    Atomics.store(this.header, HeaderWord.Asleep, 0);
    do {
      for (let looks = 0; looks < looksAtOnce; looks++) {
        if (Atomics.load(this.header, HeaderWord.Written) !== this.#position) return true;
      }
    } while (now() < until);
    return !this.sleep();
  }
}

/** Looks at the memory for each at the clock. */
const looksAtOnce = 64;
