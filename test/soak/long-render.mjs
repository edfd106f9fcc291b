// Ten hours rendered in chunks of a second: memory must be flat. Prints the process's size on the way and the realtime factor.
// Run with: node test/soak/long-render.mjs [hours] [sampleRate]
import { OfflineAudioContext, renderChunks } from 'mediant';
import { processStats } from './process-stats.mjs';

const hours = Number(process.argv[2] ?? 10);
const sampleRate = Number(process.argv[3] ?? 48_000);
const context = new OfflineAudioContext({ numberOfChannels: 2, length: hours * 3600 * sampleRate, sampleRate });
const tone = context.createOscillator();
const delay = context.createDelay();
const feedback = context.createGain();
delay.delayTime.value = 0.2;
feedback.gain.value = 0.5;
tone.connect(delay).connect(feedback).connect(delay).connect(context.destination);
tone.start();
// Sources come and go, as they do in a piece of music.
const note = (time) => {
  const source = context.createOscillator();
  const envelope = context.createGain();
  envelope.gain.setValueAtTime(0, time).linearRampToValueAtTime(0.5, time + 0.05).linearRampToValueAtTime(0, time + 0.5);
  source.connect(envelope).connect(context.destination);
  source.start(time);
  source.stop(time + 0.5);
};

const started = performance.now();
const samples = [];
let frames = 0;
let sum = 0;
for await (const chunk of renderChunks(context)) {
  frames += chunk.length;
  sum += chunk.getChannelData(0)[chunk.length >> 1] ** 2;
  for (let index = 0; index < 4; index++) note(context.currentTime + index / 4);
  if (samples.length < Math.floor((10 * frames) / context.length)) {
    const sample = processStats();
    samples.push(sample.rssMiB);
    console.log(`${(frames / sampleRate / 3600).toFixed(2)} h: ${sample.rssMiB.toFixed(1)} MiB, ${sample.threads} threads`);
  }
}
const seconds = (performance.now() - started) / 1000;
const growth = samples.at(-1) - samples[1];
console.log(`${frames} frames, ${((frames * 8) / 2 ** 20).toFixed(0)} MiB of samples in ${seconds.toFixed(1)} s (${(frames / sampleRate / seconds).toFixed(0)} x real time)`);
console.log(`after warm-up ${growth >= 0 ? '+' : ''}${growth.toFixed(1)} MiB`);
if (frames !== context.length || sum === 0 || growth > 16) process.exitCode = 1;
