import { initialRows } from './arena';
import { distance, isBefore, successor } from './serial-number';

/**
 * TSNs above a cumulative point, as ascending ranges that do not touch: what a receiver reports as gap ack blocks, and what a sender
 * remembers of them. Adding at the end and dropping at the front, the common cases, take constant time.
 */
export class TsnRanges {
  #starts = new Int32Array(initialRows);
  #ends = new Int32Array(initialRows);
  #first = 0;
  count = 0;
  /** The parts of the latest `add` that were not there before. */
  freshStarts: number[] = [];
  freshEnds: number[] = [];

  start(index: number): number {
    return this.#starts[this.#first + index];
  }

  end(index: number): number {
    return this.#ends[this.#first + index];
  }

  clear(): void {
    this.#first = 0;
    this.count = 0;
  }

  has(tsn: number): boolean {
    const index = this.#find(tsn);
    return index < this.count && !isBefore(tsn, this.start(index));
  }

  /** Whether `tsn` can be added without a further range. */
  touches(tsn: number): boolean {
    const index = this.#find((tsn - 1) | 0);
    return index < this.count && distance(tsn, this.start(index)) <= 1;
  }

  /** Adds `start…end` and returns how many parts of it are new. */
  add(start: number, end: number): number {
    const before = (start - 1) | 0;
    const from = this.#find(before); // The first range that touches or lies behind.
    let fresh = 0;
    let missingFrom = start;
    let to = from;
    for (; to < this.count && distance(end, this.start(to)) <= 1; to++) {
      if (isBefore(missingFrom, this.start(to))) {
        this.freshStarts[fresh] = missingFrom;
        this.freshEnds[fresh++] = (this.start(to) - 1) | 0;
      }
      const next = successor(this.end(to));
      if (isBefore(missingFrom, next)) missingFrom = next;
    }
    if (!isBefore(end, missingFrom)) {
      this.freshStarts[fresh] = missingFrom;
      this.freshEnds[fresh++] = end;
    }
    if (fresh > 0) this.#replace(from, to, start, end);
    return fresh;
  }

  /** Forgets everything up to and including `tsn`. */
  dropThrough(tsn: number): void {
    while (this.count > 0 && !isBefore(tsn, this.end(0))) {
      this.#first++;
      this.count--;
    }
    if (this.count === 0) this.#first = 0;
    else if (!isBefore(tsn, this.start(0))) this.#starts[this.#first] = successor(tsn);
  }

  /** The first range that does not end before `tsn`. */
  #find(tsn: number): number {
    let low = 0;
    let high = this.count;
    if (high > 0 && isBefore(this.end(high - 1), tsn)) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBefore(this.end(middle), tsn)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Puts one range in place of those from `from` up to `to`, which it touches. */
  #replace(from: number, to: number, start: number, end: number): void {
    if (from === to) {
      this.#makeRoom(from);
      this.#starts[this.#first + from] = start;
      this.#ends[this.#first + from] = end;
      return;
    }
    const at = this.#first + from;
    if (isBefore(start, this.#starts[at])) this.#starts[at] = start;
    const lastEnd = this.end(to - 1);
    this.#ends[at] = isBefore(lastEnd, end) ? end : lastEnd;
    this.#remove(from + 1, to);
  }

  #remove(from: number, to: number): void {
    if (from === to) return;
    const limit = this.#first + this.count;
    this.#starts.copyWithin(this.#first + from, this.#first + to, limit);
    this.#ends.copyWithin(this.#first + from, this.#first + to, limit);
    this.count -= to - from;
  }

  #makeRoom(index: number): void {
    if (this.#first + this.count === this.#starts.length) {
      const longer = this.count * 2 > this.#starts.length ? this.#starts.length * 2 : this.#starts.length;
      this.#starts = moved(this.#starts, this.#first, this.count, longer);
      this.#ends = moved(this.#ends, this.#first, this.count, longer);
      this.#first = 0;
    }
    const at = this.#first + index;
    const limit = this.#first + this.count;
    this.#starts.copyWithin(at + 1, at, limit);
    this.#ends.copyWithin(at + 1, at, limit);
    this.count++;
  }
}

/** `count` numbers to the beginning of an array of `length`. */
function moved(numbers: Int32Array, first: number, count: number, length: number): Int32Array<ArrayBuffer> {
  const target = length === numbers.length ? (numbers as Int32Array<ArrayBuffer>) : new Int32Array(length);
  if (target === numbers) target.copyWithin(0, first, first + count);
  else target.set(numbers.subarray(first, first + count));
  return target;
}
