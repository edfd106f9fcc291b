import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { TestProcess } from '../../../../wpt/runner/test-process';

const directory = mkdtempSync(join(tmpdir(), 'mediant-wpt-'));
const request = { root: '/none', url: '/a.html', secure: false, timeoutMultiplier: 1 };
const report = '{ kind: "report", report: { status: 0, message: null, stack: null, audit: false, subtests: [{ name: "x", status: 0, message: null, stack: null }] } }';

/** A test process that does what the given code says when it is sent its test. */
function processThat(code: string): TestProcess {
  const file = join(directory, `${Math.random().toString(36).slice(2)}.mjs`);
  writeFileSync(file, `process.once('message', (request) => { ${code} }); process.send({ kind: 'ready', installed: true });`);
  return new TestProcess(pathToFileURL(file));
}

test.after(() => rmSync(directory, { recursive: true }));

test('a report becomes an outcome once the process has ended', async () => {
  const child = processThat(`process.send(${report}, () => process.exit(0))`);
  assert.ok(await child.installed);
  const outcome = await child.run(request, 20_000);
  assert.is(outcome.harness, 'OK');
  assert.equal(outcome.subtests, [{ name: 'x', status: 'P' }]);
});

test('a page that can\'t be opened is an error', async () => {
  const outcome = await processThat('process.send({ kind: "failure", message: "404" }, () => process.exit(0))').run(request, 20_000);
  assert.is(outcome.harness, 'ERROR');
  assert.is(outcome.message, '404');
});

test('a process that dies is a crash, with its last words', async () => {
  const died = await processThat('process.stderr.write("last words"); process.abort()').run(request, 20_000);
  assert.is(died.harness, 'CRASH');
  assert.match(died.message ?? '', /SIGABRT[^]*last words/);
  assert.is((await processThat('process.exit(3)').run(request, 20_000)).harness, 'CRASH');
});

test('a process that died before its test came is a crash', async () => {
  const child = new TestProcess(pathToFileURL(join(directory, 'absent.mjs')));
  assert.not(await child.installed);
  // The second time the process is gone for certain.
  for (const outcome of [await child.run(request, 20_000), await child.run(request, 20_000)]) {
    assert.is(outcome.harness, 'CRASH');
    assert.match(outcome.message ?? '', /exit code 1[^]*absent\.mjs/);
  }
});

test('a process that dies after its report is a crash too, with the subtests it had', async () => {
  const outcome = await processThat(`process.send(${report}, () => process.abort())`).run(request, 20_000);
  assert.is(outcome.harness, 'CRASH');
  assert.is(outcome.subtests.length, 1);
});

test('a test that does not end is killed and timed out', async () => {
  const outcome = await processThat('for (;;) {}').run(request, 200);
  assert.is(outcome.harness, 'TIMEOUT');
});

test.run();
