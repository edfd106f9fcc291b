// Random calls of the Web Audio API over OfflineAudioContext, and over AudioContext on the silent device: no crash, no exception that no
// specification asks for, no sample that is not finite in a sensible graph, no memory or thread left behind.
// Run with: node --expose-gc test/fuzz/web-audio.mjs [seconds] [seed]
import { Random } from './random.mjs';
import { RandomGraph } from './RandomGraph.mjs';
import { processStats } from '../soak/process-stats.mjs';

process.env.MEDIANT_AUDIO = 'silent';
const media = await import('mediant');

const seconds = Number(process.argv[2] ?? 20);
const firstSeed = Number(process.argv[3] ?? 1);
let seed = firstSeed;
let operations = 0;

const fail = (error) => {
  console.error(error);
  console.error(`seed ${seed}: node --expose-gc test/fuzz/web-audio.mjs 0 ${seed}`);
  process.exit(1);
};
let isFinished = false;
process.on('beforeExit', () => isFinished || fail(new Error('a promise is never settled')));
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

const processor = `data:text/javascript,${encodeURIComponent(`registerProcessor('random', class extends AudioWorkletProcessor {
  static parameterDescriptors = [{ name: 'gain', defaultValue: 0, minValue: -1, maxValue: 1 }];
  process([input], outputs, { gain }) {
    for (const output of outputs) output.forEach((samples, channel) => samples.forEach((_, frame) => { samples[frame] = (input[channel]?.[frame] ?? 0) * gain[0]; }));
    if (currentFrame % 12800 === 0) this.port.postMessage(currentFrame);
    return currentFrame < 48000;
  }
})`)}`;

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Promises of a context that may end in either way. */
const settle = (promise) => promise.catch((error) => {
  if (!['InvalidStateError', 'AbortError', 'NotSupportedError', 'NotFoundError'].includes(error.name)) throw error;
});

function checkFinite(buffer) {
  for (let channel = 0; channel < buffer.numberOfChannels; channel++) {
    const samples = buffer.getChannelData(channel);
    const frame = samples.findIndex((sample) => !Number.isFinite(sample));
    if (frame >= 0) throw new Error(`channel ${channel} is ${samples[frame]} at frame ${frame}`);
  }
}

const format = (random) => ({ sampleRate: random.of([3000, 8000, 48_000, 96_000]), renderSizeHint: random.of(['default', 'hardware', 1, 100, 128, 1024]) });

async function offline(random) {
  const wild = random.oneIn(2);
  const options = { ...format(random), numberOfChannels: random.of([1, 2, 6, 32]), length: random.oneIn(2) ? null : 1 + random.below(20_000) };
  const context = new media.OfflineAudioContext(options);
  const graph = new RandomGraph(media, context, random, wild);
  if (random.oneIn(20)) {
    await context.audioWorklet.addModule(processor);
    graph.worklet = 'random';
  }
  const change = (count) => { for (let index = 0; index < count; index++) graph.step(); };
  change(random.below(60));
  for (let index = 0; index < random.below(3); index++) {
    void settle(context.suspend(random.between(0, 0.3)).then(() => {
      change(random.below(10));
      void settle(context.resume());
    }));
  }
  const renders = [];
  for (let index = 1 + random.below(4); index > 0; index--) {
    renders.push(settle(context.startRendering(random.oneIn(2) ? undefined : 1 + random.below(5000))));
    if (random.oneIn(2)) change(random.below(20));
    if (random.oneIn(2)) await Promise.race([renders.at(-1), turn()]);
    if (random.oneIn(16)) void settle(context.close());
  }
  for (const buffer of await Promise.all(renders)) if (buffer !== undefined && !wild) checkFinite(buffer);
  void settle(context.close());
  return graph.operations;
}

async function realtime(random) {
  const context = new media.AudioContext({ ...format(random), latencyHint: random.of(['interactive', 'balanced', 'playback', 0.05]), sinkId: random.oneIn(4) ? { type: 'none' } : '' });
  const graph = new RandomGraph(media, context, random, true);
  if (random.oneIn(20)) {
    await context.audioWorklet.addModule(processor);
    graph.worklet = 'random';
  }
  for (let round = random.below(8); round > 0; round--) {
    for (let index = random.below(30); index > 0; index--) graph.step();
    void settle(random.of([() => context.suspend(), () => context.resume(), () => context.setSinkId(random.of([{ type: 'none' }, '', 'nowhere'])), () => Promise.resolve()])());
    context.getOutputTimestamp();
    if (random.oneIn(4)) context.playbackStats.resetLatency();
    if (random.oneIn(2)) await turn();
  }
  await settle(context.close());
  return graph.operations;
}

const start = performance.now();
let inputs = 0;
let warm;
do {
  seed = firstSeed + inputs++;
  const random = new Random(seed);
  operations += await (random.oneIn(4) ? realtime(random) : offline(random)).catch(fail);
  if (inputs % 64 === 0) globalThis.gc?.();
  if (inputs === 600) warm = processStats();
} while ((performance.now() - start) / 1000 < seconds);

for (let settling = 0; settling < 50; settling++) {
  globalThis.gc?.();
  await turn();
}
isFinished = true;
console.log(`${inputs} inputs from seed ${firstSeed} on, ${operations} operations, no failure`);
if (warm !== undefined && globalThis.gc !== undefined) {
  const { rssMiB, threads, descriptors } = processStats();
  console.log(`after 600 inputs ${warm.rssMiB.toFixed(0)} MiB, ${warm.threads} threads, ${warm.descriptors} descriptors; at the end ${rssMiB.toFixed(0)} MiB, ${threads}, ${descriptors}`);
  if (rssMiB > warm.rssMiB + 100 || threads > warm.threads + 2 || descriptors > warm.descriptors + 4) fail(new Error('something is left behind'));
}
