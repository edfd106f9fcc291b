/** Counts the frames of something that produces them at a constant rate, without a timer. */
export class FrameClock {
  /** Frames a second. */
  #rate: number;
  #isRunning: boolean;
  /** Frames until `#since`, milliseconds on the host's clock. */
  #before = 0;
  #since = host.now();

  constructor(rate: number, isRunning: boolean) {
    this.#rate = rate;
    this.#isRunning = isRunning;
  }

  get count(): number {
    return Math.floor(this.#now);
  }

  run(isRunning: boolean): void {
    this.#rebase();
    this.#isRunning = isRunning;
  }

  setRate(rate: number): void {
    this.#rebase();
    this.#rate = rate;
  }

  get #now(): number {
    return this.#isRunning ? this.#before + ((host.now() - this.#since) / 1000) * this.#rate : this.#before;
  }

  #rebase(): void {
    this.#before = this.#now;
    this.#since = host.now();
  }
}
