/** The tables of a run, in Markdown. */
import { describeLoad } from '../shared/load.mjs';
import { geometricMean, median, spread } from '../shared/statistics.mjs';
import { formatTable, significant, withSpread } from '../shared/table.mjs';

const factors = (samples, seconds) => samples.map((sample) => sample.work / sample[seconds]);

/** Ours over theirs, round by round: what disturbs a round disturbs both. */
function ratios(ours, theirs, seconds) {
  return ours.flatMap((sample) => {
    const other = theirs.find(({ round }) => round === sample.round);
    return other ? [(sample.work / sample[seconds]) / (other.work / other[seconds])] : [];
  });
}

const cell = (values) => (values.length ? withSpread(spread(values)) : '–');

function factorTable(rows, list) {
  return formatTable(['realtime factor', ...list.map(({ name }) => name)], rows.map(({ case: scene, results }) => [
    scene,
    ...list.map(({ name }) => cell(factors(results[name].samples ?? [], 'wallSeconds'))),
  ]));
}

function ratioTable(rows, [first, ...others]) {
  const header = [`${first.name} against`, ...others.flatMap(({ name }) => [name, 'by processor time'])];
  return formatTable(header, rows.map(({ case: scene, results }) => [
    scene,
    ...others.flatMap(({ name }) => ['wallSeconds', 'cpuSeconds'].map((seconds) =>
      cell(ratios(results[first.name].samples ?? [], results[name].samples ?? [], seconds)))),
  ]));
}

/** Scenes in which less was rendered than asked for, or something else, show here. */
function workTable(rows, list) {
  const header = ['scene', ...list.map(({ name }) => `RMS ${name}`), ...list.map(({ name }) => `peak MiB ${name}`)];
  return formatTable(header, rows.map(({ case: scene, results }) => [
    scene,
    ...list.map(({ name }) => (results[name].failure ? '–' : significant(results[name].samples.at(-1)?.rms))),
    ...list.map(({ name }) => (results[name].facts?.peakResidentMiB === undefined ? '–' : results[name].facts.peakResidentMiB.toFixed(0))),
  ]));
}

function startupTable(startup, list) {
  const columns = [['import', 'import'], ['firstRender', 'first render of 128 frames'], ['smallestRender', 'later ones']];
  return formatTable(['milliseconds', ...columns.map(([, title]) => title)], list.map(({ name }) => [
    name,
    ...columns.map(([what]) => (startup[name][what] ? withSpread(startup[name][what]) : '–')),
  ]));
}

function summaries(rows, [first, ...others]) {
  return others.map(({ name }) => {
    const byScene = rows.flatMap(({ case: scene, results }) => {
      const samples = [results[first.name].samples ?? [], results[name].samples ?? []];
      const [wall, cpu] = ['wallSeconds', 'cpuSeconds'].map((seconds) => ratios(...samples, seconds));
      return wall.length ? [{ scene, wall: median(wall), cpu: median(cpu) }] : [];
    });
    if (byScene.length === 0) return `No scene in common with ${name}.`;
    const lowest = (key) => byScene.reduce((least, each) => (each[key] < least[key] ? each : least));
    const sentence = (key) => `${significant(geometricMean(byScene.map((each) => each[key])))} times as fast, least in ${lowest(key).scene}: ${significant(lowest(key)[key])}`;
    return `Against ${name}, ${byScene.length} scenes, geometric mean: ${sentence('wall')}. By processor time ${sentence('cpu')}.`;
  });
}

export function report({ rows, implementations, machine, date, node, startup }) {
  const failures = rows.flatMap(({ case: scene, results }) =>
    Object.entries(results).filter(([, { failure }]) => failure).map(([name, { failure }]) => `${scene}, ${name}: ${failure}`));
  return [
    `${date.slice(0, 10)}; ${machine}; Node ${node}; ${implementations.map(({ description }) => description).join(', ')}.`,
    describeLoad(rows),
    '',
    'Seconds of sound a second of the clock, and how many times as fast in the same round: median (least–most).',
    '',
    factorTable(rows, implementations),
    '',
    ...(implementations.length > 1 ? [ratioTable(rows, implementations), '', ...summaries(rows, implementations), ''] : []),
    workTable(rows, implementations),
    ...(startup ? ['', startupTable(startup, implementations)] : []),
    ...(failures.length ? ['', 'Failed:', ...failures] : []),
  ].join('\n');
}
