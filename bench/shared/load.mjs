import { spread } from './statistics.mjs';
import { significant } from './table.mjs';

/** As many cores busy with something else, on the middle of a run, that its clock times are not to be relied on. */
const noisyCores = 0.25;

/** A sentence about what else the machine did while `rows` of `compare` were measured. */
export function describeLoad(rows) {
  const cores = rows.flatMap(({ results }) => Object.values(results).flatMap(({ samples = [] }) => samples.map(({ busyCores }) => busyCores)));
  const known = cores.filter((value) => value !== undefined);
  if (known.length === 0) return 'How busy the machine was otherwise is not known.';
  const { median: middle, most } = spread(known);
  const text = `${significant(middle)} cores were busy with something else (at most ${significant(most)})`;
  return middle > noisyCores ? `The machine was not quiet: ${text}. Go by processor time.` : `The machine was quiet: ${text}.`;
}
