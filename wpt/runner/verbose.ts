import { spawnSync } from 'node:child_process';
import { formatWithOptions } from 'node:util';
import vm from 'node:vm';
import { loadInstall, runTest } from '../child/run-test';
import type { TestURL } from '../discovery/source-file';
import { childEntries } from './entries';
import type { Options } from './options';
import { outcomeOf, passesWholly, type Subtest } from './results';

/** Runs one test in this process, and prints its console, every subtest that fails with message and stack, and a count. */
export async function runVerbosely(test: TestURL, options: Options): Promise<number> {
  if (vm.SourceTextModule === undefined) {
    return runAgainWithModules();
  }
  process.env.MEDIANT_AUDIO ??= 'silent';
  const install = await loadInstall();
  if (install === undefined) {
    process.stdout.write('The package is not built: nothing is installed in the window.\n');
  }
  const { dedicatedWorker } = await childEntries();
  const begin = performance.now();
  const log = (method: string, values: readonly unknown[]) => {
    const shown = method === 'jsdomError' ? values.map(describeError) : values;
    process.stdout.write(`console.${method}: ${formatWithOptions({ colors: process.stdout.isTTY }, ...(shown as [unknown]))}\n`);
  };
  const report = await runTest({ ...options, url: test.url, secure: test.secure }, { install, workerEntry: dedicatedWorker, log });
  const outcome = outcomeOf(report, performance.now() - begin);
  const failing = outcome.subtests.filter(({ status }) => status !== 'P');
  for (const subtest of failing) {
    process.stdout.write(`\n${describeSubtest(subtest)}\n`);
  }
  const harness = outcome.harness === 'OK' ? '' : `, harness ${outcome.harness}: ${outcome.message ?? ''}`;
  process.stdout.write(`\n${test.url}: ${outcome.subtests.length - failing.length} of ${outcome.subtests.length} subtests passed in ${Math.round(outcome.milliseconds)} ms${harness}\n`);
  // What the page left running must not keep the process.
  return process.exit(passesWholly(outcome) ? 0 : 1);
}

/** Module scripts need a flag that only a new process can be given. */
function runAgainWithModules(): number {
  const argv = [...process.execArgv, '--experimental-vm-modules', '--no-warnings', ...process.argv.slice(1)];
  return spawnSync(process.execPath, argv, { stdio: 'inherit' }).status ?? 1;
}

const words = { P: 'PASS', F: 'FAIL', T: 'TIMEOUT', N: 'NOT RUN', O: 'OPTIONAL' } as const;

export function describeSubtest({ name, status, message, stack }: Subtest): string {
  return [`${words[status]} ${name}`, ...(message === undefined ? [] : [`  ${message}`]), ...testFrames(stack ?? '')].join('\n');
}

/** The stack's frames that are the test's own, without those of testharness.js and of the environment. */
function testFrames(stack: string): string[] {
  const frames = stack.split('\n').filter((line) => /https?:\/\//.test(line) && !/\/resources\/testharness\.js/.test(line));
  return frames.map((line) => `    ${line.trim().replace(/^Test\.\S+@?/, '').replace(/https?:\/\/[^/]+/, '')}`);
}

function describeError(error: unknown): unknown {
  const { message, cause } = error as Error;
  return cause instanceof Object && 'stack' in cause ? `${message}\n${String(cause.stack)}` : message;
}
