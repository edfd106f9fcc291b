import type { TestURL } from '../discovery/source-file';
import type { Options } from './options';
import { mergeRuns, type Outcome } from './results';
import { TestProcess } from './test-process';

/** Milliseconds that testharness.js gives a test, and the runner's patience beyond them. */
const HARNESS_TIMEOUTS = { normal: 10_000, long: 60_000 } as const;
const PATIENCE = 5000;

/**
 * Runs every test, `jobs` at a time, each in a process of its own. A process is started before its test is due, so loading overlaps
 * with the waiting that many tests do. `each` hears every URL once all its runs are through.
 */
export async function runTests(
  tests: readonly TestURL[], options: Options, entry: URL, each: (test: TestURL, outcome: Outcome) => void,
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  const runs = new Map(tests.map(({ url }) => [url, [] as Outcome[]]));
  const queue = tests.flatMap((test) => Array<TestURL>(options.runs).fill(test));
  let next = 0;
  let spares: TestProcess[] = [];
  const takeProcess = (): TestProcess => {
    const process = spares.shift() ?? new TestProcess(entry);
    const waiting = queue.length - next - spares.length;
    if (waiting > 0 && spares.length < options.jobs) {
      spares.push(new TestProcess(entry));
    }
    return process;
  };

  await Promise.all(Array.from({ length: Math.min(options.jobs, queue.length) }, async () => {
    for (let test = queue[next]; test !== undefined; test = queue[next]) {
      next += 1;
      const { root, timeoutMultiplier } = options;
      const limit = HARNESS_TIMEOUTS[test.timeout] * timeoutMultiplier + PATIENCE;
      const outcome = await takeProcess().run({ root, timeoutMultiplier, url: test.url, secure: test.secure }, limit);
      const done = runs.get(test.url) as Outcome[];
      if (done.push(outcome) === options.runs) {
        const merged = mergeRuns(done);
        outcomes.set(test.url, merged);
        each(test, merged);
      }
    }
  }));
  for (const spare of spares) {
    spare.kill();
  }
  spares = [];
  return new Map(tests.map(({ url }) => [url, outcomes.get(url) as Outcome]));
}
