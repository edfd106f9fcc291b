/** `npx tsx test/fuzz/run.ts TARGET [--inputs N] [--seed N]`: TARGET is the name of a file here, as `sctp-packets`. */
import { parseArgs } from 'node:util';
import { fuzz, type FuzzTarget } from './fuzz';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { inputs: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } },
});
const { target } = (await import(`./${positionals[0]}.fuzz`)) as { target: FuzzTarget };
const inputs = Number(values.inputs);
const step = Math.ceil(inputs / 20);
for (let given = 0, seed = Number(values.seed); given < inputs; given += step) {
  seed = fuzz(target, seed, Math.min(step, inputs - given));
  console.log(`${target.name}: ${Math.min(given + step, inputs)} inputs, next seed ${seed}`);
}
