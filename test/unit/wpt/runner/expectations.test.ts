import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { expectationOf, formatExpectations, parseExpectations, unexpected, UNEXAMINED, type Expectations } from '../../../../wpt/runner/expectations';
import type { Outcome, Subtest } from '../../../../wpt/runner/results';

const outcome = (statuses: Record<string, Subtest['status']>, more: Partial<Outcome> = {}): Outcome => ({
  harness: 'OK', audit: false, milliseconds: 1, unstable: [], subtests: Object.entries(statuses).map(([name, status]) => ({ name, status })), ...more,
});
const parse = (text: string) => {
  const expectations: Expectations = new Map();
  parseExpectations(text, expectations, 'file.txt');
  return expectations;
};

const text = `[another reason]
/a/partial.html
  T late\\u000aone

[not implemented]
/a/flaky.html ?
/a/partial.html
  F first
  ? now and then
/a/whole.html?x
`;

test('what is read is written again', () => {
  const expectations = parse(text);
  assert.is(formatExpectations([...expectations].sort()), text);
});

test('only differences from what is expected count', () => {
  const expectations = parse(text);
  const partial = expectations.get('/a/partial.html');
  assert.equal(unexpected(outcome({ 'late\none': 'T', first: 'F', 'now and then': 'P', good: 'P' }), partial), []);
  assert.is(unexpected(outcome({ 'late\none': 'T', first: 'P', good: 'F' }), partial).length, 2);
  assert.is(unexpected(outcome({ good: 'P' }), partial).length, 2, 'subtests that are gone');
  assert.is(unexpected(outcome({ 'late\none': 'T', first: 'F' }, { harness: 'TIMEOUT' }), partial).length, 1);
  assert.is(unexpected(outcome({ a: 'P' }), expectations.get('/a/whole.html?x')).length, 1);
  assert.equal(unexpected(outcome({ a: 'F' }), expectations.get('/a/whole.html?x')), []);
  assert.equal(unexpected(outcome({ a: 'P' }), expectations.get('/a/flaky.html')), []);
  assert.equal(unexpected(outcome({ a: 'P' }), undefined), []);
  assert.is(unexpected(outcome({}, { harness: 'CRASH' }), undefined).length, 1);
});

test('an update keeps reasons and drops what passes', () => {
  const expectations = parse(text);
  const partial = expectations.get('/a/partial.html');
  const updated = expectationOf(outcome({ 'late\none': 'P', first: 'T', new: 'F', good: 'P' }), partial);
  assert.equal([...(updated?.subtests ?? [])], [
    ['now and then', { status: '?', reason: 'not implemented' }],
    ['first', { status: 'T', reason: 'not implemented' }],
    ['new', { status: 'F', reason: UNEXAMINED }],
  ]);
  assert.is(expectationOf(outcome({ a: 'P' }), expectations.get('/a/whole.html?x')), undefined);
  assert.equal(expectationOf(outcome({ a: 'F', b: 'P' }, { audit: true }), undefined)?.whole, { reason: UNEXAMINED, sometimes: false });
  assert.equal(expectationOf(outcome({ a: 'F' }), undefined)?.whole, { reason: UNEXAMINED, sometimes: false });
});

test('what is not understood names its place', () => {
  assert.throws(() => parse('/a.html\n'), /file\.txt:1: a reason/);
  assert.throws(() => parse('[x]\n  F name\n'), /file\.txt:2/);
  assert.throws(() => parse('[x]\nnonsense\n'), /file\.txt:2/);
});

test.run();
