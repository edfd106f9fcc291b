const period = 2 ** 33;

/** Makes timestamps of 33 bits into ones that go on, 26.5 hours and more. */
export class Clock {
  #reference: number | null = null;

  /** The one of all times that these bits may stand for that is nearest to the time told last. */
  unwrap(bits: number): number {
    const value = this.#reference === null ? bits : bits + Math.round((this.#reference - bits) / period) * period;
    this.#reference = value;
    return value;
  }
}
