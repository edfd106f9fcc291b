import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EngineEvent } from '../../../../src/generated/commands';
import { isHostError } from '../../../../src/host/Host';
import type { OfflineEngine } from '../../../../src/host/Host';
import { createNodeHost } from '../../../../src/host/node';
import { bufferSource, constantSource, readEvents, renderOffline, submit } from '../../../support/engine';

const host = createNodeHost();

test('renders a constant source on a thread of its own', async () => {
  const [left, right] = await renderOffline(host, 1000, 2, constantSource(2, 0.25));
  assert.ok(left.every((sample) => sample === 0.25));
  assert.ok(right.every((sample) => sample === 0.25));
});

test('lends the samples of an attachment to the engine', async () => {
  const samples = Float32Array.from({ length: 300 }, (_, index) => (index + 1) / 512);
  const [output] = await renderOffline(host, 400, 1, bufferSource(2, 48000, 1), [samples]);
  assert.ok(samples.every((sample, index) => output[index] === sample));
  assert.ok(output.subarray(300).every((sample) => sample === 0));
});

test('pauses where it is told to and goes on when asked', async () => {
  const output = [new Float32Array(1280)];
  const seen: string[] = [];
  await new Promise<void>((resolve) => {
    const engine = host.audio.openOffline({ sampleRate: 48000, renderQuantumSize: 128, numberOfChannels: 1 }, (words, count) => {
      for (const { type, first } of readEvents(words, count)) {
        if (type === EngineEvent.Suspended) {
          seen.push(`suspended ${first}`);
          if (first === 256) submit(engine, constantSource(2, 1));
          engine.resume();
        }
        if (type === EngineEvent.Completed) {
          seen.push(`completed ${first}`);
          resolve();
        }
      }
    }) as OfflineEngine;
    engine.suspendAt(512);
    engine.suspendAt(256);
    engine.render(output);
  });
  assert.equal(seen, ['suspended 256', 'suspended 512', 'completed 1280']);
  assert.is(output[0].indexOf(1), 256);
});

test('is closed in the middle of a render', async () => {
  const output = [new Float32Array(48000 * 60)];
  const engine = host.audio.openOffline({ sampleRate: 48000, renderQuantumSize: 128, numberOfChannels: 1 }, () => {});
  if (isHostError(engine)) throw new Error(engine.message);
  submit(engine, constantSource(2, 1));
  engine.render(output);
  engine.close();
  engine.close();
  assert.is(engine.submit(new Float64Array(0), 0, []), 0);
});

test.run();
