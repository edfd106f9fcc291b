/** StereoPannerNode, PannerNode, AudioListener. */
import { noise, play, sine } from './material.mjs';

const mono = [noise(16000, 7)];
const stereo = [noise(16000, 7), noise(16000, 8)];

const through = (name, make, input = mono, differs = undefined) => ({
  name,
  channels: 2,
  differs,
  build(context) {
    const node = make(context);
    play(context, input).connect(node);
    node.connect(context.destination);
  },
});

const pan = (name, input, use) => through(`stereo panner: ${name}`, (context) => {
  const node = new StereoPannerNode(context);
  use(node.pan);
  return node;
}, input);

const panner = (name, options, use = () => {}, input = mono, differs = undefined) => through(`panner: ${name}`, (context) => {
  const node = new PannerNode(context, options);
  use(node, context);
  return node;
}, input, differs);

const models = ['linear', 'inverse', 'exponential'];
const heads = 'another set of measured heads';
const cone = { coneInnerAngle: 60, coneOuterAngle: 150, coneOuterGain: 0.2 };

export default [
  pan('mono, left', mono, (param) => { param.value = -0.6; }),
  pan('mono, swept', mono, (param) => param.setValueAtTime(-1, 0).linearRampToValueAtTime(1, 0.3)),
  pan('stereo, right', stereo, (param) => { param.value = 0.4; }),
  pan('stereo, swept', stereo, (param) => param.setValueAtTime(-1, 0).linearRampToValueAtTime(1, 0.3)),
  panner('equal power, to the right', { positionX: 3, positionZ: -4 }),
  panner('equal power, behind and above', { positionX: -2, positionY: 3, positionZ: 2 }),
  panner('equal power, stereo input', { positionX: 3, positionZ: -4 }, undefined, stereo),
  panner('equal power, at the listener', {}),
  ...models.map((distanceModel) =>
    panner(`distance: ${distanceModel}`, { distanceModel, positionZ: -20, refDistance: 2, maxDistance: 50, rolloffFactor: 0.8 })),
  ...models.map((distanceModel) =>
    panner(`distance: ${distanceModel}, moving away`, { distanceModel, refDistance: 2, maxDistance: 15, rolloffFactor: 0.8, positionZ: -1 },
      (node) => node.positionZ.linearRampToValueAtTime(-30, 0.3))),
  panner('cone: facing the listener', { ...cone, positionZ: -3, orientationX: 0, orientationZ: 1 }),
  panner('cone: turned away', { ...cone, positionZ: -3, orientationX: 0, orientationZ: -1 }),
  panner('cone: between the angles', { ...cone, positionZ: -3, orientationX: 1, orientationZ: 1 }),
  panner('cone: turning', { ...cone, positionZ: -3, orientationX: 1, orientationZ: 0 }, (node) => {
    node.orientationX.linearRampToValueAtTime(-1, 0.3);
    node.orientationZ.linearRampToValueAtTime(1, 0.3);
  }),
  panner('moving past the listener', { positionX: -5, positionZ: -2 }, (node) => node.positionX.linearRampToValueAtTime(5, 0.3)),
  panner('listener moving and turned', { positionX: 2, positionZ: -1 }, (_, { listener }) => {
    listener.positionX.linearRampToValueAtTime(4, 0.3);
    listener.forwardX.value = 1;
    listener.forwardZ.value = 0;
    listener.upY.value = 1;
  }, mono, { by: 3e-4, because: 'where the source is exactly to the left, Chromium is 1.2e-4 from the formulas in double precision' }),
  panner('HRTF, to the right', { panningModel: 'HRTF', positionX: 2, positionZ: -1 }, undefined, mono, { by: 2, because: heads }),
  panner('HRTF, turning around', { panningModel: 'HRTF', positionX: -2, positionZ: -2 }, (node) => {
    node.positionX.linearRampToValueAtTime(2, 0.3);
    node.positionZ.linearRampToValueAtTime(2, 0.3);
  }, [sine(500, 24000, 48000)], { by: 3, because: heads }),
];
