import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { setTimeout as delay } from 'node:timers/promises';
import { EngineState, StateWord } from '../../../../src/generated/commands';
import { createNodeHost } from '../../../../src/host/node';
import { LiveEngine, until } from '../../../support/engine';

const host = createNodeHost({ audioBackend: 'silent' });
const seconds = process.env.MEDIANT_LONG_TESTS ? 10 : 2;

/** The clock's reading and script's, taken where the former changes. */
async function tick(live: LiveEngine): Promise<{ context: number; wall: number }> {
  const before = live.currentTime;
  await until(() => live.currentTime !== before);
  return { context: live.currentTime, wall: performance.now() / 1000 };
}

test('says that there is an output', () => {
  assert.equal(host.audio.outputInfo(''), { sampleRate: 48000, maxChannelCount: 2, backend: 'silent', label: 'Silent output' });
  assert.is(host.audio.outputDevices()[0].isDefault, true);
});

test('ticks soon after a context is made', async () => {
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
  assert.ok(median < 20);
});

test('keeps up with the wall clock', async () => {
  const live = new LiveEngine(host);
  await live.run();
  const start = await tick(live);
  await delay(seconds * 1000);
  const end = await tick(live);
  const drift = (end.context - start.context) / (end.wall - start.wall) - 1;
  console.log(`context time against wall clock over ${seconds} s: ${(100 * drift).toFixed(4)} %`);
  assert.ok(Math.abs(drift) < 0.005);
  live.close();
});

test('stands still while suspended and goes on where it stood', async () => {
  const live = new LiveEngine(host);
  await live.run();
  await tick(live);
  await live.setState(EngineState.Suspended);
  const stopped = live.currentTime;
  await delay(60);
  assert.is(live.currentTime, stopped);
  await live.run();
  await until(() => live.currentTime > stopped);
  assert.ok(live.currentTime - stopped < 0.05);
  live.close();
});

test('tells which frame is heard when', async () => {
  const live = new LiveEngine(host);
  await live.run();
  await delay(50);
  const { state } = live.engine;
  const heard = state[StateWord.OutputFrame];
  assert.ok(heard < state[StateWord.CurrentFrame]);
  const silence = performance.now() - state[StateWord.OutputTime];
  assert.ok(silence > -1 && silence < 50, `heard ${silence} ms ago`);
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
