// 100,000 short-lived sources in one context: at the end a quantum costs what it cost at the start, and memory is flat.
// Run with: node --expose-gc test/soak/short-lived-sources.mjs [count]
import { OfflineAudioContext, renderChunks } from 'mediant';
import { processStats, turn } from './process-stats.mjs';

const count = Number(process.argv[2] ?? 100_000);
const perChunk = 50;
const sampleRate = 48_000;
const chunkFrames = 4800;
const context = new OfflineAudioContext({ length: null, sampleRate });
const mix = context.createGain();
mix.connect(context.destination);
const buffer = context.createBuffer(1, 2400, sampleRate);
buffer.getChannelData(0).fill(0.1);
let ended = 0;

function note(time, index) {
  const source = index % 2 ? context.createOscillator() : context.createBufferSource();
  if (index % 2 === 0) source.buffer = buffer;
  const envelope = context.createGain();
  envelope.gain.setValueAtTime(0, time).linearRampToValueAtTime(1, time + 0.01).linearRampToValueAtTime(0, time + 0.05);
  source.connect(envelope).connect(mix);
  source.onended = () => ended++;
  source.start(time);
  source.stop(time + 0.05);
}

/** CPU seconds of a chunk in which nothing plays: what is left of all that has played. */
async function idleCost(chunks) {
  const times = [];
  for (let repeat = 0; repeat < 30; repeat++) {
    const before = process.cpuUsage();
    await chunks.next();
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1e6);
  }
  return times.sort((a, b) => a - b)[times.length >> 1];
}

const chunks = renderChunks(context, { chunkFrames });
const idle = renderChunks(context, { chunkFrames: 100 * chunkFrames });
await chunks.next();
const costs = [];
const sizes = [];
for (let made = 0; made < count; made += perChunk) {
  for (let index = 0; index < perChunk; index++) note(context.currentTime + (index / perChunk) * 0.04, index);
  await chunks.next();
  if ((made / perChunk) % Math.ceil(count / perChunk / 10) === 0) {
    for (let settle = 0; settle < 5; settle++) await turn();
    await chunks.next();
    const { rssMiB } = processStats();
    const cost = await idleCost(idle);
    costs.push(cost);
    sizes.push(rssMiB);
    console.log(`${made + perChunk} sources, ${ended} ended: ${rssMiB.toFixed(1)} MiB, ${((cost / (100 * chunkFrames / 128)) * 1e9).toFixed(0)} ns a silent quantum`);
  }
}
await chunks.next();
for (let settle = 0; settle < 5; settle++) await turn();
await chunks.return();
const growth = sizes.at(-1) - sizes[2];
console.log(`cost at the end / at the start: ${(costs.at(-1) / costs[1]).toFixed(2)}; after warm-up ${growth >= 0 ? '+' : ''}${growth.toFixed(1)} MiB; ${ended} of ${count} ended`);
if (ended !== count || growth > 16) process.exitCode = 1;
