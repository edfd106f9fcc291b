import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { newest, settings, tasks } from './recording-host';
import { StateWord } from '../../../src/generated/commands';
import { AudioContext } from '../../../src/generated/webaudio';

const names = ['underrunDuration', 'underrunEvents', 'totalDuration', 'averageLatency', 'minimumLatency', 'maximumLatency'] as const;

async function running() {
  settings.now = 0;
  const context = new AudioContext({ sampleRate: 8000 });
  newest.realtime.answer();
  await tasks();
  const { state } = newest.realtime;
  const publish = (values: Record<string, number>) => {
    for (const [name, value] of Object.entries(values)) state[(StateWord as any)[name]] = value;
  };
  const read = () => names.map((name) => context.playbackStats[name]);
  return { context, publish, read };
}

test('changes once a second, while the context runs', async () => {
  const { context, publish, read } = await running();
  publish({ CurrentFrame: 4000, UnderrunFrames: 800, UnderrunEvents: 2 });
  assert.equal(read(), [0, 0, 0, 0, 0, 0]);
  settings.now = 999;
  assert.equal(read(), [0, 0, 0, 0, 0, 0]);
  settings.now = 1000;
  assert.equal(read().slice(0, 3), [0.1, 2, 0.6]);
  publish({ CurrentFrame: 8000, UnderrunFrames: 1600, UnderrunEvents: 3 });
  settings.now = 1999;
  assert.equal(read().slice(0, 3), [0.1, 2, 0.6]);
  settings.now = 2000;
  assert.equal(read().slice(0, 3), [0.2, 3, 1.2]);
  void context.suspend();
  newest.realtime.answer();
  await tasks();
  publish({ UnderrunEvents: 4 });
  settings.now = 5000;
  assert.is(context.playbackStats.underrunEvents, 3);
});

test('latency over the tracked interval, which can be begun anew', async () => {
  const { context, publish, read } = await running();
  publish({ CurrentFrame: 4000, OutputLatency: 0.03, LatencyPeriods: 4, LatencySum: 0.1, LatencyLeast: 0.01, LatencyMost: 0.04 });
  settings.now = 1000;
  assert.equal(read().slice(3), [0.025, 0.01, 0.04]);
  context.playbackStats.resetLatency();
  assert.equal(read().slice(3), [0.03, 0.03, 0.03]);
  settings.now = 2000;
  assert.equal(read().slice(3), [0.03, 0.03, 0.03], 'the device has said nothing yet');
  publish({ LatencyInterval: newest.realtime.state[StateWord.LatencyReset]!, LatencyPeriods: 2, LatencySum: 0.1, LatencyLeast: 0.02, LatencyMost: 0.08 });
  settings.now = 3000;
  assert.equal(read().slice(3), [0.05, 0.02, 0.08]);
});

test('no latency before anything has been played', async () => {
  const { context, publish, read } = await running();
  publish({ OutputLatency: 0.5 });
  context.playbackStats.resetLatency();
  assert.equal(read().slice(3), [0, 0, 0]);
  assert.equal((context.playbackStats as any).toJSON(), Object.fromEntries(names.map((name) => [name, 0])));
});

test.run();
