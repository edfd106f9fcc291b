import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { newest, settings, tasks } from './recording-host';
import { EngineEvent } from '../../../src/generated/commands';
import { AudioContext } from '../../../src/generated/webaudio';

/** Records state changes and settled promises in order. */
function record(context: any): string[] {
  const events: string[] = [];
  context.onstatechange = () => events.push(`statechange:${context.state}`);
  context.onsinkchange = () => events.push('sinkchange');
  context.onerror = () => events.push('error');
  return events;
}

async function rejection(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'fulfilled';
  } catch (error) {
    return (error as Error).name;
  }
}

test('a context starts suspended and is told when it runs', async () => {
  const context = new AudioContext();
  const events = record(context);
  assert.is(context.state, 'suspended');
  assert.equal(newest.realtime.log, ['setState Running']);
  assert.ok(newest.realtime.holds, 'the process waits for the start');
  newest.realtime.answer();
  assert.is(context.state, 'suspended', 'not before the task');
  await tasks();
  assert.is(context.state, 'running');
  assert.equal(events, ['statechange:running']);
  assert.not(newest.realtime.holds);
});

test('promises settle before the event of the change', async () => {
  const context = new AudioContext();
  const events = record(context);
  context.resume().then(() => events.push(`resumed:${context.state}`));
  newest.realtime.answer();
  await tasks();
  context.suspend().then(() => events.push(`suspend:${context.state}`));
  newest.realtime.answer();
  await tasks();
  context.resume().then(() => events.push(`resumed:${context.state}`));
  newest.realtime.answer();
  await tasks();
  context.close().then(() => events.push(`close:${context.state}`));
  newest.realtime.answer();
  await tasks();
  assert.equal(events, [
    'resumed:running',
    'statechange:running',
    'suspend:suspended',
    'statechange:suspended',
    'resumed:running',
    'statechange:running',
    'close:closed',
    'statechange:closed',
  ]);
  assert.ok(newest.realtime.closed);
});

test('resume and suspend right after construction settle in order', async () => {
  const context = new AudioContext();
  const order: string[] = [];
  context.resume().then(() => order.push(`resume:${context.state}`));
  context.suspend().then(() => order.push(`suspend:${context.state}`));
  context.resume().then(() => order.push(`resume again:${context.state}`));
  assert.equal(newest.realtime.log, ['setState Running', 'setState Suspended', 'setState Running']);
  newest.realtime.answer();
  newest.realtime.answer();
  newest.realtime.answer();
  await tasks();
  assert.equal(order, ['resume:running', 'suspend:suspended', 'resume again:running']);
});

test('a closed context rejects with InvalidStateError', async () => {
  const context = new AudioContext();
  const closing = context.close();
  for (const promise of [context.close(), context.suspend(), context.resume(), context.setSinkId('x')]) {
    assert.is(await rejection(promise), 'InvalidStateError');
  }
  newest.realtime.answer();
  newest.realtime.answer();
  await closing;
  assert.is(context.state, 'closed');
});

test('the process is held while a started source has not ended and the context runs', async () => {
  const context = new AudioContext();
  newest.realtime.answer();
  await tasks();
  const source = context.createConstantSource();
  let ended = 0;
  source.onended = () => ++ended;
  source.connect(context.destination);
  source.start();
  assert.ok(newest.realtime.holds);
  void context.suspend();
  newest.realtime.answer();
  await tasks();
  assert.not(newest.realtime.holds, 'a suspended context holds nothing');
  void context.resume();
  newest.realtime.answer();
  await tasks();
  assert.ok(newest.realtime.holds);
  newest.realtime.emit(EngineEvent.Ended, 2, 128);
  assert.not(newest.realtime.holds);
  assert.is(ended, 1);
});

test('events in one batch keep their order across tasks', async () => {
  const context = new AudioContext();
  const events = record(context);
  const source = context.createConstantSource();
  source.onended = () => events.push('ended');
  source.start();
  await tasks();
  const [request] = newest.realtime.requests;
  newest.realtime.emitAll([EngineEvent.StateChanged, 1, request!.serial, 0], [EngineEvent.Ended, 2, 0, 0]);
  await tasks();
  assert.equal(events.sort(), ['ended', 'statechange:running']);
});

