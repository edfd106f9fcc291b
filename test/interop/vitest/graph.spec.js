import { expect, test } from 'vitest';

test('the interfaces stand on the events of the DOM library and the intrinsics of Node', () => {
  expect(Object.getPrototypeOf(BaseAudioContext)).toBe(EventTarget);
  expect(EventTarget).toBe(window.EventTarget);
  expect(window.AudioContext).toBe(AudioContext);
  expect(() => new AudioBuffer()).toThrow(TypeError);
  expect(() => new AudioBuffer({ length: 1, sampleRate: 1 })).toThrow(DOMException);
});

test('an offline render delivers samples and a trusted event', async () => {
  const context = new OfflineAudioContext(1, 256, 48000);
  const source = new ConstantSourceNode(context, { offset: 0.5 });
  source.connect(new GainNode(context, { gain: 0.5 })).connect(context.destination);
  source.start();
  const completed = new Promise((resolve) => context.addEventListener('complete', resolve));
  const buffer = await context.startRendering();
  expect(buffer.getChannelData(0)).toEqual(new Float32Array(256).fill(0.25));
  const event = await completed;
  expect(event).toBeInstanceOf(Event);
  expect(event.isTrusted).toBe(true);
  expect(event.renderedBuffer).toBe(buffer);
});
