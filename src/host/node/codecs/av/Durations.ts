/** Remembers the durations of chunks until their frames come out, in whichever order. */
export class Durations {
  readonly #byTimestamp = new Map<number, (number | null)[]>();

  add(timestamp: number, duration: number | null): void {
    const list = this.#byTimestamp.get(timestamp);
    if (list !== undefined) list.push(duration);
    else this.#byTimestamp.set(timestamp, [duration]);
    // Frames that never come out must not gather here.
    if (this.#byTimestamp.size > most) this.#byTimestamp.delete(this.#byTimestamp.keys().next().value!);
  }

  take(timestamp: number): number | null {
    const list = this.#byTimestamp.get(timestamp);
    const duration = list?.shift() ?? null;
    if (list?.length === 0) this.#byTimestamp.delete(timestamp);
    return duration;
  }

  clear(): void {
    this.#byTimestamp.clear();
  }
}

const most = 1024;
