import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { setTimeout as delay } from 'node:timers/promises';
import { EngineState, StateWord } from '../../../../src/generated/commands';
import { createNodeHost } from '../../../../src/host/node';
import { LiveEngine, until } from '../../../support/engine';
import { inRealTime } from '../../../support/stalls';

const host = createNodeHost({ audioBackend: 'silent' });
const seconds = process.env.MEDIANT_LONG_TESTS ? 10 : 2;

/** Seconds that script's clock is ahead of the context's where the latter changes. Of 20 changes the least: what is read late is ahead further. */
async function ahead(live: LiveEngine): Promise<number> {
  let least = Infinity;
  for (let change = 0; change < 20; ++change) {
    const before = live.currentTime;
    await until(() => live.currentTime !== before);
    least = Math.min(least, performance.now() / 1000 - live.currentTime);
  }
  return least;
}

test('says that there is an output', () => {
  assert.equal(host.audio.outputInfo(''), { sampleRate: 48000, maxChannelCount: 2, backend: 'silent', label: 'Silent output' });
  assert.is(host.audio.outputDevices()[0].isDefault, true);
});

test('ticks soon after a context is made', () => inRealTime(async () => {
  const milliseconds: number[] = [];
  for (let i = 0; i < 21; ++i) {
    const start = performance.now();
    const live = new LiveEngine(host);
    void live.run();
    await until(() => live.currentTime > 0);
    milliseconds.push(performance.now() - start);
    live.close();
  }
  const median = milliseconds.sort((a, b) => a - b)[10];
  console.log(`constructor to first tick: median ${median.toFixed(2)} ms, longest ${milliseconds[20].toFixed(2)} ms`);
  assert.ok(median < 20, `${median} ms`);
}));

test('keeps up with the wall clock', () => inRealTime(async () => {
  const live = new LiveEngine(host);
  await live.run();
  const start = await ahead(live);
  await delay(seconds * 1000);
  const drift = (start - (await ahead(live))) / seconds;
  live.close();
  console.log(`context time against wall clock over ${seconds} s: ${(100 * drift).toFixed(4)} %`);
  assert.ok(Math.abs(drift) < 0.005, `${100 * drift} %`);
}));

test('stands still while suspended and goes on where it stood', async () => {
  const live = new LiveEngine(host);
  await live.run();
  await until(() => live.currentTime > 0);
  await live.setState(EngineState.Suspended);
  const stopped = live.currentTime;
  await delay(60);
  assert.is(live.currentTime, stopped);
  const resumed = performance.now();
  await live.run();
  await until(() => live.currentTime > stopped);
  const gone = live.currentTime - stopped;
  live.close();
  // No more than there was time for, and the one period that a device takes at once.
  assert.ok(gone < (performance.now() - resumed) / 1000 + 0.02, `${gone} s`);
});

test('tells which frame is heard when', async () => {
  const live = new LiveEngine(host);
  await live.run();
  await delay(50);
  const { state } = live.engine;
  const heard = state[StateWord.OutputFrame];
  assert.ok(heard < state[StateWord.CurrentFrame]);
  const silence = () => performance.now() - state[StateWord.OutputTime];
  assert.ok(silence() > -1, `heard in ${-silence()} ms`);
  // For longer, where the thread is kept from telling.
  await until(() => silence() < 50);
  assert.is(state[StateWord.OutputLatency], 0);
  live.close();
});

test('rounds the latency asked for to render quanta, between 10 ms and half a second', () => {
  const baseLatency = (latency: number, renderQuantumSize = 128) => {
    const live = new LiveEngine(host, { latency, renderQuantumSize });
    live.close();
    return live.engine.state[StateWord.BaseLatency];
  };
  assert.is(baseLatency(0), 512 / 48000);
  assert.is(baseLatency(512 / 48000), 512 / 48000);
  assert.is(baseLatency(0.1), 4864 / 48000);
  assert.is(baseLatency(100), 24064 / 48000);
  assert.is(baseLatency(0, 2048), 2048 / 48000);
});

test('answers every request in order, and closes from any state', async () => {
  const live = new LiveEngine(host);
  const answers = [live.run(), live.setState(EngineState.Suspended), live.run(), live.setSink(null), live.setState(EngineState.Closed)];
  assert.equal((await Promise.all(answers)).map(({ second }) => second), [1, 2, 3, 4, 5]);
  const closed = live.currentTime;
  live.close();
  live.close();
  assert.is(live.currentTime, closed);

  new LiveEngine(host).close();
  const running = new LiveEngine(host);
  void running.run();
  running.close();
});

test.run();
