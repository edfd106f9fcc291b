import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { newest, tasks } from './recording-host';
import { OfflineAudioContext } from '../../../src/generated/webaudio';

const named = (name: string) => (error: Error) => error.name === name;

function gainParam(): any {
  return new OfflineAudioContext(1, 80000, 8000).createGain().gain;
}

test('automation methods become events', async () => {
  const param = gainParam();
  assert.is(param.setValueAtTime(0.5, 0.1), param);
  param.linearRampToValueAtTime(1, 0.2).exponentialRampToValueAtTime(2, 0.3).setTargetAtTime(0, 0.4, 0.0625);
  param.setValueCurveAtTime([0, 1, 0], 0.5, 0.1).cancelScheduledValues(0.55).cancelAndHoldAtTime(0.45);
  await tasks(1);
  assert.equal(newest.offline.batches[0]!.slice(1), [
    'ParamEvent 2 0 SetValue 0.5 0.1 0',
    'ParamEvent 2 0 LinearRamp 1 0.2 0',
    'ParamEvent 2 0 ExponentialRamp 2 0.3 0',
    'ParamEvent 2 0 SetTarget 0 0.4 0.0625',
    'ParamEvent 2 0 SetValueCurve 0 0.5 0.1 {0,1,0}',
    'ParamCancel 2 0 0.55',
    'ParamCancelAndHold 2 0 0.45',
  ]);
});

test('times and values out of range', () => {
  const param = gainParam();
  for (const action of [
    () => param.setValueAtTime(1, -1),
    () => param.linearRampToValueAtTime(1, -1),
    () => param.exponentialRampToValueAtTime(1, -1),
    () => param.exponentialRampToValueAtTime(0, 1),
    () => param.exponentialRampToValueAtTime(1e-100, 1),
    () => param.setTargetAtTime(1, -1, 1),
    () => param.setTargetAtTime(1, 1, -1),
    () => param.setValueCurveAtTime([0, 1], -1, 1),
    () => param.setValueCurveAtTime([0, 1], 1, 0),
    () => param.setValueCurveAtTime([0, 1], 1, -1),
    () => param.cancelScheduledValues(-1),
    () => param.cancelAndHoldAtTime(-1),
  ]) {
    assert.throws(action, named('RangeError'));
  }
  assert.throws(() => param.setValueAtTime(1, Infinity), named('TypeError'));
  assert.throws(() => param.setValueCurveAtTime([1], 0, 1), named('InvalidStateError'));
});

test('nothing may be scheduled inside a value curve', () => {
  const param = gainParam();
  param.setValueCurveAtTime([0, 1], 1, 2);
  for (const time of [1, 1.5, 2.999]) {
    assert.throws(() => param.setValueAtTime(1, time), named('NotSupportedError'));
    assert.throws(() => param.linearRampToValueAtTime(1, time), named('NotSupportedError'));
    assert.throws(() => param.exponentialRampToValueAtTime(1, time), named('NotSupportedError'));
    assert.throws(() => param.setTargetAtTime(1, time, 1), named('NotSupportedError'));
    assert.throws(() => param.setValueCurveAtTime([0, 1], time, 0.1), named('NotSupportedError'));
  }
  param.setValueAtTime(1, 0.5);
  param.setValueAtTime(1, 3);
});

test('a value curve may not cover other events, but may touch them', () => {
  const param = gainParam();
  param.setValueAtTime(1, 1);
  param.setValueAtTime(1, 1);
  param.linearRampToValueAtTime(1, 2);
  assert.throws(() => param.setValueCurveAtTime([0, 1], 0.5, 1), named('NotSupportedError'));
  assert.throws(() => param.setValueCurveAtTime([0, 1], 1, 1.5), named('NotSupportedError'));
  param.setValueCurveAtTime([0, 1], 1, 1);
  param.setValueCurveAtTime([0, 1], 2, 1);
  // An event at the start of the second curve, added later, is inside it.
  assert.throws(() => param.setValueAtTime(1, 2), named('NotSupportedError'));
});

