/** Streams between real contexts. They run in real time, but nothing here depends on how fast. */
import * as assert from 'uvu/assert';
import { test } from 'uvu';
import { assertSamples } from './offline';

process.env.MEDIANT_AUDIO = 'silent';
const { AudioContext } = await import('../../src/generated/webaudio');

type Context = any;

/** The next `frames` frames that reach a node, one array a channel. */
function record(context: Context, node: any, channels: number, frames: number): Promise<Float32Array[]> {
  const recorder = context.createScriptProcessor(4096, channels, 1);
  const output = Array.from({ length: channels }, () => new Float32Array(frames));
  node.connect(recorder);
  return new Promise((resolve) => {
    let at = 0;
    recorder.onaudioprocess = ({ inputBuffer }: any) => {
      output.forEach((samples, channel) => samples.set(inputBuffer.getChannelData(channel).subarray(0, Math.max(0, frames - at)), Math.min(at, frames)));
      at += inputBuffer.length;
      if (at < frames) return;
      recorder.onaudioprocess = null;
      node.disconnect(recorder);
      resolve(output);
    };
  });
}

function oscillator(context: Context, frequency: number): any {
  const node = context.createOscillator();
  node.frequency.value = frequency;
  node.start();
  return node;
}

/** Level, frequency (hertz) and worst deviation of the sine that is nearest to the samples. */
function fit(samples: Float32Array, sampleRate: number, near: number): { level: number; frequency: number; error: number } {
  let best = { level: 0, frequency: 0, error: Infinity };
  for (let frequency = near - 1; frequency <= near + 1; frequency += 0.01) {
    const omega = (2 * Math.PI * frequency) / sampleRate;
    let [a, b] = [0, 0];
    samples.forEach((sample, index) => {
      a += (2 * sample * Math.sin(omega * index)) / samples.length;
      b += (2 * sample * Math.cos(omega * index)) / samples.length;
    });
    let error = 0;
    samples.forEach((sample, index) => (error = Math.max(error, Math.abs(sample - a * Math.sin(omega * index) - b * Math.cos(omega * index)))));
    if (error < best.error) best = { level: Math.hypot(a, b), frequency, error };
  }
  return best;
}

test('within a context a stream comes back one quantum later, to the last bit', async () => {
  const context: Context = new AudioContext({ sampleRate: 48000 });
  const source = oscillator(context, 1234);
  const destination = context.createMediaStreamDestination();
  source.connect(destination);
  const returned = context.createMediaStreamSource(destination.stream);
  const merger = context.createChannelMerger(2);
  source.connect(merger, 0, 0);
  const splitter = context.createChannelSplitter(2);
  returned.connect(splitter);
  splitter.connect(merger, 0, 1);
  await record(context, merger, 2, 2048);
  const [direct, back] = await record(context, merger, 2, 8192);
  assertSamples(back!.subarray(128), (frame) => direct![frame]!, 0);
  await context.close();
});

for (const [from, to] of [[48000, 48000], [44100, 48000], [48000, 16000]] as const) {
  test(`between contexts of ${from} and ${to} Hz a tone stays the tone`, async () => {
    const [writer, reader]: Context[] = [new AudioContext({ sampleRate: from }), new AudioContext({ sampleRate: to })];
    const destination = writer.createMediaStreamDestination();
    oscillator(writer, 1000).connect(destination);
    const source = reader.createMediaStreamSource(destination.stream);
    // Without a connection it would begin anew with each recording.
    source.connect(reader.createGain());
    // A busy machine may cause gaps, after which the reader's speed has to settle again: what is between them counts.
    let found = { level: 0, frequency: 0, error: Infinity };
    const isTheTone = () => found.error <= 2e-3 && Math.abs(found.level - 1) < 1e-3 && Math.abs(found.frequency - 1000) < 1;
    for (let attempt = 0; attempt < 200 && !isTheTone(); ++attempt) {
      const [left, right] = await record(reader, source, 2, 2048);
      assert.equal(left, right);
      found = fit(left!.subarray(0, (to / 1000) * 24), to, 1000);
    }
    assert.ok(found.error <= 2e-3, `a sine of ${found.frequency} Hz, off by ${found.error}`);
    assert.ok(Math.abs(found.level - 1) < 1e-3, `level ${found.level}`);
    assert.ok(Math.abs(found.frequency - 1000) < 1, `${found.frequency} Hz`);
    await Promise.all([writer.close(), reader.close()]);
  });
}

test('a track that ends is silence', async () => {
  const [writer, reader]: Context[] = [new AudioContext(), new AudioContext()];
  const { stream } = writer.createMediaStreamDestination();
  const source = reader.createMediaStreamSource(stream);
  stream.getTracks()[0].stop();
  const [samples] = await record(reader, source, 1, 1024);
  assertSamples(samples!, () => 0, 0);
  await Promise.all([writer.close(), reader.close()]);
});

test.run();
