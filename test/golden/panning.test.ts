import { noise, play, render, sampleRate } from './offline';
import { test } from 'uvu';
import { Quality, signalToNoise, worst } from './quality';

const stereoPanner = new Quality('StereoPannerNode');
const panner = new Quality('PannerNode');

const length = 8192;
const mono = [noise(length, 11)];
const stereo = [noise(length, 11), noise(length, 12)];

/** Renders a node between a source and the destination; a function of the frame makes the expected pair. */
async function measure(input: Float32Array[], make: (context: any) => any, expected: (frame: number) => [number, number]): Promise<number> {
  const output = await render(2, length, (context) => play(context, input).connect(make(context)).connect(context.destination));
  const pairs = Array.from({ length }, (_, frame) => expected(frame));
  return signalToNoise(output, [0, 1].map((channel) => pairs.map((pair) => pair[channel]!)));
}

/** https://webaudio.github.io/web-audio-api/#stereopanner-algorithm */
function stereoPanned(input: Float32Array[], frame: number, pan: number): [number, number] {
  const [left, right] = [input[0]![frame]!, input.at(-1)![frame]!];
  const limited = Math.min(1, Math.max(-1, pan));
  const x = input.length === 1 ? (limited + 1) / 2 : limited <= 0 ? limited + 1 : limited;
  const [gainL, gainR] = [Math.cos((x * Math.PI) / 2), Math.sin((x * Math.PI) / 2)];
  if (input.length === 1) return [left * gainL, left * gainR];
  return limited <= 0 ? [left + right * gainL, right * gainR] : [left * gainL, right + left * gainR];
}

for (const [name, input] of [['mono', mono], ['stereo', stereo]] as const) {
  test(`a stereo panner distributes ${name} with equal power`, async () => {
    const measured = [];
    for (const pan of [-1, -0.3, 0, 0.6, 1]) {
      measured.push(await measure(input, (context) => {
        const node = context.createStereoPanner();
        node.pan.value = pan;
        return node;
      }, (frame) => stereoPanned(input, frame, Math.fround(pan))));
    }
    measured.push(await measure(input, (context) => {
      const node = context.createStereoPanner();
      node.pan.setValueAtTime(-1.5, 0).linearRampToValueAtTime(1.5, length / sampleRate);
      return node;
    }, (frame) => stereoPanned(input, frame, -1.5 + 3 * (frame / length))));
    stereoPanner.decibels(`${name}, five positions and a ramp`, worst(measured));
  });
}

type Vector = readonly [number, number, number];
const minus = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a: Vector, b: Vector): Vector => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
const scale = (a: Vector, by: number): Vector => [a[0] * by, a[1] * by, a[2] * by];
const unit = (a: Vector): Vector => (dot(a, a) > 0 ? scale(a, 1 / Math.sqrt(dot(a, a))) : a);
const degrees = (radians: number): number => (180 / Math.PI) * radians;

interface Scene {
  position: Vector;
  orientation: Vector;
  listener: Vector;
  forward: Vector;
  up: Vector;
}

const atRest: Scene = { position: [0, 0, 0], orientation: [1, 0, 0], listener: [0, 0, 0], forward: [0, 0, -1], up: [0, 1, 0] };

/** https://webaudio.github.io/web-audio-api/#azimuth-elevation, by the arc tangent, which is exact in all directions. */
function azimuth({ position, listener, forward, up }: Scene): number {
  const toSource = minus(position, listener);
  const right = unit(cross(forward, up));
  if (dot(toSource, toSource) === 0 || dot(right, right) === 0) return 0;
  const [side, ahead] = [dot(toSource, right), dot(toSource, unit(forward))];
  return side === 0 && ahead === 0 ? 0 : degrees(Math.atan2(side, ahead));
}

/** https://webaudio.github.io/web-audio-api/#Spatialization-equal-power-panning */
function equalPower(input: Float32Array[], frame: number, scene: Scene, gain: number): [number, number] {
  let angle = azimuth(scene);
  if (angle < -90) angle = -180 - angle;
  else if (angle > 90) angle = 180 - angle;
  const [left, right] = [gain * input[0]![frame]!, gain * input.at(-1)![frame]!];
  const x = input.length === 1 ? (angle + 90) / 180 : angle <= 0 ? (angle + 90) / 90 : angle / 90;
  const [gainL, gainR] = [Math.cos((x * Math.PI) / 2), Math.sin((x * Math.PI) / 2)];
  if (input.length === 1) return [left * gainL, left * gainR];
  return angle <= 0 ? [left + right * gainL, right * gainR] : [left * gainL, right + left * gainR];
}

/** https://webaudio.github.io/web-audio-api/#Spatialization-distance-effects */
const distanceModels: Record<string, (d: number, ref: number, max: number, f: number) => number> = {
  linear: (d, ref, max, f) => 1 - (Math.min(1, f) * (Math.max(Math.min(d, max), ref) - ref)) / (max - ref),
  inverse: (d, ref, _, f) => ref / (ref + f * (Math.max(d, ref) - ref)),
  exponential: (d, ref, _, f) => (Math.max(d, ref) / ref) ** -f,
};

const distance = ({ position, listener }: Scene): number => Math.hypot(...minus(position, listener));

