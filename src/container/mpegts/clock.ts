const period = 2 ** 33;
/** Of 90 kHz: an hour. */
const mostBefore = 3600 * 90_000;

/** Makes timestamps of 33 bits into ones that go on, 26.5 hours and more. */
export class Clock {
  #reference: number | null = null;

  /** The first of all times that these bits may stand for that is not far before another. */
  static behind(time: number, bits: number): number {
    const least = time - mostBefore;
    return bits + Math.ceil((least - bits) / period) * period;
  }

  /** What follows is near a time. */
  moveTo(time: number): void {
    this.#reference = time;
  }

  /** The one of all times that these bits may stand for that is nearest to the time told last. */
  unwrap(bits: number): number {
    const value = this.#reference === null ? bits : bits + Math.round((this.#reference - bits) / period) * period;
    this.#reference = value;
    return value;
  }
}
