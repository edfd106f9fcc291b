/** The tables of a run, in Markdown. */
import { describeLoad } from '../shared/load.mjs';
import { formatTable, significant } from '../shared/table.mjs';

const isNumber = (value) => typeof value === 'number' && Number.isFinite(value);

function valueOf(figure, samples = []) {
  const measured = samples.length ? figure.of(samples) : undefined;
  return isNumber(measured) ? measured : undefined;
}

/** How many times as good `ours` is: 2 is half the time, or twice as much a second. Undefined where nothing can be divided. */
function ratioOf({ better }, ours, theirs) {
  const ratio = better === 'more' ? ours / theirs : theirs / ours;
  return isNumber(ratio) ? ratio : undefined;
}

function best({ better }, values) {
  const known = values.filter(({ value }) => value !== undefined);
  return known.reduce((a, b) => (a && (better === 'more' ? a.value >= b.value : a.value <= b.value) ? a : b), undefined);
}

function goalCell({ goal }, ours, ratio) {
  if (!goal) return '';
  if (ours === undefined || (goal.most === undefined && ratio === undefined)) return 'not measured';
  const isMet = goal.most === undefined ? ratio >= goal.ratio : ours <= goal.most;
  return `${goal.most === undefined ? `${goal.ratio} ×` : `≤ ${goal.most}`}, ${isMet ? 'reached' : 'missed'}`;
}

/** One row a figure: what each has, and how Mediant compares with the best of the others. */
export function figureRows(row, scene, [first, ...others]) {
  return scene.figures.map((figure) => {
    const value = ({ name }) => valueOf(figure, row.results[name].samples);
    const ours = value(first);
    const rival = best(figure, others.map((other) => ({ name: other.name, value: value(other) })));
    const ratio = rival && ratioOf(figure, ours, rival.value);
    return { figure, values: [first, ...others].map(value), ours, rival, ratio, goal: goalCell(figure, ours, ratio) };
  });
}

function figureTable(rows, scenes, list) {
  const header = ['', ...list.map(({ name }) => name), 'best of the others', `${list[0].name} to it`, 'goal'];
  return formatTable(header, rows.flatMap((row) => {
    const scene = scenes.find(({ name }) => name === row.case);
    return figureRows(row, scene, list).map(({ figure, values, rival, ratio, goal }) => [
      `${scene.name}: ${figure.title}${figure.unit && `, ${figure.unit}`}`,
      ...values.map((value) => (value === undefined ? '–' : significant(value))),
      rival?.name ?? '–',
      ratio === undefined ? '–' : `${significant(ratio)} ×`,
      goal,
    ]);
  }));
}

/** Whom a whole scene failed, and set-ups that failed among others. */
function failures(rows) {
  return rows.flatMap(({ case: scene, results }) => Object.entries(results).flatMap(([name, { failure, samples = [] }]) => {
    if (failure) return [`${scene}, ${name}: ${failure}`];
    const reasons = samples.flatMap((sample) => sample.failures ?? []);
    const tries = samples.reduce((sum, { work }) => sum + work, 0);
    return reasons.length ? [`${scene}, ${name}: ${reasons.length} of ${tries}: ${reasons[0]}`] : [];
  }));
}

export function report({ rows, scenes, implementations, machine, date, node, rounds, setUps, loadAverage }) {
  const failed = failures(rows);
  return [
    `${date.slice(0, 10)}; ${machine}; Node ${node}; ${implementations.map(({ description }) => description).join(', ')}.`,
    `${describeLoad(rows)} Load average ${loadAverage.map((each) => each.toFixed(1)).join(' before, ')} after.`,
    '',
    `Medians of ${rounds} rounds, ${setUps} set-ups. The ratio says how many times as good Mediant is: above 1 it is better.`,
    '',
    figureTable(rows, scenes, implementations),
    ...(failed.length ? ['', 'Failed:', ...failed] : []),
  ].join('\n');
}
