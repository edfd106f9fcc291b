import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { directoryOf, isIDLHarness } from '../../../../wpt/runner/directory';
import { formatReport } from '../../../../wpt/runner/report';
import { mergeRuns, outcomeOf, passesWholly, stored, type Outcome, type Subtest } from '../../../../wpt/runner/results';

const outcome = (statuses: Record<string, Subtest['status']>, more: Partial<Outcome> = {}): Outcome => ({
  harness: 'OK', audit: false, milliseconds: 1, unstable: [], subtests: Object.entries(statuses).map(([name, status]) => ({ name, status })), ...more,
});

test('a report of testharness.js in our words', () => {
  const subtest = { name: 'x', status: 1, message: 'no', stack: null };
  const result = outcomeOf({ status: 2, message: null, stack: null, subtests: [subtest], audit: false }, 5);
  assert.equal(stored(result), { harness: 'TIMEOUT', subtests: { x: 'F' } });
  assert.not(passesWholly(result));
});

test('a subtest passes when any run passed it, and what differs is unstable', () => {
  const merged = mergeRuns([outcome({ a: 'P', b: 'F', c: 'F' }), outcome({ a: 'F', b: 'P', c: 'F' })]);
  assert.equal(stored(merged).subtests, { a: 'P', b: 'P', c: 'F' });
  assert.equal(merged.unstable, ['a', 'b']);
});

test('of files with audit.js the run that passes wholly counts', () => {
  const merged = mergeRuns([outcome({ 'X gain': 'F' }, { audit: true }), outcome({ gain: 'P' }, { audit: true })]);
  assert.ok(passesWholly(merged));
  assert.equal(stored(merged).subtests, { gain: 'P' });
  assert.equal(merged.unstable, ['(whole file)']);
});

test('a run whose harness is well is better than one that is not', () => {
  assert.is(mergeRuns([outcome({}, { harness: 'TIMEOUT' }), outcome({ a: 'F' })]).harness, 'OK');
});

test('directories of the report', () => {
  assert.is(directoryOf('/webaudio/the-audio-api/the-gainnode-interface/gain.html'), 'webaudio/the-audio-api/the-gainnode-interface');
  assert.is(directoryOf('/webaudio/historical.html'), 'webaudio');
  assert.is(directoryOf('/html/semantics/embedded-content/media-elements/track/x.html?a/b'), 'html/semantics/embedded-content/media-elements');
  assert.is(directoryOf('/webrtc/protocol/x.html'), 'webrtc');
  assert.ok(isIDLHarness('/webaudio/idlharness.https.window.html'));
});

test('the report counts whole URLs beside Chromium\'s, and leaves out what is not counted', () => {
  const outcomes = new Map([
    ['/a/one.html', outcome({ x: 'P' })],
    ['/a/two.html', outcome({ x: 'P', y: 'F' })],
    ['/a/out.html', outcome({ x: 'F' })],
    ['/a/idlharness.window.html', outcome({ x: 'P', y: 'P' })],
  ]);
  const chromium = { browser: 'Chromium', tests: {
    '/a/one.html': { harness: 'OK', subtests: { x: 'P' } },
    '/a/two.html': { harness: 'OK', subtests: { x: 'P', y: 'P' } },
    '/a/out.html': { harness: 'OK', subtests: { x: 'P' } },
    '/a/idlharness.window.html': { harness: 'OK', subtests: { x: 'P', y: 'P' } },
  } } as const;
  const report = formatReport(outcomes, chromium, new Set(['/a/out.html']));
  assert.match(report, /^a +1\/2 +1\/2 +2 +1 +0 +0 +3\/3$/m);
  assert.match(report, /idlharness, counted apart\na +1\/1 +1\/1 +2 +0 +0 +0 +2\/2$/m);
  assert.match(report, /1 test URLs ran and are in no total/);
});

test.run();