test('start() starts a context that was not suspended by the script', async () => {
  settings.devices = [];
  const context = new AudioContext({ sinkId: 'unknown' });
  const events = record(context);
  assert.equal(newest.realtime.log, [], 'an unknown device is not started');
  await tasks();
  assert.equal(events, ['error']);
  assert.is(context.state, 'suspended');
  assert.is(context.sinkId, '');
  context.createConstantSource().start();
  assert.ok(newest.realtime.log.includes('setState Running'));
});

test('start() does not wake a context that the script suspended', async () => {
  const context = new AudioContext();
  newest.realtime.answer();
  await tasks();
  void context.suspend();
  newest.realtime.answer();
  await tasks();
  newest.realtime.log.length = 0;
  context.createConstantSource().start();
  assert.not(newest.realtime.log.includes('setState Running'));
});

test('setSinkId pauses, exchanges and goes on', async () => {
  const context = new AudioContext();
  newest.realtime.answer();
  await tasks();
  const events = record(context);
  const change = context.setSinkId({ type: 'none' }).then(() => events.push(`set:${typeof context.sinkId}`));
  await tasks(1);
  assert.equal(events, ['statechange:suspended']);
  assert.ok(newest.realtime.log.includes('setSink null'));
  newest.realtime.answer();
  await change;
  await tasks();
  assert.equal(events, ['statechange:suspended', 'sinkchange', 'set:object', 'statechange:running']);
  assert.is((context.sinkId as any).type, 'none');
  assert.is(context.sinkId, context.sinkId, 'the same object');
  assert.is(await rejection(context.setSinkId({ type: 'none' })), 'fulfilled');
});

test('setSinkId reports an unknown device, and a device that fails', async () => {
  const context = new AudioContext();
  newest.realtime.answer();
  await tasks();
  assert.is(await rejection(context.setSinkId('nowhere')), 'NotFoundError');
  settings.devices = [{ id: 'usb', label: 'USB', channels: 2, sampleRate: 48000, backend: 'alsa', isDefault: false }];
  const change = rejection(context.setSinkId('usb'));
  await tasks(1);
  newest.realtime.answer(EngineEvent.DeviceFailed);
  assert.is(await change, 'InvalidAccessError');
  await tasks();
  assert.is(context.sinkId, '');
  assert.is(context.state, 'running');
  const pending = rejection(context.setSinkId('usb'));
  void context.close();
  assert.is(await pending, 'InvalidStateError');
});

test('options', () => {
  assert.is(new AudioContext().sampleRate, 48000);
  assert.is(new AudioContext({ sampleRate: 22050 }).sampleRate, 22050);
  assert.is(newest.realtime.options.latency, 0);
  new AudioContext({ latencyHint: 'playback', sinkId: { type: 'none' }, renderSizeHint: 256 });
  assert.is(newest.realtime.options.latency, 0.2);
  assert.is(newest.realtime.options.sinkId, null);
  assert.is(newest.realtime.options.renderQuantumSize, 256);
  new AudioContext({ latencyHint: -1 });
  assert.is(newest.realtime.options.latency, 0);
  for (const options of [{ sampleRate: 2999 }, { sampleRate: 768001 }, { renderSizeHint: 0 }, { renderSizeHint: 288001 }]) {
    assert.throws(() => new AudioContext(options), (error: Error) => error.name === 'NotSupportedError');
  }
});

test('a missing addon is one NotSupportedError with the message of the host', () => {
  settings.openFailure = { code: 'addon-missing', message: 'mediant.node for linux-x64-glibc is missing; run npm run build:addon.' };
  assert.throws(
    () => new AudioContext(),
    (error: DOMException) => error instanceof DOMException && error.name === 'NotSupportedError' && /linux-x64-glibc/.test(error.message),
  );
  settings.openFailure = null;
});

test.run();
