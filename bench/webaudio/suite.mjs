/** Offline scenes, rendered by Mediant and by others. */
import { execFileSync } from 'node:child_process';
import { compare } from '../shared/compare.mjs';
import { UsageError } from '../shared/errors.mjs';
import { describeMachine } from '../shared/machine.mjs';
import { spread } from '../shared/statistics.mjs';
import { implementations, peerNames } from './implementations.mjs';
import { report } from './report.mjs';
import { scenes } from './scenes.mjs';

const limitSeconds = 120;
const smallRenders = 200;

export const help = `npm run bench -- webaudio [options]
  Renders offline scenes with Mediant and with others, in turns, each in a process of its own, and prints realtime factors:
  seconds of sound a second, by the clock and by processor time.

  --vs NAME       one of ${peerNames.join(', ')}, or the directory of another
                  checkout of Mediant; repeat it for several, default node-web-audio-api
  --scene NAME    only scenes whose name contains it; repeat it for several
  --rounds N      measurements of each, default 5
  --seconds N     that one measurement lasts at least, default 0.5
  --node PATH     the Node that all but browsers run on, default bench/'s own
  --no-startup    leaves out what loading and the smallest render cost
  --json FILE     writes every sample
scenes: ${scenes.map(({ name }) => name).join(' ')}`;

export const options = {
  vs: { type: 'string', multiple: true, default: ['node-web-audio-api'] },
  scene: { type: 'string', multiple: true, default: [''] },
  rounds: { type: 'string', default: '5' },
  seconds: { type: 'string', default: '0.5' },
  node: { type: 'string' },
  'no-startup': { type: 'boolean', default: false },
};

function numberOption(name, value, least) {
  const number = Number(value);
  if (value.trim() === '' || !(number >= least)) throw new UsageError(`--${name} wants a number from ${least} on, not '${value}'`);
  return number;
}

/** What a process costs before it renders anything, in milliseconds: a fresh process each round. */
async function measureStartup(list, rounds) {
  const results = {};
  for (let round = 0; round < rounds; round++) {
    for (const { name, start } of list) {
      const process = await start(undefined, limitSeconds);
      const { importMilliseconds, smallestRender } = await process.request('startup', { count: smallRenders }, limitSeconds);
      await process.end();
      const all = results[name] ??= { import: [], firstRender: [], smallestRender: [] };
      if (importMilliseconds !== undefined) all.import.push(importMilliseconds);
      all.firstRender.push(smallestRender.first);
      all.smallestRender.push(smallestRender.median);
    }
  }
  for (const all of Object.values(results)) {
    for (const [what, milliseconds] of Object.entries(all)) all[what] = milliseconds.length ? spread(milliseconds) : undefined;
  }
  return results;
}

/** Prints the report, and returns what `--json` writes. */
export async function run(values) {
  const cases = scenes.filter(({ name }) => values.scene.some((part) => name.includes(part)));
  if (cases.length === 0) throw new UsageError(`no scene's name contains ${values.scene.join(' or ')}`);
  const rounds = Math.round(numberOption('rounds', values.rounds, 1));
  const seconds = numberOption('seconds', values.seconds, 0);
  const { list, node } = await implementations(values.vs, values.node);

  const result = {
    suite: 'webaudio',
    date: new Date().toISOString(),
    machine: describeMachine(),
    node: execFileSync(node, ['--version'], { encoding: 'utf8' }).trim(),
    implementations: list.map(({ name, description }) => ({ name, description })),
    seconds,
    rows: await compare({ cases, implementations: list, rounds, seconds, limitSeconds }),
    startup: values['no-startup'] ? undefined : await measureStartup(list, rounds),
  };
  console.log(report(result));
  return result;
}
