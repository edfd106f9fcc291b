/** `npx tsx test/fuzz/run.ts TARGET [--inputs N] [--minutes N] [--seed N]`: TARGET is the name of a file here, as `sctp-packets`. Ends by what comes first. */
import { parseArgs } from 'node:util';
import { fuzz, type FuzzTarget } from './fuzz';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { inputs: { type: 'string', default: '1000000' }, minutes: { type: 'string', default: 'Infinity' }, seed: { type: 'string', default: '1' } },
});
const { target } = (await import(`./${positionals[0]}.fuzz`)) as { target: FuzzTarget };
const inputs = Number(values.inputs);
const seconds = Number(values.minutes) * 60;
const step = Math.min(10_000, Math.ceil(inputs / 20));
const begin = performance.now();
let told = 0;
for (let given = 0, seed = Number(values.seed), passed = 0; given < inputs && passed < seconds;) {
  const count = Math.min(step, inputs - given);
  seed = fuzz(target, seed, count);
  given += count;
  passed = (performance.now() - begin) / 1000;
  if (given < inputs && passed < seconds && passed - told < 30) continue;
  told = passed;
  console.log(`${target.name}: ${given} inputs in ${Math.round(passed)} s, next seed ${seed}, ${Math.round(process.memoryUsage().rss / 2 ** 20)} MB`);
}
