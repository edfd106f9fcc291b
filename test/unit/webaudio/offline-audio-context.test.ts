import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { newest, tasks } from './recording-host';
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
  assert.equal(newest.offline.options, { sampleRate: 44100, renderQuantumSize: 128, numberOfChannels: 2, length: 1000 });
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
  assert.is(newest.offline.log.at(-1), 'render [0,128,256,14720]');
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

test('close ends a render', async () => {
  const context = new OfflineAudioContext(1, 1024, 8000);
  const rendering = rejection(context.startRendering());
  await context.close();
  assert.is(await rendering, 'InvalidStateError');
  assert.is(context.state, 'closed');
  assert.ok(newest.offline.closed);
  assert.is(await rejection(context.close()), 'InvalidStateError');
  assert.is(context.createGain().gain.value, 1);
});

test('what is not specified yet is refused', async () => {
  assert.throws(() => new OfflineAudioContext({ sampleRate: 8000 } as never), (error: Error) => error.name === 'TypeError');
  assert.is(await rejection((new OfflineAudioContext(1, 1, 8000) as any).startRendering(128)), 'NotSupportedError');
});

test.run();
