/**
 * The test runner: `node test/run.mjs [--in DIRECTORY]… [filter…]`.
 *
 * Each `*.test.ts` runs in a process of its own, two at a time. A file passes when its process exits by itself with status 0
 * and its uvu summary counts no failure; one that has finished but does not exit holds a handle open and has failed.
 * A file may say `// timeout: 180 s` in its first lines, and may print `skipped: reason` and `measured: figures`, which are shown,
 * and `matrix: row`, which is shown where there are filters. What failed runs again at the end, alone, where an assertion may have
 * judged how busy the machine was: it is `unstable`, and fails nothing, once it has passed twice. A process that crashes, or whose
 * tests pass but that does not exit, gets no second run. MEDIANT_TEST_ASKED_FOR tells it of filters, so that it may do more then.
 * Filters are substrings of paths; without any, everything below the directories of `defaults` runs, or below those named.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../tools/ensure-built.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const defaults = ['test/unit', 'test/golden', 'test/types', 'test/virtual', 'test/interop/modes', 'test/interop/libraries', 'test/interop/turn'];
/** Tests of the built package; all others import sources. */
const needsBundle = /^test\/(interop\/|unit\/cli\/|unit\/entry\/|unit\/host\/(jsdom|happy-dom)|unit\/(readme|examples)|unit\/lint|types\/entries)/;
const jobs = Number(process.env.MEDIANT_TEST_JOBS) || 2;
const defaultTimeoutSeconds = 90;
/** More files than these fail for a reason of their own, not for how busy the machine was. */
const secondRunsAtMost = 5;
const exitGraceSeconds = 8;

function testFiles(filters, within) {
  const files = readdirSync(new URL('.', import.meta.url), { recursive: true })
    .map((name) => `test/${name.split(sep).join('/')}`)
    .filter((name) => name.endsWith('.test.ts') && !name.includes('/node_modules/'))
    .sort();
  const below = (directories) => (name) => directories.some((directory) => name.startsWith(`${directory}/`));
  const named = filters.length === 0 ? () => true : (name) => filters.some((filter) => name.includes(filter));
  if (within.length > 0) return files.filter(below(within)).filter(named);
  return files.filter(filters.length === 0 ? below(defaults) : named);
}

function timeoutSeconds(file) {
  const head = readFileSync(new URL(relative('test', file), import.meta.url), 'utf8').slice(0, 400);
  return Number(/\/\/ timeout: (\d+) s/.exec(head)?.[1] ?? defaultTimeoutSeconds);
}

const withoutColours = (text) => text.replace(/\u001b\[[0-9;]*m/g, '');

/** uvu's summary, whose total leaves out what was skipped; undefined when the file did not print one. */
function uvuSummary(text) {
  const field = (name) => new RegExp(`^ {2}${name}: +(\\d+)$`, 'm').exec(text)?.[1];
  const [total, passed] = ['Total', 'Passed'].map(field);
  if (total === undefined || passed === undefined) return undefined;
  return { passed: Number(passed), failed: Number(total) - Number(passed) };
}

function runFile(file, isAskedFor) {
  return new Promise((resolve) => {
    const started = performance.now();
    const child = spawn(process.execPath, ['--import', 'tsx', file], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_ENV: 'test', NO_COLOR: '1', FORCE_COLOR: '0', ...(isAskedFor && { MEDIANT_TEST_ASKED_FOR: '1' }) },
      detached: process.platform !== 'win32', // A group of its own, so that what it started goes with it.
    });
    let output = '';
    let reason = '';
    let ranPastLimit = false;
    let graceTimer;
    const end = (why) => {
      reason = why;
      try {
        process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
      } catch {
        child.kill('SIGKILL');
      }
    };
    const limit = timeoutSeconds(file);
    const timer = setTimeout(() => {
      ranPastLimit = true;
      end(`ran past ${limit} s`);
    }, limit * 1000);
    const collect = (chunk) => {
      output += chunk;
      if (!graceTimer && /^ {2}Duration: /m.test(withoutColours(output))) {
        const why = `finished, but the process did not exit by itself within ${exitGraceSeconds} s: a handle is left open`;
        graceTimer = setTimeout(() => end(why), exitGraceSeconds * 1000);
      }
    };
    child.stdout.setEncoding('utf8').on('data', collect);
    child.stderr.setEncoding('utf8').on('data', collect);
    child.on('error', (error) => { reason = error.message; });
    child.on('close', (status, signal) => {
      clearTimeout(timer);
      clearTimeout(graceTimer);
      const text = withoutColours(output);
      const summary = uvuSummary(text);
      const crashed = signal !== null && !reason;
      const usesUvu = /from 'uvu'/.test(readFileSync(new URL(relative('test', file), import.meta.url), 'utf8'));
      if (!reason && signal) reason = `ended by ${signal}`;
      if (!reason && usesUvu && !summary) reason = `exited with status ${status} before its tests had finished`;
      if (!reason && status !== 0 && !summary?.failed) reason = `exited with status ${status}`;
      const passed = summary?.passed ?? (reason || usesUvu ? 0 : 1);
      const failed = (summary?.failed ?? 0) + (reason ? 1 : 0);
      const seconds = (performance.now() - started) / 1000;
      const remarks = [...text.matchAll(/\b(?:skipped|measured|matrix): .+$/gm)].map(([remark]) => remark);
      const mayBeUnstable = ranPastLimit || (summary?.failed > 0 && !crashed);
      resolve({ file, passed, failed, reason, text, seconds, remarks, mayBeUnstable });
    });
  });
}

