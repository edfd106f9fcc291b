const lineIntervalMilliseconds = 10_000;

/** Shows on standard error how far a run has come: one live line on a terminal, a line every ten seconds elsewhere. */
export class Progress {
  #total;
  #done = 0;
  #begin = performance.now();
  #shown = performance.now();
  #stream = process.stderr;

  constructor(total) {
    this.#total = total;
  }

  add(what) {
    this.#done++;
    const now = performance.now();
    const left = (now - this.#begin) / this.#done * (this.#total - this.#done);
    const line = `${this.#done}/${this.#total}  ${what}  about ${Math.ceil(left / 1000)} s left`;
    if (this.#stream.isTTY) {
      this.#stream.write(`\r\u001b[K${line}`);
    } else if (now - this.#shown >= lineIntervalMilliseconds) {
      this.#shown = now;
      this.#stream.write(`${line}\n`);
    }
  }

  /** Steps that will not be taken. */
  drop(count) {
    this.#total -= count;
  }

  end() {
    if (this.#stream.isTTY) this.#stream.write('\r\u001b[K');
  }
}
