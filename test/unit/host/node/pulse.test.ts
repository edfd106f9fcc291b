// timeout: 180 s
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { setTimeout as delay } from 'node:timers/promises';
import { EngineEvent, EngineState, StateWord } from '../../../../src/generated/commands';
import { createNodeHost } from '../../../../src/host/node';
import { LiveEngine, bufferSource, constantSource, renderOffline, submit, until } from '../../../support/engine';
import { canCount, held, holdsNoMoreThan } from '../../../support/process-state';
import { pulseMissing, startPulse } from '../../../support/pulse.mjs';
import { inRealTime } from '../../../support/stalls';
import { compare, findStart, noise } from '../../../support/recording';

const seconds = process.env.MEDIANT_LONG_TESTS ? 60 : 3;
const sinks = [{ name: 'first', rate: 48000, channels: 2 }, { name: 'second', rate: 44100, channels: 6 }];

const test = suite('pulse');
const host = createNodeHost({ audioBackend: 'pulse' });
let pulse: Awaited<ReturnType<typeof startPulse>>;

test.before(async () => {
  pulse = await startPulse(sinks);
});
test.after(() => pulse.stop());

function blockControlThread(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

test('lists the sinks, the default one first', () => {
  const devices = host.audio.outputDevices();
  assert.equal(
    devices.map(({ id, sampleRate, channels, backend, isDefault }) => ({ id, sampleRate, channels, backend, isDefault })),
    [
      { id: 'first', sampleRate: 48000, channels: 2, backend: 'pulse', isDefault: true },
      { id: 'second', sampleRate: 44100, channels: 6, backend: 'pulse', isDefault: false },
    ],
  );
  const { sampleRate, maxChannelCount, backend } = host.audio.outputInfo('second');
  assert.equal({ sampleRate, maxChannelCount, backend }, { sampleRate: 44100, maxChannelCount: 6, backend: 'pulse' });
});

test('what the monitor records is what an offline render gives, while the control thread is busy', () => inRealTime(async () => {
  const frames = 48000 * seconds;
  const channels = [noise(frames, 1), noise(frames, 2)];
  const live = new LiveEngine(host);
  submit(live.engine, constantSource(2, 2 ** -20));
  await live.run();
  await until(() => live.currentTime > 0);
  const recording = pulse.record(sinks[0]);
  await recording.started;

  const when = Math.ceil((live.currentTime + 0.2) * 375) / 375; // on a render quantum's boundary
  submit(live.engine, bufferSource(3, 48000, 2, when), channels);
  while (live.currentTime < when + seconds + 0.3) {
    blockControlThread(200);
    await delay(200);
  }
  const { state } = live.engine;
  const [latency, events] = [StateWord.OutputLatency, StateWord.UnderrunEvents].map((word) => state[word]);
  live.close();
  const recorded = await recording.stop();

  const [left, right] = await renderOffline(host, frames, 2, [...constantSource(2, 2 ** -20), ...bufferSource(3, 48000, 2)], channels);
  const start = findStart(recorded, left);
  assert.ok(start >= 0, 'the recording has what was played');
  const { equal, dropouts } = compare(recorded, start, left, right);
  console.log(`${seconds} s: ${equal} of ${frames} frames equal, latency ${(1000 * latency).toFixed(1)} ms, ${dropouts} drop-outs`);
  if (dropouts === 0) assert.is(equal, frames);
  // A machine that is too busy drops out; what counts then is that each one was told of, and that all else is as it was played.
  assert.ok(dropouts <= events, `${dropouts} drop-outs, of which ${events} counted`);
  assert.ok(equal >= frames - 2048 * dropouts);
}));

test('tells the latency and what is heard now', () => inRealTime(async () => {
  const live = new LiveEngine(host);
  submit(live.engine, constantSource(2, 0.25));
  await live.run();
  await delay(600);
  const { state } = live.engine;
  assert.ok(state[StateWord.OutputLatency] > 0.005 && state[StateWord.OutputLatency] < 0.1, `${state[StateWord.OutputLatency]} s`);
  const behind = (state[StateWord.CurrentFrame] - state[StateWord.OutputFrame]) / 48000;
  assert.ok(behind > 0 && behind < 0.1, `${behind} s`);
  assert.ok(Math.abs(performance.now() - state[StateWord.OutputTime]) < 50);
  live.close();
}));

test('a suspended context is silent and goes on with the next sample', () => inRealTime(async () => {
  const samples = noise(9600, 3);
  const live = new LiveEngine(host);
  await live.run();
  await until(() => live.currentTime > 0);
  const recording = pulse.record(sinks[0]);
  await recording.started;
  const when = Math.ceil((live.currentTime + 0.1) * 375) / 375;
  submit(live.engine, bufferSource(2, 48000, 1, when), [samples]);
  await until(() => live.currentTime > when + 0.05);
  await live.setState(EngineState.Suspended);
  const stopped = live.currentTime;
  await delay(150);
  assert.is(live.currentTime, stopped);
  await live.run();
  await until(() => live.currentTime > when + 0.4);
  live.close();
  const recorded = await recording.stop();
  // What was played, with the pause taken out. The sink turns a pause into silence of its own.
  const heard: number[] = [];
  for (let i = 0; i < recorded.length; i += 2) if (recorded[i] !== 0) heard.push(recorded[i]);
  // On a pause the server takes back what the sink has not played yet, but its monitor has given some of that out already: around
  // the pause a few milliseconds come twice or not at all in the recording. Everything before and after is as it was.
  let whole = 0;
  while (whole < samples.length && heard[whole] === samples[whole]) ++whole;
  const rest = heard.slice(whole);
  const repeated = whole + rest.length - samples.length;
  assert.ok(whole > 0.05 * 48000 - 4096 && whole < samples.length);
  assert.ok(Math.abs(repeated) < 4096, `${repeated} frames`);
  assert.ok(rest.every((sample, index) => sample === samples[whole - repeated + index]));
}));

test('plays to another sink without its clock standing still', async () => {
  const live = new LiveEngine(host);
  submit(live.engine, constantSource(2, 0.25));
  await live.run();
  await until(() => live.currentTime > 0.05);
  const recording = pulse.record(sinks[1]);
  assert.equal(await live.setSink('second'), { type: EngineEvent.StateChanged, first: EngineState.Running, second: 2 });
  await recording.started;
  const before = live.currentTime;
  await until(() => live.currentTime > before + 0.1);
  live.close();
  assert.ok((await recording.stop()).some((sample) => sample !== 0));
});

test('keeps the old sink when the new one is not there', async () => {
  const live = new LiveEngine(host);
  await live.run();
  const { type, first } = await live.setSink('nowhere');
  assert.is(type, EngineEvent.DeviceFailed);
  assert.is(first, 1);
  const before = live.currentTime;
  await until(() => live.currentTime > before);
  live.close();
});

test('fails at once where a sink that does not exist is asked for, and goes on in silence', async () => {
  const live = new LiveEngine(host, { sinkId: 'nowhere' });
  const failure = live.next(({ type }) => type === EngineEvent.DeviceFailed);
  await live.run();
  assert.equal(await failure, { type: EngineEvent.DeviceFailed, first: 1, second: 0 });
  await until(() => live.currentTime > 0.05);
  live.close();
});

test('a hundred contexts leave nothing behind', async () => {
  if (!canCount) return console.log('skipped: needs /proc');
  const cycle = async () => {
    const live = new LiveEngine(host);
    await live.run();
    live.close();
  };
  for (let i = 0; i < 10; ++i) await cycle();
  const before = held();
  for (let i = 0; i < 100; ++i) await cycle();
  await holdsNoMoreThan(before);
});

test('goes on in silence when the server is gone', async () => {
  const live = new LiveEngine(host);
  await live.run();
  await until(() => live.currentTime > 0);
  const failure = live.next(({ type }) => type === EngineEvent.DeviceFailed);
  live.engine.keepAlive(true);
  await pulse.kill();
  assert.equal(await failure, { type: EngineEvent.DeviceFailed, first: 3, second: 0 });
  const before = live.currentTime;
  await until(() => live.currentTime > before + 0.1);
  live.close();
  // Without a server the silent clock is the answer, quickly.
  const start = performance.now();
  assert.is(host.audio.outputInfo('').backend, 'silent');
  console.log(`probe without a server: ${(performance.now() - start).toFixed(2)} ms`);
});

test('finds the server again when it is back and the context resumes', async () => {
  await pulse.stop();
  pulse = await startPulse(sinks);
  const live = new LiveEngine(host);
  await live.run();
  live.engine.keepAlive(true);
  const failure = live.next(({ type }) => type === EngineEvent.DeviceFailed);
  await pulse.kill();
  await failure;
  await pulse.stop();
  pulse = await startPulse(sinks);
  const recording = pulse.record(sinks[0]);
  await recording.started;
  submit(live.engine, constantSource(2, 0.25));
  await live.setState(EngineState.Suspended);
  const stopped = live.currentTime;
  await live.run();
  await until(() => live.currentTime > stopped + 0.2);
  live.close();
  assert.ok((await recording.stop()).some((sample) => sample === 0.25));
  assert.is(live.events.filter(({ type }) => type === EngineEvent.DeviceFailed).length, 1);
});

const missing = pulseMissing();
if (missing) console.log(`skipped: ${missing}`);
else test.run();