test('canceling takes curves and events away', () => {
  const param = gainParam();
  param.setValueCurveAtTime([0, 1], 1, 2);
  param.cancelScheduledValues(2);
  param.setValueAtTime(1, 1.5);
  param.cancelScheduledValues(0);
  param.setValueCurveAtTime([0, 1], 1, 2);
  param.cancelAndHoldAtTime(2);
  assert.throws(() => param.setValueAtTime(1, 1.5), named('NotSupportedError'));
  param.setValueAtTime(1, 2);
});

test('cancelAndHold leaves an event where it cut a ramp or a target', () => {
  const param = gainParam();
  param.linearRampToValueAtTime(1, 4).cancelAndHoldAtTime(2);
  assert.throws(() => param.setValueCurveAtTime([0, 1], 1, 2), named('NotSupportedError'));
  const other = gainParam();
  other.setTargetAtTime(1, 1, 1).cancelAndHoldAtTime(2);
  assert.throws(() => other.setValueCurveAtTime([0, 1], 1, 2), named('NotSupportedError'));
});

test('times before the current time are clamped to it', async () => {
  const param = gainParam();
  newest.offline.state[0] = 8000;
  param.setValueAtTime(0.25, 0.5);
  await tasks(1);
  assert.is(newest.offline.log.at(-1), 'ParamEvent 2 0 SetValue 0.25 1 0');
});

test('value is the written one until the render thread has caught up', async () => {
  const param = gainParam();
  assert.is(param.value, 1);
  await tasks(1);
  newest.offline.rendered(128);
  newest.offline.values.set('2 0', 0.75);
  assert.is(param.value, 0.75);
  param.value = 0.5;
  assert.is(param.value, 0.5);
  await tasks(1);
  assert.is(param.value, 0.5, 'submitted, not applied');
  newest.offline.rendered(128);
  assert.is(param.value, 0.5, 'applied, nothing rendered since');
  newest.offline.rendered(256);
  newest.offline.values.set('2 0', 0.5);
  assert.is(param.value, 0.5);
  newest.offline.values.set('2 0', 0.125);
  assert.is(param.value, 0.125);
});

test('value is clamped to the nominal range and throws inside a curve', () => {
  const context = new OfflineAudioContext(1, 128, 8000);
  const { frequency } = context.createOscillator();
  frequency.value = 10000;
  assert.is(frequency.value, 4000);
  frequency.cancelScheduledValues(0);
  frequency.setValueCurveAtTime([0, 1], 0, 1);
  assert.throws(() => (frequency.value = 1), named('NotSupportedError'));
});

test('automation rates', async () => {
  const context = new OfflineAudioContext(1, 128, 8000);
  const source = context.createBufferSource();
  source.detune.automationRate = 'k-rate';
  assert.throws(() => (source.detune.automationRate = 'a-rate'), named('InvalidStateError'));
  assert.throws(() => (context.createDynamicsCompressor().knee.automationRate = 'a-rate'), named('InvalidStateError'));
  const { gain } = context.createGain();
  gain.automationRate = 'k-rate';
  assert.is(gain.automationRate, 'k-rate');
  await tasks(1);
  assert.is(newest.offline.log.at(-1), 'ParamSetRate 4 0 1');
});

test('a long series of events is pruned as time passes', () => {
  const context = new OfflineAudioContext(1, 8000 * 3600, 8000);
  const { gain } = context.createGain();
  for (let index = 0; index < 50000; ++index) {
    newest.offline.state[0] = index * 80;
    gain.setTargetAtTime(index % 2, index * 0.01 + 0.005, 0.001);
  }
  gain.setValueCurveAtTime([0, 1], 600, 1);
  assert.throws(() => gain.setValueAtTime(0, 600.5), named('NotSupportedError'));
});

test.run();