function report({ file, passed, failed, reason, text, seconds, remarks }, isAskedFor) {
  const counts = failed ? `${passed} passed, ${failed} failed` : `${passed} passed`;
  console.log(`${failed ? 'FAIL' : 'ok  '}  ${file}  ${counts}  ${seconds.toFixed(1)} s`);
  for (const remark of remarks) if (isAskedFor || !remark.startsWith('matrix: ')) console.log(`      ${remark}`);
  if (!failed) return;
  if (reason) console.log(`      ${reason}`);
  console.log(text.trimEnd().split('\n').map((line) => `      | ${line}`).join('\n'));
}

const shortened = (text) => text.split('\n').filter((line) => line.trim() !== '').slice(0, 30).join('\n');

/** The last of three runs where it went well twice after `first` had failed, else `first`, or the run that failed again. */
async function settle(first, isAskedFor) {
  if (!first.mayBeUnstable) return first;
  let again = first;
  for (let run = 0; run < 2; ++run) {
    again = await runFile(first.file, isAskedFor);
    if (again.failed) return again;
  }
  return again;
}

async function main() {
  const { values, positionals: filters } = parseArgs({ allowPositionals: true, options: { in: { type: 'string', multiple: true, default: [] } } });
  const files = testFiles(filters, values.in);
  if (files.length === 0) {
    console.log(`No test file matches ${[...filters, ...values.in].join(', ')}.`);
    process.exitCode = 1;
  }
  if (existsSync(new URL('../spec/generate.ts', import.meta.url))) {
    ensureBuilt({ bundle: files.some((file) => needsBundle.test(file)) });
  }
  const isAskedFor = filters.length > 0;
  let next = 0;
  const results = [];
  const worker = async () => {
    while (next < files.length) {
      const result = await runFile(files[next++], isAskedFor);
      report(result, isAskedFor);
      results.push(result);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));

  // What failed is told again at the end, which is what a reader of a long log has before them.
  const failures = results.filter((result) => result.failed);
  if (failures.length) console.log('');
  for (const failure of failures) {
    const settled = failures.length > secondRunsAtMost ? failure : await settle(failure, isAskedFor);
    results[results.indexOf(failure)] = settled;
    report({ ...failure, text: shortened(failure.text) }, false);
    if (!settled.failed) console.log(`unstable: ${failure.file} failed, and passed twice when it ran alone`);
  }
  const sum = (field) => results.reduce((total, result) => total + result[field], 0);
  const passed = sum('passed');
  const failed = sum('failed');
  console.log(`${passed} passed, ${failed} failed`);
  if (failed) process.exitCode = 1;
}

await main().catch((error) => {
  console.log(error.message);
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
});
