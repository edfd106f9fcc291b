import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../src/cli/Command';
import { discover } from './discovery/walk';
import type { TestURL } from './discovery/source-file';
import { readChromium, readNotCounted } from './runner/chromium';
import { childEntries } from './runner/entries';
import { expectationOf, readExpectations, unexpected, UNEXAMINED, writeExpectations } from './runner/expectations';
import { parseOptions, type Options } from './runner/options';
import { packageRoot } from './runner/package-root';
import { formatDuration, Progress } from './runner/progress';
import { formatReport } from './runner/report';
import { stored, type Outcome } from './runner/results';
import { runTests } from './runner/schedule';
import { settle, type Surprise } from './runner/stability';
import { runVerbosely } from './runner/verbose';

/** Lines shown of what is unexpected in one test URL. */
const SHOWN_PER_URL = 5;

/** `mediant wpt`: returns the exit status, 0 when everything went as expected. */
export async function runWpt(argv: readonly string[]): Promise<number> {
  const options = parseOptions(argv, process.env);
  if (!existsSync(join(options.root, 'resources/testharness.js'))) {
    throw new UsageError(`no web-platform-tests checkout at ${options.root}: clone it and name it with --root or WPT_ROOT`);
  }
  if (options.verbose !== undefined) {
    return runVerbosely(oneTest(options.root, options.verbose), options);
  }
  const tests = discover(options.root, options.prefixes);
  if (tests.length === 0) {
    throw new UsageError(`no test URL begins with ${options.prefixes.join(' or ')}`);
  }
  if (options.list) {
    print(tests.map(({ url }) => url).join('\n'));
    return 0;
  }
  return runAll(tests, options);
}

/** The one test that a whole URL, the end of one, or any part of one stands for. */
function oneTest(root: string, part: string): TestURL {
  const all = discover(root, []);
  const candidates = [({ url }: TestURL) => url === part, ({ url }: TestURL) => url.endsWith(`/${part}`), ({ url }: TestURL) => url.includes(part)];
  const found = candidates.map((is) => all.filter(is)).find((tests) => tests.length > 0);
  if (found === undefined) {
    throw new UsageError(`no test URL has '${part}' in it`);
  }
  if (found.length > 1) {
    throw new UsageError(`'${part}' stands for ${found.length} test URLs: ${found.slice(0, 5).map(({ url }) => url).join(', ')}${found.length > 5 ? ', …' : ''}`);
  }
  return found[0] as TestURL;
}

async function runAll(tests: readonly TestURL[], options: Options): Promise<number> {
  const directory = join(packageRoot(), 'wpt/expectations');
  const expectations = readExpectations(directory);
  const chromium = readChromium(options.chromium);
  const { testProcess } = await childEntries();
  if (!existsSync(join(packageRoot(), 'dist/jsdom.js'))) {
    print('The package is not built: nothing is installed in the windows. `npm run build` builds it.');
  }
  const begin = performance.now();
  const progress = new Progress(tests.length, process.stderr);
  const first = await runTests(tests, options, testProcess, ({ url }, outcome) => {
    progress.add(unexpected(outcome, expectations.get(url)).length === 0);
  });
  progress.end();

  if (options.updateExpectations) {
    for (const [url, outcome] of first) {
      const expectation = expectationOf(outcome, expectations.get(url));
      if (expectation === undefined) {
        expectations.delete(url);
      } else {
        expectations.set(url, expectation);
      }
    }
    writeExpectations(directory, expectations);
  }
  const runAlone = (again: readonly TestURL[]) => runTests(again, { ...options, jobs: 1, runs: 1 }, testProcess, () => {});
  const { outcomes, surprises, unstable } = await settle(tests, first, expectations, runAlone);
  if (options.json !== undefined) {
    writeFileSync(options.json, `${JSON.stringify(Object.fromEntries([...outcomes].map(([url, outcome]) => [url, stored(outcome)])), null, 1)}\n`);
  }
  print(formatReport(outcomes, chromium, readNotCounted(options.chromium, options.notCounted)));
  print('');
  const unexamined = tests.filter(({ url }) => expectations.get(url)?.whole?.reason === UNEXAMINED || [...(expectations.get(url)?.subtests.values() ?? [])].some(({ reason }) => reason === UNEXAMINED)).length;
  if (unexamined > 0) {
    print(`${unexamined} test URLs are expected to fail for a reason nobody has written down yet.`);
  }
  print(`${tests.length} test URLs in ${formatDuration(performance.now() - begin)}, ${options.jobs} at a time`);
  // Last, as a log may be cut at its beginning.
  printUnstable(outcomes, unstable);
  printSurprises(surprises);
  print(`${tests.length - surprises.length} passed, ${surprises.length} failed`);
  return surprises.length === 0 ? 0 : 1;
}

function printSurprises(surprises: readonly Surprise[]): void {
  for (const [url, lines] of surprises) {
    print(url);
    for (const line of lines.slice(0, SHOWN_PER_URL)) {
      print(`  ${line.replaceAll('\n', '\n  ')}`);
    }
    if (lines.length > SHOWN_PER_URL) {
      print(`  and ${lines.length - SHOWN_PER_URL} more`);
    }
  }
}

/** What differed between runs (`--runs`), and what went as expected only the second time, with what it did the first time. */
function printUnstable(outcomes: ReadonlyMap<string, Outcome>, settled: readonly Surprise[]): void {
  for (const [url, { unstable }] of outcomes) {
    for (const name of unstable) {
      print(`unstable: ${url}: ${name}`);
    }
  }
  for (const [url, lines] of settled) {
    for (const line of lines.slice(0, SHOWN_PER_URL)) {
      print(`unstable: ${url}: ${line.replaceAll('\n', '\n  ')}`);
    }
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
