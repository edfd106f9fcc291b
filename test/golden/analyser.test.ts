import { OfflineAudioContext, noise, play, sampleRate } from './offline';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Quality } from './quality';

const quality = new Quality('AnalyserNode');

/** https://webaudio.github.io/web-audio-api/#blackman-window, then a plain discrete Fourier transform, in decibels. */
function spectrum(samples: Float32Array): Float64Array {
  const N = samples.length;
  const alpha = 0.16;
  const windowed = samples.map(
    (sample, n) => sample * ((1 - alpha) / 2 - 0.5 * Math.cos((2 * Math.PI * n) / N) + (alpha / 2) * Math.cos((4 * Math.PI * n) / N)),
  );
  return Float64Array.from({ length: N / 2 }, (_, k) => {
    let [re, im] = [0, 0];
    for (let n = 0; n < N; ++n) {
      re += windowed[n]! * Math.cos((2 * Math.PI * k * n) / N);
      im -= windowed[n]! * Math.sin((2 * Math.PI * k * n) / N);
    }
    return Math.hypot(re, im) / N;
  });
}

/** From decibels back to amplitudes. */
const linear = (data: Float32Array): Float64Array => Float64Array.from(data, (value) => 10 ** (value / 20));

test('the newest frames, oldest first, down-mixed to mono', async () => {
  const [left, right] = [noise(1024, 3), noise(1024, 4)];
  const context = new OfflineAudioContext(1, 1024, sampleRate);
  const analyser = context.createAnalyser();
  analyser.fftSize = 256;
  play(context, [left, right]).connect(analyser);
  await context.startRendering();
  const data = new Float32Array(256);
  analyser.getFloatTimeDomainData(data);
  quality.signal('time data of a stereo input', data, data.map((_, index) => 0.5 * (left[768 + index]! + right[768 + index]!)));
});

test('frequency data is the windowed transform, smoothed over quanta', async () => {
  const input = noise(1024, 5);
  const context = new OfflineAudioContext(1, 1024, sampleRate);
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  analyser.smoothingTimeConstant = 0.75;
  play(context, [input]).connect(analyser);
  const data = new Float32Array(256);
  const again = new Float32Array(256);
  let first: Float64Array;
  void context.suspend(512 / sampleRate).then(() => {
    analyser.getFloatFrequencyData(data);
    first = spectrum(input.slice(0, 512)).map((magnitude) => 0.25 * magnitude);
    quality.signal('frequency data, first frame, against the windowed transform', linear(data), first);
    analyser.getFloatFrequencyData(again);
    assert.equal(again, data, 'the same within a render quantum');
    void context.resume();
  });
  await context.startRendering();
  analyser.getFloatFrequencyData(data);
  const second = spectrum(input.slice(512)).map((magnitude, bin) => 0.75 * first[bin]! + 0.25 * magnitude);
  quality.signal('frequency data, smoothed', linear(data), second);
});

test('bytes are the decibels between minDecibels and maxDecibels', async () => {
  const context = new OfflineAudioContext(1, 1024, sampleRate);
  const analyser = context.createAnalyser();
  [analyser.minDecibels, analyser.maxDecibels] = [-50, -10];
  play(context, [noise(1024, 6)]).connect(analyser);
  await context.startRendering();
  const [floats, bytes] = [new Float32Array(1024), new Uint8Array(1024)];
  analyser.getFloatFrequencyData(floats);
  analyser.getByteFrequencyData(bytes);
  bytes.forEach((byte, bin) => assert.is(byte, Math.min(255, Math.max(0, Math.floor((255 / 40) * (floats[bin]! + 50))))));
  const [wave, waveBytes] = [new Float32Array(2048), new Uint8Array(2048)];
  analyser.getFloatTimeDomainData(wave);
  analyser.getByteTimeDomainData(waveBytes);
  waveBytes.forEach((byte, frame) => assert.is(byte, Math.min(255, Math.max(0, Math.floor(128 * (1 + wave[frame]!))))));
});

test('silence is -Infinity decibels and the byte 0', async () => {
  const context = new OfflineAudioContext(1, 256, sampleRate);
  const analyser = context.createAnalyser();
  analyser.connect(context.destination);
  await context.startRendering();
  const data = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(data);
  assert.ok(data.every((value) => value === -Infinity));
  const bytes = new Uint8Array(analyser.frequencyBinCount).fill(1);
  analyser.getByteFrequencyData(bytes);
  assert.ok(bytes.every((value) => value === 0));
  analyser.getByteTimeDomainData(bytes);
  assert.ok(bytes.every((value) => value === 128));
});

test('every row is measured', quality.complete);

test.run();
