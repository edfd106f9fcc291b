/** Channels: every up- and down-mix, splitters and mergers. */
import { constants, noise, play } from './material.mjs';

const levels = [0.1, 0.2, 0.4, 0.8, 0.16, 0.32, 0.64, 0.128];

function mix(from, to, interpretation) {
  return {
    name: `mixing: ${from} to ${to}, ${interpretation}`,
    channels: to,
    build(context) {
      context.destination.channelInterpretation = interpretation;
      constants(context, levels.slice(0, from)).connect(context.destination);
    },
    frames: 512,
  };
}

const speakers = [[1, 2], [1, 4], [1, 6], [2, 4], [2, 6], [4, 6], [2, 1], [4, 1], [6, 1], [4, 2], [6, 2], [6, 4], [3, 2], [2, 3], [8, 2]];
const discrete = [[1, 2], [2, 6], [6, 2], [3, 5]];

/** Inputs of one and two channels meet at a gain with these options. */
const computed = (name, options) => ({
  name: `mixing: mono and stereo at a gain with ${name}`,
  channels: 4,
  build(context) {
    context.destination.channelInterpretation = 'discrete';
    const gain = new GainNode(context, options);
    constants(context, [0.5]).connect(gain);
    constants(context, [0.25, 0.125]).connect(gain);
    gain.connect(context.destination);
  },
  frames: 512,
});

export default [
  ...speakers.map(([from, to]) => mix(from, to, 'speakers')),
  ...discrete.map(([from, to]) => mix(from, to, 'discrete')),
  computed('max', {}),
  computed('clamped-max of 1', { channelCount: 1, channelCountMode: 'clamped-max' }),
  computed('explicit 3, discrete', { channelCount: 3, channelCountMode: 'explicit', channelInterpretation: 'discrete' }),
  computed('explicit 4', { channelCount: 4, channelCountMode: 'explicit' }),
  {
    name: 'mixing: splitter and merger',
    channels: 3,
    build(context) {
      const splitter = new ChannelSplitterNode(context, { numberOfOutputs: 3 });
      const merger = new ChannelMergerNode(context, { numberOfInputs: 3 });
      play(context, [noise(24000, 1), noise(24000, 2), noise(24000, 3)]).connect(splitter);
      [2, 0, 1].forEach((to, from) => splitter.connect(merger, from, to));
      merger.connect(context.destination);
    },
  },
  {
    name: 'mixing: the channel count changes',
    channels: 2,
    build(context) {
      const delay = new DelayNode(context, { delayTime: 0.05 });
      const mono = new ConstantSourceNode(context, { offset: 0.5 });
      const stereo = constants(context, [0.25, 0.125]);
      const gate = new GainNode(context, { gain: 0 });
      mono.connect(delay);
      mono.start(0.02);
      stereo.connect(gate).connect(delay);
      gate.gain.setValueAtTime(1, 0.1).setValueAtTime(0, 0.2);
      delay.connect(context.destination);
    },
  },
];
