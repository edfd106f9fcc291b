/**
 * The runner that all suites share: every case with every implementation, each in a process of its own, taking turns, so
 * that whatever else the machine does disturbs all of them alike.
 */
import { countBusyCores } from './machine.mjs';
import { Progress } from './Progress.mjs';

/** The implementations in another order each round, so that none always follows the same one. */
const rotated = (list, by) => list.map((_, i) => list[(i + by) % list.length]);

/**
 * A case is anything with a `name`. An implementation has a `name` and `start(case)`, which resolves to a MeasuredProcess that
 * answers `measure {seconds}` with at least `{work, wallSeconds, cpuSeconds}` and `finish` with facts to keep; the first
 * measurement, of `seconds: 0`, is a warm-up and dropped. Resolves to rows, one a case, `results` by implementation:
 * `{samples, facts}`, or `{failure}`.
 */
export async function compare({ cases, implementations, rounds, seconds, limitSeconds }) {
  const progress = new Progress(cases.length * implementations.length * (rounds + 1));
  const rows = [];
  for (const [index, each] of cases.entries()) {
    const running = new Map();
    const results = Object.fromEntries(implementations.map(({ name }) => [name, { samples: [], facts: {} }]));
    const attempt = async ({ name }, action, stepsLost) => {
      try {
        await action();
      } catch (error) {
        results[name] = { failure: error.message };
        await running.get(name)?.end();
        running.delete(name);
        progress.drop(stepsLost);
      }
      progress.add(`${each.name}, ${name}`);
    };
    for (const implementation of implementations) {
      await attempt(implementation, async () => {
        running.set(implementation.name, await implementation.start(each));
        await running.get(implementation.name).request('measure', { seconds: 0 }, limitSeconds);
      }, rounds);
    }
    for (let round = 0; round < rounds; round++) {
      for (const implementation of rotated(implementations, index + round)) {
        const process = running.get(implementation.name);
        if (!process) continue;
        await attempt(implementation, async () => {
          const measurement = process.request('measure', { seconds }, limitSeconds);
          const { result, busyCores } = await countBusyCores(() => measurement, ({ cpuSeconds }) => cpuSeconds);
          results[implementation.name].samples.push({ round, ...result, busyCores });
        }, rounds - round - 1);
      }
    }
    for (const implementation of implementations) {
      const process = running.get(implementation.name);
      if (!process) continue;
      results[implementation.name].facts = await process.request('finish').catch(() => ({}));
      await process.end();
    }
    rows.push({ case: each.name, results });
  }
  progress.end();
  return rows;
}
