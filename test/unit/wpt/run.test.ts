// timeout: 240 s
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UsageError } from '../../../src/cli/Command';
import { runWpt } from '../../../wpt/run';

const main = fileURLToPath(new URL('../../../wpt/main.ts', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'mediant-wpt-'));
const head = '<!doctype html><script src="/resources/testharness.js"></script><script src="/resources/testharnessreport.js"></script>';
const files: Record<string, string> = {
  // A stand-in with the few functions that the runner and these tests need.
  'resources/testharness.js': `
    const tests = [], callbacks = [];
    let properties = {};
    const setup = (more) => { properties = { ...properties, ...more }; };
    const add_completion_callback = (callback) => callbacks.push(callback);
    const test = (body, name) => {
      try { body(); tests.push({ name, status: 0, message: null, stack: null }); }
      catch (error) { tests.push({ name, status: 1, message: error.message, stack: error.stack }); }
    };
    addEventListener('load', () => {
      for (const callback of callbacks) callback(tests, { status: properties.output === false ? 0 : 1, message: null, stack: null });
    });
  `,
  'good/one.html': `${head}<script>test(() => {}, 'passes')</script>`,
  'good/two.window.js': 'test(() => { if (location.protocol !== "http:") throw new Error(location); }, "passes too")',
  'good/helper.html': '<p>no test</p>',
  'bad/one.https.html': `${head}<script>test(() => {}, 'passes');\ntest(() => { throw new Error('says why') }, 'fails')</script>`,
};
for (const [name, text] of Object.entries(files)) {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
}

function wpt(...argv: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', main, ...argv], { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } });
  return { status, stdout, stderr };
}

test.after(() => rmSync(root, { recursive: true }));

test('everything as expected', () => {
  const json = join(root, 'out.json');
  const { status, stdout } = wpt('--root', root, '--chromium', '/none', '--json', json, 'good');
  assert.match(stdout, /^good +2\/2 +2 +0/m);
  assert.match(stdout, /\n2 passed, 0 failed\n$/);
  assert.is(status, 0);
  assert.equal(JSON.parse(readFileSync(json, 'utf8')), {
    '/good/one.html': { harness: 'OK', subtests: { passes: 'P' } },
    '/good/two.window.html': { harness: 'OK', subtests: { 'passes too': 'P' } },
  });
});

test('an unexpected failure is shown, and fails the run', () => {
  const { status, stdout } = wpt('--root', root, '--chromium', '/none', '--runs', '2', 'bad');
  assert.match(stdout, /\/bad\/one\.https\.html\n {2}fails: fails\n {6}says why\n/);
  assert.match(stdout, /\n0 passed, 1 failed\n$/);
  assert.is(status, 1);
});

test('one test, verbosely, named by a part of its URL', () => {
  const { status, stdout } = wpt('--root', root, '--verbose', 'one.https');
  assert.match(stdout, /FAIL fails\n {2}says why\n {4}.*\/bad\/one\.https\.html:2:/);
  assert.match(stdout, /1 of 2 subtests passed/);
  assert.is(status, 1);
});

test('wrong arguments are errors of one line', async () => {
  for (const [argv, message] of [
    [['--root', '/none'], /^no web-platform-tests checkout at \/none: .*$/],
    [['--root', root, 'nowhere'], /^no test URL begins with nowhere$/],
    [['--root', root, '--jobs', '0'], /^--jobs wants a .*number.*$/],
    [['--root', root, '--verbose', 'html'], /^'html' stands for 3 test URLs.*$/],
    [['--nonsense'], /^unknown option --nonsense$/],
  ] as const) {
    const error: Error = await runWpt(argv).then(() => new Error('nothing was thrown'), (reason) => reason);
    assert.instance(error, UsageError);
    assert.match(error.message, message);
  }
});

test.run();
