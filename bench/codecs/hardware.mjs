/** `npm run bench -- codecs --hardware`: 4K at 60 frames a second by the devices of this machine, and what becomes of it when the device is taken away. */
import { spawnSync } from 'node:child_process';
import { Progress } from '../shared/Progress.mjs';
import { describeMachine } from '../shared/machine.mjs';
import { median } from '../shared/statistics.mjs';
import { formatTable, significant } from '../shared/table.mjs';
import { mediaOf } from './media.mjs';
import { hardwareScenes } from './scenes.mjs';

/** One line where no device decodes anything, else a table. Returns what `--json` writes. */
export async function runHardware({ program, entry, chosen, rounds, quick }) {
  const ask = (...parameters) => inProcess(program, [entry, ...parameters]);
  const { devices, decoding } = ask('devices', ...hardwareScenes.map(({ codec }) => codec));
  const result = { suite: 'codecs', hardware: true, date: new Date().toISOString(), machine: describeMachine(), node: process.version, devices, decoding, rounds, rows: [] };
  const there = hardwareScenes.filter(({ name, codec }) => decoding[codec].length > 0 && chosen(name));
  if (there.length === 0) {
    console.log(`No device decodes video here: nothing was measured. ${devices.map(({ device, problem }) => `${device}: ${problem ?? 'opens, and decodes none of this'}`).join('; ')}.`);
    return result;
  }
  const files = there.map((scene) => mediaOf(scene, quick ? 1 : undefined));
  const progress = new Progress(there.length * (rounds + 1));
  for (const [index, { name, codec }] of there.entries()) {
    const whole = [];
    for (let round = 0; round < rounds; round++) {
      whole.push(ask('decode', files[index], 'all'));
      progress.add(name);
    }
    const frames = whole[0].outputs;
    const takenAway = ask('decode', files[index], String(frames >> 1));
    progress.add(`${name}, taken away`);
    result.rows.push({ name, devices: decoding[codec], whole, takenAway });
  }
  progress.end();
  console.log(report(result));
  return result;
}

function inProcess(program, parameters) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [program, ...parameters], { encoding: 'utf8' });
  if (status !== 0 || stdout === '') throw new Error(`the process that decodes failed: ${stderr.trim() || `exit status ${status}`}`);
  return JSON.parse(stdout);
}

export function report({ machine, node, rounds, rows }) {
  const lines = rows.map(({ name, devices, whole, takenAway }) => {
    const middle = (value) => significant(median(whole.map(value)));
    const { outputs, failure } = whole[0];
    return [
      name, devices.join(', '), whole[0].decoder, failure ?? middle((run) => run.outputs / run.wallSeconds), middle((run) => (1000 * run.cpuSeconds) / run.outputs),
      outcome(outputs, takenAway),
    ];
  });
  return [`${machine}; Node ${node}; ${rounds} rounds.`, '', formatTable(['video', 'devices', 'decoder', 'frames/s', 'CPU ms a frame', 'device taken away in the middle'], lines), ''].join('\n');
}

function outcome(frames, { failure, losses, outputs, isInOrder }) {
  if (failure !== null) return failure;
  if (losses === 0) return 'was not taken away';
  return outputs === frames && isInOrder ? `all ${frames} frames, each once` : `${outputs} of ${frames} frames${isInOrder ? '' : ', out of order'}`;
}
