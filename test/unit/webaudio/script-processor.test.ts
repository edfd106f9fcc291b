import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { newest, tasks } from './recording-host';
import { EngineEvent } from '../../../src/generated/commands';
import { AudioContext, OfflineAudioContext } from '../../../src/generated/webaudio';

const named = (name: string) => (error: Error) => error.name === name;

test('arguments', () => {
  const context = new OfflineAudioContext(1, 128, 8000);
  for (const [size, inputs, outputs] of [[1, 1, 1], [128, 1, 1], [32768, 1, 1], [256, 33, 1], [256, 1, 33], [256, 0, 0]] as const) {
    assert.throws(() => context.createScriptProcessor(size, inputs, outputs), named('IndexSizeError'));
  }
  const node = context.createScriptProcessor(0, 3, 1);
  assert.is(node.bufferSize, 1024);
  assert.is(node.channelCount, 3);
  assert.is(node.channelCountMode, 'explicit');
  assert.throws(() => (node.channelCount = 2), named('NotSupportedError'));
  assert.throws(() => (node.channelCountMode = 'max'), named('NotSupportedError'));
});

test('blocks come as events and go back as outputs', async () => {
  const context = new AudioContext({ sampleRate: 8000 });
  const engine = newest.realtime;
  engine.answer();
  await tasks();
  const node = context.createScriptProcessor(256, 1, 2);
  const events: any[] = [];
  node.onaudioprocess = (event: any) => {
    events.push(event);
    event.outputBuffer.getChannelData(1).set(event.inputBuffer.getChannelData(0));
  };
  await tasks(1);
  const [input0, left0, right0, input1] = engine.attachments;
  assert.is(engine.attachments.length, 6);
  engine.emit(EngineEvent.ScriptProcess, 2, 256, 0);
  assert.is(events.length, 0, 'not connected');
  node.connect(context.destination);
  assert.ok(engine.holds);
  input0!.fill(0.5);
  right0!.fill(9);
  engine.emit(EngineEvent.ScriptProcess, 2, 512, 0);
  assert.is(events[0].playbackTime, 768 / 8000);
  assert.is(events[0].inputBuffer.length, 256);
  assert.equal([left0![0], right0![255]], [0, 0.5]);
  input1!.fill(0.25);
  engine.emit(EngineEvent.ScriptProcess, 2, 768, 1);
  assert.is(engine.attachments[5]![0], 0.25);
  node.disconnect();
  engine.emit(EngineEvent.ScriptProcess, 2, 1024, 0);
  assert.is(events.length, 2);
  assert.not(engine.holds);
});

test('an offline render waits for the script at the end of each block', async () => {
  const context = new OfflineAudioContext(1, 1024, 8000);
  const { log } = newest.offline;
  const node = context.createScriptProcessor(256, 1, 1);
  const order: string[] = [];
  node.onaudioprocess = () => order.push('process');
  node.connect(context.destination);
  void context.suspend(512 / 8000).then(() => order.push('suspended'));
  void context.startRendering();
  assert.equal(log.filter((line) => /^(suspendAt|render)/.test(line)), ['suspendAt 256', 'suspendAt 512', 'render 1024']);
  newest.offline.emitAll([EngineEvent.ScriptProcess, 2, 256, 0], [EngineEvent.Suspended, 256, 0, 0]);
  await tasks();
  assert.equal(order, ['process']);
  assert.equal(log.slice(-1), ['resume']);
  newest.offline.emitAll([EngineEvent.ScriptProcess, 2, 512, 1], [EngineEvent.Suspended, 512, 0, 0]);
  await tasks();
  assert.equal(order, ['process', 'process', 'suspended']);
  assert.is(log.at(-1), 'suspendAt 768', 'it is for the script to resume');
});

test.run();
