// 10,000 offline renders of 0.1 s: memory must be flat after warm-up, threads and descriptors as at the start, and the process must exit by itself.
// Run with: node --expose-gc test/soak/offline-renders.mjs [count]
import { OfflineAudioContext } from 'mediant';
import { processStats, soak } from './process-stats.mjs';

async function render() {
  const context = new OfflineAudioContext(2, 4410, 44100);
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  gain.gain.setValueAtTime(0, 0).linearRampToValueAtTime(1, 0.05);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start();
  const buffer = await context.startRendering();
  if (buffer.getChannelData(0)[4000] === 0) throw new Error('the render is silent');
}

const count = Number(process.argv[2] ?? 10_000);
await render();
const before = processStats();
const samples = await soak('offline renders', count, render);
const growth = samples.at(-1).rssMiB - samples[2].rssMiB;
const after = samples.at(-1);
console.log(`after warm-up ${growth >= 0 ? '+' : ''}${growth.toFixed(1)} MiB; threads ${before.threads} -> ${after.threads}, descriptors ${before.descriptors} -> ${after.descriptors}`);
if (growth > 8 || after.threads > before.threads || after.descriptors > before.descriptors) process.exitCode = 1;
