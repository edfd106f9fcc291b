import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { newest, settings, tasks } from './recording-host';
import { EngineEvent } from '../../../src/generated/commands';
import { AudioBuffer, OfflineAudioContext } from '../../../src/generated/webaudio';

async function rejection(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'fulfilled';
  } catch (error) {
    return (error as Error).name;
  }
}

test('both constructors', () => {
  const context = new OfflineAudioContext(2, 1000, 44100);
  assert.equal(newest.offline.options, { sampleRate: 44100, renderQuantumSize: 128, numberOfChannels: 2 });
  assert.is(context.length, 1000);
  assert.is(context.destination.channelCount, 2);
  assert.is(new OfflineAudioContext({ length: 1, sampleRate: 8000, renderSizeHint: 64 }).renderQuantumSize, 64);
  for (const [channels, length, rate] of [[0, 1, 8000], [33, 1, 8000], [1, 0, 8000], [1, 1, 2000]] as const) {
    assert.throws(() => new OfflineAudioContext(channels, length, rate), (error: Error) => error.name === 'NotSupportedError');
  }
});

test('a render: states, promise, then the complete event', async () => {
  const context = new OfflineAudioContext(1, 256, 8000);
  const events: string[] = [];
  context.onstatechange = () => events.push(`statechange:${context.state}`);
  let completed: any;
  context.oncomplete = (event: any) => {
    completed = event.renderedBuffer;
    events.push('complete');
  };
  let rendered: any;
  context.startRendering().then((buffer: any) => {
    rendered = buffer;
    events.push('rendered');
  });
  assert.is(await rejection(context.startRendering()), 'InvalidStateError');
  assert.is(context.state, 'running');
  newest.offline.output[0]!.fill(0.5);
  newest.offline.emit(EngineEvent.Completed, 256);
  await tasks();
  assert.equal(events, ['statechange:running', 'rendered', 'statechange:closed', 'complete']);
  assert.instance(rendered, AudioBuffer);
  assert.is(rendered, completed);
  assert.is(rendered.getChannelData(0)[255], 0.5);
  assert.is(await rejection(context.resume()), 'InvalidStateError');
});

test('suspends are rounded up to a render quantum', async () => {
  const context = new OfflineAudioContext(1, 44100, 44100);
  void context.suspend(0);
  void context.suspend(128 / 44100);
  void context.suspend(129 / 44100);
  void context.suspend(1 / 3);
  for (const time of [-1, 1, 100 / 44100, 256 / 44100]) {
    assert.is(await rejection(context.suspend(time)), 'InvalidStateError');
  }
  void context.startRendering();
  assert.equal(newest.offline.log, ['suspendAt 0', 'suspendAt 128', 'suspendAt 256', 'suspendAt 14720', 'render 44100']);
});

test('suspend and resume while rendering', async () => {
  const context = new OfflineAudioContext(1, 1024, 8000);
  assert.is(await rejection(context.resume()), 'InvalidStateError');
  const events: string[] = [];
  context.onstatechange = () => events.push(`statechange:${context.state}`);
  context.suspend(256 / 8000).then(() => {
    events.push(`suspend:${context.state}`);
    context.createGain();
    context.resume().then(() => events.push(`resume:${context.state}`));
  });
  void context.startRendering();
  newest.offline.state[0] = 256;
  newest.offline.emit(EngineEvent.Suspended, 256);
  await tasks();
  assert.equal(events, ['statechange:running', 'suspend:suspended', 'statechange:suspended', 'resume:running', 'statechange:running']);
  const { log } = newest.offline;
  assert.ok(log.indexOf('resume') > log.findIndex((line) => line.startsWith('CreateNode')), 'changes come before the resumption');
  assert.is(await rejection(context.suspend(256 / 8000)), 'InvalidStateError');
  void context.suspend(512 / 8000);
  assert.is(log.at(-1), 'suspendAt 512');
});

test('chunks of a render with a length', async () => {
  const context = new OfflineAudioContext({ length: 1000, sampleRate: 8000, renderSizeHint: 256 });
  const engine = newest.offline;
  const lengths: number[] = [];
  context.oncomplete = (event: any) => lengths.push(event.renderedBuffer.length);
  const first = context.startRendering(300);
  engine.output[0]!.fill(0.25);
  const second = context.startRendering(300);
  engine.output[0]!.fill(0.75);
  assert.equal(engine.log, ['render 512', 'render 488']);
  assert.is(await rejection(context.startRendering(1)), 'InvalidStateError');
  engine.emit(EngineEvent.Completed, 512);
  assert.equal([...new Set((await first).getChannelData(0))], [0.25]);
  assert.is(context.state, 'running', 'it goes on');
  engine.emit(EngineEvent.Completed, 1024);
  assert.equal([...new Set((await second).getChannelData(0))], [0.75]);
  assert.is(context.state, 'closed');
  await tasks();
  assert.equal(lengths, [512, 488]);
  assert.is(context.length, 1000);
});

test('the rest of a render that was begun in chunks', async () => {
  const context = new OfflineAudioContext(1, 1000, 8000);
  void context.startRendering(128);
  void context.startRendering();
  assert.equal(newest.offline.log, ['render 128', 'render 872']);
});

test('a render of undefined length', async () => {
  const context = new OfflineAudioContext({ length: null, sampleRate: 8000, renderSizeHint: 256 });
  const engine = newest.offline;
  let completed = 0;
  context.oncomplete = () => ++completed;
  assert.is(context.length, null);
  const buffers = [context.startRendering(), context.startRendering(300)];
  assert.equal(engine.log, ['render 256', 'render 512']);
  engine.emit(EngineEvent.Completed, 256);
  engine.emit(EngineEvent.Completed, 768);
  assert.equal((await Promise.all(buffers)).map(({ length }) => length), [256, 512]);
  void context.suspend(1e6);
  await tasks();
  assert.is(completed, 0);
  assert.is(context.state, 'running');
});

test('what can not be rendered is refused, and may be asked for otherwise', async () => {
  const context = new OfflineAudioContext(1, 1000, 8000);
  assert.is(await rejection(context.startRendering(0)), 'NotSupportedError');
  settings.hasThreads = false;
  assert.is(await rejection(context.startRendering()), 'NotSupportedError');
  settings.hasThreads = true;
  assert.is(await rejection(context.resume()), 'InvalidStateError');
  void context.startRendering();
  assert.is(newest.offline.log.at(-1), 'render 1000');
});

test('close ends a render', async () => {
  const context = new OfflineAudioContext(1, 1024, 8000);
  const renderings = [context.startRendering(128), context.startRendering()].map(rejection);
  const suspending = rejection(context.suspend(256 / 8000));
  await context.close();
  assert.equal(await Promise.all(renderings), ['AbortError', 'AbortError']);
  assert.is(await suspending, 'InvalidStateError');
  assert.is(context.state, 'closed');
  assert.ok(newest.offline.closed);
  assert.is(await rejection(context.close()), 'InvalidStateError');
  assert.is(await rejection(context.startRendering()), 'InvalidStateError');
  assert.is(context.createGain().gain.value, 1);
});

test.run();
