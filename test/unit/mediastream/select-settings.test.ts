import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fitnessDistance } from '../../../src/mediastream/constraints/fitnessDistance';
import { selectSettings } from '../../../src/mediastream/constraints/selectSettings';
import { possibleVideoSettings, withAlternatives } from '../../../src/mediastream/constraints/videoSettings';
import type { MediaTrackConstraints, MediaTrackSettings } from '../../../src/generated/mediastream-types';

const modes = [{ width: 640, height: 480, frameRate: 30 }, { width: 1280, height: 720, frameRate: 25 }];

function select(constraints: MediaTrackConstraints): MediaTrackSettings | string {
  return selectSettings(possibleVideoSettings(modes, constraints), constraints);
}

/** Width, height, frame rate and whether they are native. */
function selected(constraints: MediaTrackConstraints): [number?, number?, number?, string?] {
  const settings = select(constraints);
  assert.type(settings, 'object', `${settings} failed`);
  const { width, height, frameRate, resizeMode } = settings as MediaTrackSettings;
  return [width, height, frameRate, resizeMode];
}

test('without constraints it is what user agents tend to choose', () => {
  assert.equal(selected({}), [640, 480, 30, 'none']);
});

test('the fitness distance is the relative difference of numbers and 1 for other strings', () => {
  const settings = { width: 640, facingMode: 'user' };
  assert.is(fitnessDistance(settings, [['width', { ideal: [1280] }]]), 0.5);
  assert.is(fitnessDistance(settings, [['facingMode', { ideal: ['user', 'left'] }]]), 0);
  assert.is(fitnessDistance(settings, [['facingMode', { ideal: ['environment'] }]]), 1);
  assert.is(fitnessDistance(settings, [['height', { ideal: [480] }]]), 1, 'a setting that does not exist');
  assert.is(fitnessDistance(settings, [['height', { max: 480 }]]), Infinity);
  assert.is(fitnessDistance(settings, [['width', { min: 600, max: 700 }], ['width', { ideal: [320] }]]), 0.5);
});

test('bare values and ideals are met where possible, natively where that is as good', () => {
  assert.equal(selected({ width: 1280, height: 720 }), [1280, 720, 25, 'none']);
  assert.equal(selected({ width: { ideal: 4000 } }), [1280, 720, 25, 'none']);
  assert.equal(selected({ width: 320, height: 240, frameRate: 10 }), [320, 240, 10, 'crop-and-scale']);
});

test('cropping keeps the shape of the default where the constraints leave a choice', () => {
  assert.equal(selected({ height: { exact: 360 } }), [480, 360, 30, 'crop-and-scale']);
});

test('required values hold', () => {
  assert.equal(selected({ width: { min: 641 } }), [1280, 720, 25, 'none']);
  assert.equal(selected({ frameRate: { max: 12 } }).slice(0, 3), [640, 480, 12]);
  assert.equal(selected({ width: { exact: 333 }, height: { exact: 222 } }), [333, 222, 30, 'crop-and-scale']);
  assert.equal(selected({ resizeMode: { exact: 'none' }, width: { ideal: 700 } }), [640, 480, 30, 'none']);
});

test('an aspect ratio is compared at the tenth decimal place', () => {
  assert.equal(selected({ aspectRatio: { exact: 16 / 9 } }), [1280, 720, 25, 'none']);
  assert.equal(selected({ aspectRatio: { exact: 4 / 3 }, width: { exact: 200 } }), [200, 150, 30, 'crop-and-scale']);
});

test('the constraint that nothing satisfies is named', () => {
  assert.is(select({ height: { min: 100 }, width: { min: 100000 } }), 'width');
  assert.is(select({ resizeMode: { exact: 'stretch' } }), 'resizeMode');
});

test('where each could be satisfied alone, it is the one that the others leave nothing for', () => {
  assert.is(select({ width: { exact: 639 }, resizeMode: { exact: 'none' } }), 'width');
  assert.is(select({ frameRate: { min: 26 }, width: { min: 700 } }), 'frameRate');
});

test('advanced sets are taken in their order, and those that can not be met are passed over', () => {
  assert.equal(selected({ advanced: [{ width: 5000 }, { width: 1280, height: 720 }, { width: 640 }] }).slice(0, 2), [1280, 720]);
  assert.equal(selected({ width: { max: 640 }, advanced: [{ width: 1280 }, { height: 480 }, { frameRate: 5 }] }), [640, 480, 5, 'crop-and-scale']);
});

test('an empty list is no constraint', () => {
  assert.equal(selected({ resizeMode: { exact: [] } }), [640, 480, 30, 'none']);
});

test('effects are off or on by default and change only when asked', () => {
  const alternatives = { echoCancellation: [true, false], noiseSuppression: [true, false] };
  const audio = (constraints: MediaTrackConstraints) => selectSettings(withAlternatives([{ channelCount: 1 }], alternatives, constraints), constraints);
  assert.equal(audio({}), { channelCount: 1, echoCancellation: true, noiseSuppression: true });
  assert.equal(audio({ echoCancellation: false }), { channelCount: 1, echoCancellation: false, noiseSuppression: true });
  assert.is(audio({ channelCount: { min: 2 } }), 'channelCount');
  assert.equal(audio({ advanced: [{ noiseSuppression: { exact: false } }] }), { channelCount: 1, echoCancellation: true, noiseSuppression: false });
});

test.run();
