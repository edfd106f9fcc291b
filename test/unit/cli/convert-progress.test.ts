import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { progressLine, progressText } from '../../../src/cli/convert/Progress';

test('how far, how fast, how long still', () => {
  assert.is(progressText({ done: 30, total: 120, elapsed: 10 }), ' 25 %  0:30 / 2:00  3.0 × real time, 0:30 left');
  assert.is(progressText({ done: 0, total: 120, elapsed: 0 }), '  0 %  0:00 / 2:00  0.0 × real time');
  assert.is(progressText({ done: 121, total: 120, elapsed: 1 }), '100 %  2:00 / 2:00  121 × real time, 0:00 left');
  assert.is(progressText({ done: 30, total: null, elapsed: 10 }), '0:30  3.0 × real time');
});

test('a bar where there is room for it', () => {
  const state = { done: 30, total: 120, elapsed: 10 };
  const line = progressLine(state, 100);
  assert.is(line, `▕${'█'.repeat(7)}▌${' '.repeat(22)}▏ ${progressText(state)}`);
  for (const columns of [10, 40, 50, 60, 80, 200]) assert.ok(progressLine(state, columns).length < columns);
  assert.is(progressLine({ ...state, done: 120 }, 100).indexOf(' '), 32);
});

test.run();
