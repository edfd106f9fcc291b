/** Data channels between two ends, made by Mediant and by others. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { compare } from '../shared/compare.mjs';
import { UsageError } from '../shared/errors.mjs';
import { describeMachine } from '../shared/machine.mjs';
import { implementations, limitSeconds, peerNames } from './implementations.mjs';
import { report } from './report.mjs';
import { scenes } from './scenes.mjs';

const benchNode = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));

const full = { rounds: 4, seconds: 1, warmUpSeconds: 1.5, setUps: 20, pairs: 50 };
const quick = { rounds: 1, seconds: 0.2, warmUpSeconds: 0.2, setUps: 2, pairs: 3 };

export const help = `npm run bench -- webrtc [options]
  Sets up data channels and sends over them with Mediant and with others, in turns, each in processes of its own, and prints what
  each reaches and how Mediant compares with the best of the others.

  --vs NAME       one of ${peerNames.join(', ')}, or the
                  directory of another checkout of Mediant; repeat it for several, default all of these names; 'none' for none
  --scene NAME    only scenes whose name contains it; repeat it for several
  --rounds N      measurements of each, default ${full.rounds}; the ${full.setUps} set-ups are shared among them
  --seconds N     that one measurement lasts, default ${full.seconds}
  --quick         one round of everything, as short as can be: to see that it works
  --node PATH     the Node that all but browsers run on, default bench/'s own
  --json FILE     writes every sample
scenes: ${scenes.map(({ name }) => `"${name}"`).join(' ')}`;

export const options = {
  vs: { type: 'string', multiple: true, default: peerNames },
  scene: { type: 'string', multiple: true, default: [''] },
  rounds: { type: 'string' },
  seconds: { type: 'string' },
  quick: { type: 'boolean', default: false },
  node: { type: 'string' },
};

/** Mediant is measured alone: nothing need be installed. */
export const isAlone = ({ vs }) => vs.length === 1 && vs[0] === 'none';

function numberOption(name, value, least) {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (value.trim() === '' || !(number >= least)) throw new UsageError(`--${name} wants a number from ${least} on, not '${value}'`);
  return number;
}

/** Prints the report, and returns what `--json` writes. */
export async function run(values) {
  const extent = values.quick ? quick : full;
  const rounds = Math.round(numberOption('rounds', values.rounds, 1) ?? extent.rounds);
  const seconds = numberOption('seconds', values.seconds, 0.05) ?? extent.seconds;
  const chosen = scenes.filter(({ name }) => values.scene.some((part) => name.includes(part)));
  if (chosen.length === 0) throw new UsageError(`no scene's name contains ${values.scene.join(' or ')}`);
  const node = values.node ?? (existsSync(benchNode) ? benchNode : process.execPath);
  const list = await implementations(isAlone(values) ? [] : values.vs, node);

  const before = loadavg()[0];
  const rows = [];
  for (const scene of chosen) {
    const each = { ...scene, setUps: Math.ceil(extent.setUps / rounds), pairs: extent.pairs, warmUpSeconds: extent.warmUpSeconds };
    rows.push(...await compare({ cases: [each], implementations: list, rounds: scene.rounds ?? rounds, seconds, limitSeconds }));
  }
  const result = {
    suite: 'webrtc',
    date: new Date().toISOString(),
    machine: describeMachine(),
    node: execFileSync(node, ['--version'], { encoding: 'utf8' }).trim(),
    implementations: list.map(({ name, description }) => ({ name, description })),
    rounds,
    setUps: extent.setUps,
    seconds,
    loadAverage: [before, loadavg()[0]],
    rows,
  };
  console.log(report({ ...result, scenes }));
  return result;
}
