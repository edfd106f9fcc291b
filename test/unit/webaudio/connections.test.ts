import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { newest, tasks } from './recording-host';
import { OfflineAudioContext } from '../../../src/generated/webaudio';

const named = (name: string) => (error: Error) => error.name === name;

async function commandsOf(action: (context: any) => void): Promise<string[]> {
  const context = new OfflineAudioContext(1, 128, 8000);
  action(context);
  await tasks(1);
  return newest.offline.log.filter((line) => !line.startsWith('CreateNode'));
}

test('a graph made in one run of script is one batch', async () => {
  const context = new OfflineAudioContext(1, 128, 8000);
  const source = context.createConstantSource();
  assert.is(source.connect(context.createGain()).connect(context.destination), context.destination);
  source.start();
  assert.equal(newest.offline.batches, []);
  await tasks(1);
  assert.equal(newest.offline.batches, [
    [
      'CreateNode 2 ConstantSource 0 1 2 0 0 [ARate:1]',
      'CreateNode 3 Gain 1 1 2 0 0 [ARate:1]',
      'Connect 2 0 3 0',
      'Connect 3 0 1 0',
      'Message 2 Start 0 0 -1',
    ],
  ]);
});

test('the same connection twice is one', async () => {
  const lines = await commandsOf((context) => {
    const [a, b] = [context.createGain(), context.createGain()];
    a.connect(b);
    a.connect(b);
    assert.is(a.connect(b.gain), undefined);
    a.connect(b.gain);
  });
  assert.equal(lines, ['Connect 2 0 3 0', 'ConnectParam 2 0 3 0']);
});

test('disconnect in every form', async () => {
  const lines = await commandsOf((context) => {
    const splitter = context.createChannelSplitter(2);
    const merger = context.createChannelMerger(2);
    const gain = context.createGain();
    const connectAll = () => {
      splitter.connect(merger, 0, 0);
      splitter.connect(merger, 0, 1);
      splitter.connect(merger, 1, 1);
      splitter.connect(gain.gain, 1);
    };
    connectAll();
    splitter.disconnect(merger, 0, 1);
    splitter.disconnect(merger, 0);
    splitter.disconnect(merger);
    splitter.disconnect(gain.gain, 1);
    connectAll();
    splitter.disconnect(1);
    splitter.disconnect();
    assert.throws(() => splitter.disconnect(merger), named('InvalidAccessError'));
    assert.throws(() => splitter.disconnect(gain.gain), named('InvalidAccessError'));
  });
  const removed = lines.filter((line) => line.startsWith('Disconnect'));
  assert.equal(removed, [
    'Disconnect 2 0 3 1',
    'Disconnect 2 0 3 0',
    'Disconnect 2 1 3 1',
    'DisconnectParam 2 1 4 0',
    'Disconnect 2 1 3 1',
    'DisconnectParam 2 1 4 0',
    'Disconnect 2 0 3 0',
    'Disconnect 2 0 3 1',
  ]);
});

test('errors of connect and disconnect', () => {
  const context = new OfflineAudioContext(1, 128, 8000);
  const other = new OfflineAudioContext(1, 128, 8000);
  const gain = context.createGain();
  const osc = context.createOscillator();
  assert.throws(() => gain.connect(osc), named('IndexSizeError'));
  assert.throws(() => gain.connect(context.destination, 1), named('IndexSizeError'));
  assert.throws(() => gain.connect(context.destination, 0, 1), named('IndexSizeError'));
  assert.throws(() => gain.connect(osc.frequency, 1), named('IndexSizeError'));
  assert.throws(() => gain.connect(other.destination), named('InvalidAccessError'));
  assert.throws(() => gain.connect(other.createGain().gain), named('InvalidAccessError'));
  assert.throws(() => gain.disconnect(1), named('IndexSizeError'));
  assert.throws(() => gain.disconnect(context.destination, 1), named('IndexSizeError'));
  assert.throws(() => gain.disconnect(context.destination, 0, 1), named('IndexSizeError'));
  assert.throws(() => gain.disconnect(context.destination), named('InvalidAccessError'));
  gain.disconnect();
  gain.disconnect(0);
});

test('many connections from one node are not quadratic', () => {
  const context = new OfflineAudioContext(1, 128, 8000);
  const source = context.createConstantSource();
  const gains = Array.from({ length: 20000 }, () => context.createGain());
  for (const gain of gains) source.connect(gain.gain);
  for (const gain of gains) source.disconnect(gain.gain);
  source.disconnect();
});

test.run();
