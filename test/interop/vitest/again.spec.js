import { expect, test } from 'vitest';

test('a second file finds the interfaces on its own window', () => {
  expect(Object.getPrototypeOf(BaseAudioContext)).toBe(window.EventTarget);
  expect(new AudioBuffer({ length: 3, sampleRate: 8000 }).length).toBe(3);
});
