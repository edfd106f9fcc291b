/**
 * Whether it pays to stay awake for an answer. A message that has been delivered is often answered at once, and being woken for the
 * answer would take longer than it takes to be made: then waiting awake is worth it, and only then. Judged by what came before:
 * several messages in a row were each answered soon.
 */
export class Patience {
  #deliveredAt: number | null = null;
  #promptAnswers = 0;

  /** Messages were delivered at `now`: milliseconds to wait awake for what they are answered with, 0 for none. */
  delivered(now: number): number {
    if (this.#deliveredAt !== null) this.#promptAnswers = 0;
    this.#deliveredAt = now;
    return this.#promptAnswers >= promptAnswersNeeded ? patienceMilliseconds : 0;
  }

  /** A message came the other way. The clock is only looked at where it matters. */
  answered(now: () => number): void {
    if (this.#deliveredAt === null) return;
    this.#promptAnswers = now() - this.#deliveredAt <= promptMilliseconds ? this.#promptAnswers + 1 : 0;
    this.#deliveredAt = null;
  }

  /** The wait was in vain. */
  disappointed(): void {
    this.#promptAnswers = 0;
  }
}

/** An answer this quick, its thread's being woken included, would have been worth the wait. */
const promptMilliseconds = 0.4;
const patienceMilliseconds = 0.2;
const promptAnswersNeeded = 8;
