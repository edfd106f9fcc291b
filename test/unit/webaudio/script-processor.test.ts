import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { newest, tasks } from './recording-host';
import { EngineEvent, StateWord } from '../../../src/generated/commands';
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
  const [memory] = engine.attachments;
  assert.is(memory!.length % (256 * 3), 0);
  // A ring of blocks, each one channel of input and two of output.
  const channel = (block: number, index: number): Float32Array => memory!.subarray((3 * block + index) * 256, (3 * block + index + 1) * 256);
  engine.emit(EngineEvent.ScriptProcess, 2, 256, 0);
  assert.is(events.length, 0, 'not connected');
  node.connect(context.destination);
  assert.ok(engine.holds);
  channel(1, 0).fill(0.5);
  engine.state[StateWord.CurrentFrame] = 640;
  engine.emit(EngineEvent.ScriptProcess, 2, 512, 1);
  assert.is(events[0].playbackTime, 768 / 8000);
  assert.is(events[0].inputBuffer.length, 256);
  assert.equal([channel(3, 1)[0], channel(3, 2)[255]], [0, 0.5]);
  channel(2, 0).fill(0.25);
  engine.emit(EngineEvent.ScriptProcess, 2, 768, 2);
  assert.is(channel(4, 2)[0], 0.25);
  // What was to be heard by now is not written over what will be.
  engine.state[StateWord.CurrentFrame] = 1408;
  channel(3, 0).fill(0.75);
  engine.emit(EngineEvent.ScriptProcess, 2, 1024, 3);
  assert.is(events[2].inputBuffer.getChannelData(0)[0], 0.75);
  assert.is(channel(5, 2)[0], 0);
  node.disconnect();
  engine.emit(EngineEvent.ScriptProcess, 2, 1280, 4);
  assert.is(events.length, 3);
  assert.not(engine.holds);
});

test('an offline render waits for the script, and at suspends for the script to resume', async () => {
  const context = new OfflineAudioContext(1, 1024, 8000);
  const { log } = newest.offline;
  const node = context.createScriptProcessor(256, 1, 1);
  const order: string[] = [];
  node.onaudioprocess = () => order.push('process');
  node.connect(context.destination);
  void context.suspend(512 / 8000).then(() => order.push('suspended'));
  void context.startRendering();
  newest.offline.emitAll([EngineEvent.ScriptProcess, 2, 256, 0], [EngineEvent.Suspended, 256, 0, 0]);
  await tasks();
  assert.equal(order, ['process']);
  assert.equal(log.slice(-1), ['resume']);
  log.length = 0;
  newest.offline.emitAll([EngineEvent.ScriptProcess, 2, 512, 1], [EngineEvent.Suspended, 512, 0, 0]);
  await tasks();
  assert.equal(order, ['process', 'process', 'suspended']);
  assert.equal(log, []);
  assert.is(context.state, 'suspended');
});

test.run();
