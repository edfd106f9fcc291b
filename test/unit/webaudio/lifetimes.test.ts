import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { engines, newest, tasks } from './recording-host';
import { EngineEvent } from '../../../src/generated/commands';
import { AudioContext, OfflineAudioContext } from '../../../src/generated/webaudio';

setFlagsFromString('--expose-gc');
const gc: () => void = runInNewContext('gc');

/** Collects until `condition` holds: finalizers run in tasks of their own, some collections later. */
async function collectUntil(condition: () => boolean): Promise<boolean> {
  for (let round = 0; round < 50 && !condition(); ++round) {
    gc();
    await tasks(2);
  }
  return condition();
}

const released = (log: string[]): string[] => log.filter((line) => line.startsWith('ReleaseNode'));

test('a lost node is released, what a live one feeds is not', async () => {
  const context = new OfflineAudioContext(1, 128, 8000);
  const { log } = newest.offline;
  const kept = context.createGain();
  (() => {
    context.createGain().connect(context.destination); // node 3
    kept.connect(context.createGain()); // node 4, downstream of a live node
  })();
  assert.ok(await collectUntil(() => released(log).length > 0));
  assert.equal(released(log), ['ReleaseNode 3']);
  kept.disconnect();
  assert.ok(await collectUntil(() => released(log).length > 1));
  assert.equal(released(log), ['ReleaseNode 3', 'ReleaseNode 4']);
});

test('a param keeps its node', async () => {
  const context = new OfflineAudioContext(1, 128, 8000);
  const { log } = newest.offline;
  const { gain } = context.createGain();
  (() => void context.createGain())();
  assert.ok(await collectUntil(() => released(log).length > 0));
  assert.equal(released(log), ['ReleaseNode 3']);
  assert.is(gain.value, 1);
});

test('a playing source lives until it has ended, with its listeners', async () => {
  const context = new AudioContext();
  const engine = newest.realtime;
  engine.answer();
  await tasks();
  let ended = false;
  (() => {
    const source = context.createConstantSource();
    source.onended = () => (ended = true);
    source.connect(context.createGain());
    source.start();
  })();
  for (let round = 0; round < 5; ++round) {
    gc();
    await tasks(1);
  }
  assert.equal(released(engine.log), []);
  engine.emit(EngineEvent.Ended, 2);
  assert.ok(ended);
  assert.ok(await collectUntil(() => released(engine.log).length === 2));
  assert.is(context.state, 'running');
});

test('a lost context is closed unless something plays', async () => {
  const before = engines.realtime.length;
  await (async () => {
    for (const playing of [false, true]) {
      const context = new AudioContext();
      newest.realtime.answer();
      await tasks();
      if (playing) context.createConstantSource().start();
    }
  })();
  const [silent, heard] = engines.realtime.slice(before);
  assert.ok(await collectUntil(() => silent!.closed));
  assert.not(heard!.closed);
  heard!.emit(EngineEvent.Ended, 2);
  assert.ok(await collectUntil(() => heard!.closed));
});

test.run();