/** https://webaudio.github.io/web-audio-api/#Spatialization-sound-cones, a source that faces the listener being the loudest. */
function cone({ position, orientation, listener }: Scene, inner: number, outer: number, outerGain: number): number {
  const toListener = unit(minus(listener, position));
  const facing = unit(orientation);
  const side = cross(toListener, facing);
  const angle = degrees(Math.atan2(Math.sqrt(dot(side, side)), dot(toListener, facing)));
  if (angle <= inner / 2) return 1;
  if (angle >= outer / 2) return outerGain;
  const x = (angle - inner / 2) / ((outer - inner) / 2);
  return 1 - x + outerGain * x;
}

const axes = ['X', 'Y', 'Z'] as const;
const single = (vector: Vector): Vector => [Math.fround(vector[0]), Math.fround(vector[1]), Math.fround(vector[2])];

/** Sets three params; where `to` is given they are ramps over the whole render. */
function place(node: any, name: string, from: Vector, to = from): void {
  axes.forEach((axis, index) => {
    const param = node[`${name}${axis}`];
    if (from === to) param.value = from[index];
    else param.setValueAtTime(from[index], 0).linearRampToValueAtTime(to[index], length / sampleRate);
  });
}

/** A panner in a scene that goes from one state to another. */
async function spatial(input: Float32Array[], options: object, gain: (scene: Scene) => number, from: Partial<Scene>, to: Partial<Scene> = {}): Promise<number> {
  const [first, last] = [{ ...atRest, ...from }, { ...atRest, ...from, ...to }];
  const sceneAt = (frame: number): Scene => Object.fromEntries(Object.keys(first).map((key) => {
    const [a, b] = [single(first[key as keyof Scene]), single(last[key as keyof Scene])];
    return [key, single(a.map((value, index) => value + (b[index]! - value) * (frame / length)) as unknown as Vector)];
  })) as unknown as Scene;
  return measure(input, (context) => {
    const node = context.createPanner();
    Object.assign(node, options);
    for (const key of ['position', 'orientation'] as const) place(node, key, first[key], last[key]);
    for (const [key, name] of [['listener', 'position'], ['forward', 'forward'], ['up', 'up']] as const) place(context.listener, name, first[key], last[key]);
    return node;
  }, (frame) => equalPower(input, frame, sceneAt(frame), gain(sceneAt(frame))));
}

const inverse = (scene: Scene): number => distanceModels['inverse']!(distance(scene), 1, 10000, 1);

for (const [name, input] of [['mono', mono], ['stereo', stereo]] as const) {
  test(`equal power for ${name} in all directions`, async () => {
    const measured = [];
    for (const position of [[0, 0, 0], [3, 0, -4], [-1, 2, -0.5], [2, -1, 3], [-4, 0, 1], [5, 0, 0], [0, 0, -2], [0, 3, 0]] as const) {
      measured.push(await spatial(input, {}, inverse, { position }));
    }
    panner.decibels(`equal power, ${name}, eight places`, worst(measured));
    panner.decibels(`equal power, ${name}, moving past the listener`, await spatial(input, {}, inverse, { position: [-5, 1, -2] }, { position: [5, 1, -1] }));
  });
}

test('the listener moves and turns', async () => {
  panner.decibels('listener moving and turning', await spatial(mono, {}, inverse,
    { position: [3, 0, -4], listener: [-1, 0, 2], forward: [0, 0, -1], up: [0, 1, 0] }, { listener: [4, 1, 3], forward: [0.8, 0.2, 0.1], up: [-0.2, 0.9, 0] }));
});

for (const [distanceModel, formula] of Object.entries(distanceModels)) {
  test(`the ${distanceModel} distance model`, async () => {
    const [refDistance, maxDistance, rolloffFactor] = [2, 30, 0.75];
    const options = { distanceModel, refDistance, maxDistance, rolloffFactor };
    const gain = (scene: Scene): number => formula(distance(scene), refDistance, maxDistance, rolloffFactor);
    panner.decibels(`${distanceModel} distance model, near to far`, worst([
      await spatial(mono, options, gain, { position: [0, 0, -1] }),
      await spatial(mono, options, gain, { position: [0, 0, -40] }),
      await spatial(mono, options, gain, { position: [0.1, 0, -0.1] }, { position: [10, 0, -40] }),
    ]));
  });
}

test('cones', async () => {
  const measured = [];
  const [inner, outer, outerGain] = [60, 200, 0.25];
  const options = { coneInnerAngle: inner, coneOuterAngle: outer, coneOuterGain: outerGain };
  const gain = (scene: Scene): number => inverse(scene) * cone(scene, inner, outer, outerGain);
  for (const orientation of [[0, 0, 1], [0, 0, -1], [1, 0, 1], [1, 1, 0.2]] as const) {
    measured.push(await spatial(mono, options, gain, { position: [0, 0, -3], orientation }));
  }
  measured.push(await spatial(mono, options, gain, { position: [1, 0, -3], orientation: [1, 0.2, 1] }, { orientation: [-1, 0, 0.5] }));
  panner.decibels('cone, four orientations and turning', worst(measured));
});

test('every row is measured', () => [stereoPanner, panner].forEach((each) => each.complete()));

test.run();
