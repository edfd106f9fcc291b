import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ParamEventType } from '../../../src/generated/commands';
import { AutomationEvents } from '../../../src/webaudio/engine/AutomationEvents';

interface Event {
  type: ParamEventType;
  time: number;
  end: number;
}

/** The specification's sentences, without any care for speed; nothing is ever forgotten. */
class Model {
  events: Event[] = [];

  isInsideCurve(time: number): boolean {
    return this.events.some(({ type, time: start, end }) => type === ParamEventType.SetValueCurve && start <= time && time < end);
  }

  hasEventBetween(start: number, end: number): boolean {
    return this.events.some(({ time }) => time > start && time < end);
  }

  insert(type: ParamEventType, time: number, end: number): void {
    const index = this.events.findIndex((event) => event.time > time);
    this.events.splice(index < 0 ? this.events.length : index, 0, { type, time, end });
  }

  cancel(cancelTime: number): void {
    this.events = this.events.filter(({ type, time, end }) => time < cancelTime && !(type === ParamEventType.SetValueCurve && end >= cancelTime));
  }

  cancelAndHold(cancelTime: number): void {
    const next = this.events.find(({ time }) => time > cancelTime);
    this.events = this.events.filter(({ time }) => time <= cancelTime);
    const previous = this.events.at(-1);
    const ramps: unknown[] = [ParamEventType.LinearRamp, ParamEventType.ExponentialRamp];
    if (previous?.type === ParamEventType.SetValueCurve) previous.end = Math.min(previous.end, cancelTime);
    if (ramps.includes(next?.type)) this.events.push({ type: next!.type, time: cancelTime, end: cancelTime });
    else if (previous?.type === ParamEventType.SetTarget) this.events.push({ type: ParamEventType.SetValue, time: cancelTime, end: cancelTime });
  }
}

function random(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

test('the list answers like a plain reading of the specification, while time passes', () => {
  for (let seed = 1; seed <= 40; ++seed) {
    const next = random(seed);
    const list = new AutomationEvents();
    const model = new Model();
    let currentTime = 0;
    for (let step = 0; step < 600; ++step) {
      currentTime += next() < 0.3 ? Math.floor(next() * 3) : 0;
      const time = currentTime + Math.floor(next() * 24) / 2;
      const choice = next();
      if (choice < 0.06) {
        list.cancel(time);
        model.cancel(time);
      } else if (choice < 0.12) {
        list.cancelAndHold(time);
        model.cancelAndHold(time);
      } else {
        const type = Math.floor(next() * 5) as ParamEventType;
        const isCurve = type === ParamEventType.SetValueCurve;
        const end = isCurve ? time + 0.5 + Math.floor(next() * 6) / 2 : time;
        const inside = list.isInsideCurve(time);
        assert.is(inside, model.isInsideCurve(time), `seed ${seed}, step ${step}: inside a curve at ${time}`);
        const covers = isCurve && list.hasEventBetween(time, end);
        assert.is(covers, isCurve && model.hasEventBetween(time, end), `seed ${seed}, step ${step}: events in ${time}…${end}`);
        if (inside || covers) continue;
        list.insert(type, time, end, currentTime);
        model.insert(type, time, end);
      }
    }
  }
});

test.run();
