/** AudioWorklet on an output device: a null sink of PulseAudio, whose monitor gives back what was played. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readdirSync, readFileSync } from 'node:fs';
import { pulseMissing, startPulse } from '../../support/pulse.mjs';
import { compare, findStart, noise } from '../../support/recording';

process.env['MEDIANT_AUDIO'] = 'pulse';
const { media, nextMessage, processor } = await import('./worklet-support');

const { AudioBufferSourceNode, AudioContext, AudioWorkletNode, ConstantSourceNode } = media;
const test = suite('worklet on a device');
const seconds = 3;
let pulse: Awaited<ReturnType<typeof startPulse>>;

test.before(async () => {
  pulse = await startPulse();
});
test.after(() => pulse.stop());

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
};

/** Policy and priority of the threads that have real-time scheduling: fields 41 and 40 of proc_pid_stat(5). */
function realtimeThreads(): { name: string; priority: number }[] {
  return readdirSync('/proc/self/task').flatMap((id) => {
    let stat: string;
    try {
      stat = readFileSync(`/proc/self/task/${id}/stat`, 'utf8');
    } catch {
      return []; // The thread has ended since it was listed.
    }
    const [, name, rest] = /\((.*)\) (.*)/.exec(stat)!;
    const fields = rest!.split(' ');
    return fields[38] === '1' ? [{ name: name!, priority: Number(fields[37]) }] : [];
  });
}

test('addModule takes over from a context that plays, and not a sample is missing', async () => {
  const context = new AudioContext({ sampleRate: 48000 });
  await context.resume();
  const awake = new ConstantSourceNode(context, { offset: 2 ** -20 });
  awake.connect(context.destination);
  awake.start();
  await until(() => context.currentTime > 0);
  const recording = pulse.record();
  await recording.started;

  const frames = 48000 * seconds;
  const channels = [noise(frames, 1), noise(frames, 2)];
  const buffer = context.createBuffer(2, frames, 48000);
  channels.forEach((samples, channel) => buffer.copyToChannel(samples, channel));
  const source = new AudioBufferSourceNode(context, { buffer });
  source.connect(context.destination);
  const when = Math.ceil((context.currentTime + 0.2) * 375) / 375;
  source.start(when);
  await until(() => context.currentTime > when + seconds / 3);
  // A processor that adds nothing, so that script runs in each quantum.
  await context.audioWorklet.addModule(processor('nothing', 'process() { return true; }'));
  new AudioWorkletNode(context, 'nothing').connect(context.destination);
  await until(() => context.currentTime > when + seconds + 0.3);
  const { underrunEvents } = context.playbackStats;
  await context.close();
  const recorded = await recording.stop();

  const [left, right] = channels.map((samples) => samples.map((sample) => Math.fround(sample + 2 ** -20)));
  const start = findStart(recorded, left!);
  assert.ok(start >= 0, 'the recording has what was played');
  const { equal, dropouts } = compare(recorded, start, left!, right!);
  console.log(`${equal} of ${frames} frames equal, ${dropouts} drop-outs`);
  if (dropouts === 0) assert.is(equal, frames);
  // A machine that is too busy drops out; what counts then is that each one was told of.
  assert.ok(dropouts <= underrunEvents, `${dropouts} drop-outs, of which ${underrunEvents} counted`);
});

test('the thread that runs script has real-time scheduling where that is granted, and loses it to a script that takes too long', async () => {
  const context = new AudioContext();
  await context.resume();
  await until(() => context.currentTime > 0);
  const isGranted = realtimeThreads().some(({ name }) => name === 'mediant-audio');
  await context.audioWorklet.addModule(processor('it', `
    constructor() { super(); this.port.onmessage = ({ data }) => { this.milliseconds = data; }; }
    process() {
      const end = Date.now() + this.milliseconds;
      while (Date.now() < end);
      if (this.milliseconds > 0) this.port.postMessage((this.milliseconds = 0));
      return true;
    }`));
  const node = new AudioWorkletNode(context, 'it');
  node.connect(context.destination);
  const scripts = () => realtimeThreads().filter(({ name, priority }) => name !== 'mediant-watch' && priority === 4);
  if (isGranted) await until(() => scripts().length === 1);
  else assert.is(scripts().length, 0);
  for (const milliseconds of [50, 500]) {
    node.port.postMessage(milliseconds);
    await nextMessage(node.port);
    await until(() => scripts().length === 0);
  }
  const time = context.currentTime;
  await until(() => context.currentTime > time + 0.1);
  await context.close();
});

const missing = pulseMissing();
if (missing) console.log(`skipped: ${missing}`);
else test.run();
