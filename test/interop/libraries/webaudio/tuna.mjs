/** Tuna's effects, whose oscillators are ScriptProcessorNodes. */
import 'mediant/polyfill';
import assert from 'node:assert/strict';
import Tuna from 'tunajs';
import { assertSound } from './support/signal.mjs';

const effects = {
  Bitcrusher: { bits: 4 },
  Chorus: {},
  Compressor: {},
  Delay: { delayTime: 50 },
  Filter: { filterType: 'lowpass' },
  Gain: { gain: 0.5 },
  MoogFilter: {},
  Overdrive: { outputGain: -3, drive: 0.5, algorithmIndex: 2 },
  Panner: { pan: -0.5 },
  PingPongDelay: {},
  Tremolo: {},
  WahWah: {},
};
for (const [name, options] of Object.entries(effects)) {
  const context = new OfflineAudioContext(2, 24000, 48000);
  const tuna = new Tuna(context);
  const effect = new tuna[name](options);
  const oscillator = new OscillatorNode(context);
  oscillator.connect(effect.input ?? effect);
  effect.connect(context.destination);
  oscillator.start();
  assertSound(await context.startRendering());
  assert.equal(effect.context ?? context, context, name);
}
