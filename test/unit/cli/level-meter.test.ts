import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { LevelMeter } from '../../../src/cli/play/LevelMeter';

const tone = (amplitude: number) => Float32Array.of(0, amplitude, -amplitude / 2);

function near(actual: number, expected: number) {
  assert.ok(Math.abs(actual - expected) < 1e-3, `${actual} is not ${expected}`);
}

test('it rises at once', () => {
  const meter = new LevelMeter();
  near(meter.update(tone(0.1), 0).decibels, -20);
  near(meter.update(tone(-0.5), 0.01).decibels, -6.0206);
});

test('it falls steadily, to no less than the sound', () => {
  const meter = new LevelMeter();
  meter.update(tone(1), 0);
  near(meter.update(tone(0), 0.5).decibels, -13);
  near(meter.update(tone(0), 1).decibels, -26);
  near(meter.update(tone(0.5), 1.1).decibels, -6.0206);
});

test('the peak is held, then falls', () => {
  const meter = new LevelMeter();
  meter.update(tone(1), 0);
  near(meter.update(tone(0.01), 1.3).peak, 0);
  const { peak, decibels } = meter.update(tone(0.01), 1.5);
  assert.ok(peak < 0 && peak >= decibels);
});

test('silence is no number', () => {
  const meter = new LevelMeter();
  assert.is(meter.update(new Float32Array(4), 1).decibels, -Infinity);
});

test.run();
