import { ParamEventType } from '../../generated/commands';

/**
 * The control thread's copy of a param's list of automation events: times only, for the checks that must throw at once.
 * Values live in the render thread's timeline.
 *
 * https://webaudio.github.io/web-audio-api/#dfn-automation-event
 */
export class AutomationEvents {
  /** Ascending; an event comes after those of the same time. */
  readonly #times: number[] = [];
  /** The end of a value curve; for all others the event's own time. */
  readonly #ends: number[] = [];
  readonly #types: ParamEventType[] = [];
  #pruneAt = 64;

  /** Whether `time` is contained in [T, T + D) of a value curve. */
  isInsideCurve(time: number): boolean {
    // Curves do not overlap each other nor other events, so only the last event at or before `time` can contain it.
    for (let index = this.#firstAfter(time) - 1; index >= 0; --index) {
      if (this.#types[index] === ParamEventType.SetValueCurve) return time < this.#ends[index]!;
      if (this.#times[index]! < time) return false;
    }
    return false;
  }

  /** Whether an event lies strictly between `start` and `end`. */
  hasEventBetween(start: number, end: number): boolean {
    const index = this.#firstAfter(start);
    return index < this.#times.length && this.#times[index]! < end;
  }

  insert(type: ParamEventType, time: number, end: number, currentTime: number): void {
    if (this.#times.length >= this.#pruneAt) this.#prune(currentTime);
    const index = this.#firstAfter(time);
    if (index === this.#times.length) {
      this.#times.push(time);
      this.#ends.push(end);
      this.#types.push(type);
    } else {
      this.#times.splice(index, 0, time);
      this.#ends.splice(index, 0, end);
      this.#types.splice(index, 0, type);
    }
  }

  /** Removes events at or after `cancelTime`, and a curve whose interval [T, T + D] contains it. */
  cancel(cancelTime: number): void {
    let index = this.#times.length;
    while (index > 0 && this.#times[index - 1]! >= cancelTime) --index;
    if (index > 0 && this.#types[index - 1] === ParamEventType.SetValueCurve && this.#ends[index - 1]! >= cancelTime) --index;
    this.#truncate(index);
  }

  /** The effect of *cancel and hold* on the times. */
  cancelAndHold(cancelTime: number): void {
    const after = this.#firstAfter(cancelTime);
    // Steps 1 and 2: E1 is the last event at or before the cancel time, E2 the first one after it.
    const next = this.#types[after];
    const previous = this.#types[after - 1];
    this.#truncate(after);
    // Step 4.2: a curve ends at the cancel time; so it does where step 3.1 puts another event there.
    if (previous === ParamEventType.SetValueCurve) this.#ends[after - 1] = Math.min(this.#ends[after - 1]!, cancelTime);
    // Step 3.1: a ramp is rewritten to end at the cancel time.
    if (next === ParamEventType.LinearRamp || next === ParamEventType.ExponentialRamp) this.#append(next, cancelTime);
    // Step 4.1: a SetTarget is followed by an implicit SetValue.
    else if (previous === ParamEventType.SetTarget) this.#append(ParamEventType.SetValue, cancelTime);
  }

  #append(type: ParamEventType, time: number): void {
    this.#times.push(time);
    this.#ends.push(time);
    this.#types.push(type);
  }

  #truncate(length: number): void {
    this.#times.length = length;
    this.#ends.length = length;
    this.#types.length = length;
  }

  /** Forgets what has passed, but for the event in force, at a cost spread over the insertions since the last time. */
  #prune(currentTime: number): void {
    const inForce = this.#firstAfter(currentTime) - 1;
    if (inForce > 0) {
      this.#times.splice(0, inForce);
      this.#ends.splice(0, inForce);
      this.#types.splice(0, inForce);
    }
    this.#pruneAt = Math.max(64, this.#times.length * 2);
  }

  /** The index of the first event later than `time`. */
  #firstAfter(time: number): number {
    const times = this.#times;
    let low = 0;
    let high = times.length;
    // Most insertions are at the end.
    if (high === 0 || times[high - 1]! <= time) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (times[middle]! <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
