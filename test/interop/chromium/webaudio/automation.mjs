/** AudioParam automation: the timeline itself, as the output of a ConstantSourceNode. */
import { constants } from './material.mjs';

const timeline = (name, schedule, rate = 'a-rate') => ({
  name: `automation: ${name}`,
  build(context) {
    const source = new ConstantSourceNode(context);
    source.offset.automationRate = rate;
    schedule(source.offset, context);
    source.connect(context.destination);
    source.start();
  },
});

export default [
  timeline('setValueAtTime', (param) => param.setValueAtTime(0.5, 0.1).setValueAtTime(-1, 0.1003)),
  timeline('linear ramps', (param) => param.setValueAtTime(0, 0).linearRampToValueAtTime(1, 0.1).linearRampToValueAtTime(-1, 0.35)),
  timeline('linear ramp without an event before', (param) => param.linearRampToValueAtTime(0, 0.2)),
  timeline('exponential ramps', (param) => param.setValueAtTime(1, 0).exponentialRampToValueAtTime(0.001, 0.2).exponentialRampToValueAtTime(1, 0.4)),
  timeline('setTargetAtTime', (param) => param.setTargetAtTime(0, 0.05, 0.03).setTargetAtTime(2, 0.2, 0.1)),
  timeline('ramp after a target', (param) => param.setTargetAtTime(0, 0.05, 0.03).linearRampToValueAtTime(1, 0.3)),
  timeline('value curve', (param) => param.setValueCurveAtTime([0, 1, -1, 0.5, 0], 0.03, 0.3)),
  timeline('value curve, then a ramp', (param) => param.setValueCurveAtTime([0, 1, -1, 0.5], 0.03, 0.2).linearRampToValueAtTime(0, 0.4)),
  timeline('cancelScheduledValues', (param) => param.setValueAtTime(0, 0.1).linearRampToValueAtTime(1, 0.3).cancelScheduledValues(0.2)),
  timeline('cancelAndHoldAtTime in a ramp', (param) => param.setValueAtTime(0, 0).linearRampToValueAtTime(1, 0.3).cancelAndHoldAtTime(0.2)),
  timeline('cancelAndHoldAtTime in a target', (param) => param.setTargetAtTime(0, 0.05, 0.1).cancelAndHoldAtTime(0.2)),
  timeline('cancelAndHoldAtTime in a curve', (param) => param.setValueCurveAtTime([0, 1, 0], 0.05, 0.3).cancelAndHoldAtTime(0.15)),
  timeline('k-rate ramp', (param) => param.setValueAtTime(0, 0).linearRampToValueAtTime(1, 0.3), 'k-rate'),
  timeline('with a connected signal', (param, context) => {
    const oscillator = new OscillatorNode(context, { frequency: 3 });
    oscillator.connect(param);
    oscillator.start();
    param.linearRampToValueAtTime(2, 0.3);
  }),
  timeline('two-channel input is mixed down to the param', (param, context) => constants(context, [0.25, 0.5]).connect(param)),
  {
    name: 'automation: changed during the render',
    build(context) {
      const source = new ConstantSourceNode(context);
      source.connect(context.destination);
      source.start();
      source.offset.linearRampToValueAtTime(0, 0.4);
      void context.suspend(4800 / 48000).then(() => {
        source.offset.cancelScheduledValues(0);
        source.offset.setTargetAtTime(2, context.currentTime + 0.01, 0.02);
        return context.resume();
      });
      void context.suspend(9600 / 48000).then(() => {
        source.offset.value = 0.125;
        return context.resume();
      });
    },
  },
];
