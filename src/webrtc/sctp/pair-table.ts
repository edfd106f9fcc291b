/**
 * A table from pairs of 32-bit integers to one such integer, by open addressing. It takes no memory per entry beyond its arrays.
 * `seed` is random, so that a peer can't choose keys that collide.
 */
const empty = -1;
const initialSlots = 16;

export class PairTable {
  readonly #seed: number;
  #slots = initialSlots;
  #firsts = new Int32Array(initialSlots);
  #seconds = new Int32Array(initialSlots);
  /** Values are never negative. */
  #values = new Int32Array(initialSlots).fill(empty);
  count = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** -1 where there is none. */
  get(first: number, second: number): number {
    if (this.count === 0) return empty;
    return this.#values[this.#locate(first, second)];
  }

  set(first: number, second: number, value: number): void {
    if (this.count * 2 >= this.#slots) this.#resize(this.#slots * 2);
    const slot = this.#locate(first, second);
    if (this.#values[slot] === empty) this.count++;
    this.#firsts[slot] = first;
    this.#seconds[slot] = second;
    this.#values[slot] = value;
  }

  delete(first: number, second: number): void {
    if (this.count === 0) return;
    let hole = this.#locate(first, second);
    if (this.#values[hole] === empty) return;
    // Entries behind the hole move up, so that every search still ends at an empty slot.
    const mask = this.#slots - 1;
    for (let slot = (hole + 1) & mask; this.#values[slot] !== empty; slot = (slot + 1) & mask) {
      const home = this.#hash(this.#firsts[slot], this.#seconds[slot]);
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
      this.#firsts[hole] = this.#firsts[slot];
      this.#seconds[hole] = this.#seconds[slot];
      this.#values[hole] = this.#values[slot];
      hole = slot;
    }
    this.#values[hole] = empty;
    this.count--;
    if (this.#slots > initialSlots && this.count * 16 < this.#slots) this.#resize(this.#slots / 2);
  }

  /** The second keys of all entries with this first key, in no order. */
  secondsOf(first: number): number[] {
    const found: number[] = [];
    for (let slot = 0; slot < this.#slots && this.count > 0; slot++) {
      if (this.#values[slot] !== empty && this.#firsts[slot] === first) found.push(this.#seconds[slot]);
    }
    return found;
  }

  #hash(first: number, second: number): number {
    let mixed = Math.imul(first ^ this.#seed, 0x9e3779b1) ^ second;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) & (this.#slots - 1);
  }

  /** The slot that holds the pair, or the empty one where it belongs. */
  #locate(first: number, second: number): number {
    const mask = this.#slots - 1;
    let slot = this.#hash(first, second);
    while (this.#values[slot] !== empty && (this.#firsts[slot] !== first || this.#seconds[slot] !== second)) slot = (slot + 1) & mask;
    return slot;
  }

  #resize(slots: number): void {
    const firsts = this.#firsts;
    const seconds = this.#seconds;
    const values = this.#values;
    this.#slots = slots;
    this.#firsts = new Int32Array(slots);
    this.#seconds = new Int32Array(slots);
    this.#values = new Int32Array(slots).fill(empty);
    for (let index = 0; index < values.length; index++) {
      if (values[index] === empty) continue;
      const slot = this.#locate(firsts[index], seconds[index]);
      this.#firsts[slot] = firsts[index];
      this.#seconds[slot] = seconds[index];
      this.#values[slot] = values[index];
    }
  }
}
