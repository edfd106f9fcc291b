import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { TestURL } from '../../../../wpt/discovery/source-file';
import type { Outcome } from '../../../../wpt/runner/results';
import { settle } from '../../../../wpt/runner/stability';

const tests = ['/a.html', '/b.html', '/c.html'].map((url) => ({ url }) as TestURL);
const passes: Outcome = { harness: 'OK', subtests: [{ name: 'one', status: 'P' }], audit: false, milliseconds: 1, unstable: [] };
const crashes: Outcome = { ...passes, harness: 'CRASH', message: 'ended by SIGABRT' };
const outcomes = (...each: Outcome[]) => new Map(each.map((outcome, index) => [tests[index]!.url, outcome]));

test('nothing runs again where all is as expected', async () => {
  const settled = await settle(tests, outcomes(passes, passes, passes), new Map(), () => Promise.reject(new Error('ran again')));
  assert.equal(settled.surprises, []);
  assert.equal(settled.unstable, []);
});

test('what surprised runs again, and nothing else; what then goes as expected is unstable', async () => {
  const asked: string[] = [];
  const settled = await settle(tests, outcomes(passes, crashes, crashes), new Map(), (again) => {
    asked.push(...again.map(({ url }) => url));
    return Promise.resolve(new Map([['/b.html', passes], ['/c.html', crashes]]));
  });
  assert.equal(asked, ['/b.html', '/c.html']);
  assert.equal(settled.unstable, [['/b.html', ['harness: CRASH: ended by SIGABRT']]]);
  assert.equal(settled.surprises, [['/c.html', ['harness: CRASH: ended by SIGABRT']]]);
  assert.is(settled.outcomes.get('/b.html'), passes);
});

test('a pass that is expected to be a failure is a surprise too', async () => {
  const expectations = new Map([['/a.html', { subtests: new Map([['one', { status: 'F' as const, reason: 'why' }]]) }]]);
  const settled = await settle(tests, outcomes(passes, passes, passes), expectations, () => Promise.resolve(new Map([['/a.html', passes]])));
  assert.equal(settled.surprises.map(([url]) => url), ['/a.html']);
});

test.run();
