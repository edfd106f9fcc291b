/** Consecutive timeouts without an answer, https://www.rfc-editor.org/rfc/rfc9260#section-8.1 */
export class ErrorCounter {
  readonly #most: number;
  #errors = 0;

  /** `most`: Association.Max.Retrans, https://www.rfc-editor.org/rfc/rfc9260#section-16 */
  constructor(most: number) {
    this.#most = most;
  }

  increment(): void {
    this.#errors++;
  }

  reset(): void {
    this.#errors = 0;
  }

  get exceeded(): boolean {
    return this.#errors > this.#most;
  }
}
