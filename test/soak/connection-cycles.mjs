// Connections that are set up and closed one after the other, then many at once, then in Workers that end: all they hold is given back, and
// the process ends by itself.
// Run with: node --expose-gc test/soak/connection-cycles.mjs [cycles] [pairs]
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { connectPair } from './connection-pair.mjs';
import { processStats, slope, soak } from './process-stats.mjs';

const [cycles = 1000, pairs = 200] = process.argv.slice(2).map(Number);
/** What the heap's own ups and downs may look like; fewer cycles than this warm it up. */
const mostGrowthMiB = 4;
const warmUpCycles = 200;
const workers = Math.ceil(cycles / 50);

async function cycle() {
  const { channels: [here, there], close } = await connectPair();
  const heard = [here, there].map((channel) => new Promise((resolve) => { channel.onmessage = resolve; }));
  here.send('a');
  there.send('b');
  await Promise.all(heard);
  close();
}

/** Sockets are closed by the media thread, soon after `close()`; threads of a Worker end soon after it. */
async function rested(before) {
  let now = processStats();
  for (let left = 100; left > 0 && (now.descriptors > before.descriptors || now.threads > before.threads); left--) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    now = processStats();
  }
  return now;
}

const describe = ({ rssMiB, threads, descriptors }) => `${rssMiB.toFixed(1)} MiB, ${threads} threads, ${descriptors} descriptors`;
const problems = [];
function expectGivenBack(what, before, after) {
  console.log(`before: ${describe(before)}; after ${what}: ${describe(after)}`);
  for (const kind of ['threads', 'descriptors']) if (after[kind] > before[kind]) problems.push(`${what} leave ${kind} behind: ${before[kind]}, then ${after[kind]}`);
}

for (let index = 0; index < 5; index++) await cycle();
await new Promise((resolve) => setTimeout(resolve, 500));
const before = processStats();

const samples = await soak('connect/close cycles', cycles, cycle);
expectGivenBack(`${cycles} cycles`, before, await rested(before));
const late = samples.slice(samples.length / 2);
const growth = slope(late.map(({ rssMiB }, index) => [index, rssMiB])) * (late.length - 1);
console.log(`${growth.toFixed(2)} MiB over the last half of the cycles`);
if (cycles >= 2 * warmUpCycles && growth > mostGrowthMiB) problems.push('memory grows');

const begin = performance.now();
const all = await Promise.all(Array.from({ length: pairs }, () => connectPair()));
console.log(`${pairs} pairs at once, connected after ${((performance.now() - begin) / 1000).toFixed(2)} s: ${describe(processStats())}`);
for (const { close } of all) close();
expectGivenBack(`${pairs} pairs`, before, await rested(before));

for (let left = workers; left > 0; left--) await once(new Worker(new URL('connect-once.mjs', import.meta.url)), 'exit');
expectGivenBack(`${workers} Workers`, before, await rested(before));

for (const problem of problems) console.log(problem);
if (problems.length > 0) process.exitCode = 1;
