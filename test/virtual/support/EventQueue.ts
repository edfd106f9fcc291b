/** Virtual time: what is scheduled runs in the order of its times, and what has the same time in the order it was scheduled. */
export class EventQueue {
  /** Milliseconds. */
  now = 0;
  readonly #heap: { readonly at: number; readonly order: number; readonly run: () => void }[] = [];
  #order = 0;

  schedule(at: number, run: () => void): void {
    const entry = { at: Math.max(at, this.now), order: this.#order++, run };
    let index = this.#heap.push(entry) - 1;
    while (index > 0 && this.#isBefore(entry, this.#heap[(index - 1) >> 1])) {
      this.#heap[index] = this.#heap[(index - 1) >> 1];
      index = (index - 1) >> 1;
    }
    this.#heap[index] = entry;
  }

  /** Runs what is due until `end`, or until `isDone`; then it is `end`, or when that was. */
  runUntil(end: number, isDone: () => boolean = () => false): void {
    while (!isDone()) {
      if (this.#heap.length === 0 || this.#heap[0].at > end) {
        this.now = Math.max(this.now, end);
        return;
      }
      const { at, run } = this.#pop();
      this.now = at;
      run();
    }
  }

  #pop() {
    const top = this.#heap[0];
    const last = this.#heap.pop()!;
    if (this.#heap.length === 0) return top;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= this.#heap.length) break;
      if (child + 1 < this.#heap.length && this.#isBefore(this.#heap[child + 1], this.#heap[child])) child++;
      if (!this.#isBefore(this.#heap[child], last)) break;
      this.#heap[index] = this.#heap[child];
      index = child;
    }
    this.#heap[index] = last;
    return top;
  }

  #isBefore(a: { at: number; order: number }, b: { at: number; order: number }): boolean {
    return a.at < b.at || (a.at === b.at && a.order < b.order);
  }
}
