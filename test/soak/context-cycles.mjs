// 1,000 AudioContext open/close cycles, a source playing in each.
// Run with: node --expose-gc test/soak/context-cycles.mjs [count]
import { AudioContext } from 'mediant';
import { processStats, soak } from './process-stats.mjs';

async function cycle() {
  const context = new AudioContext();
  const oscillator = context.createOscillator();
  oscillator.connect(context.destination);
  oscillator.start();
  await context.resume();
  await context.close();
}

const count = Number(process.argv[2] ?? 1_000);
await cycle();
const before = processStats();
const samples = await soak('open/close cycles', count, cycle);
const growth = samples.at(-1).rssMiB - samples[2].rssMiB;
const after = samples.at(-1);
console.log(`after warm-up ${growth >= 0 ? '+' : ''}${growth.toFixed(1)} MiB; threads ${before.threads} -> ${after.threads}, descriptors ${before.descriptors} -> ${after.descriptors}`);
if (growth > 8 || after.threads > before.threads || after.descriptors > before.descriptors) process.exitCode = 1;
