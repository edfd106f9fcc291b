/** Elementary: an Emscripten-built engine within an AudioWorkletProcessor, told over its port what to play. */
import 'mediant/polyfill';
import { el } from '@elemaudio/core';
import WebRenderer from '@elemaudio/web-renderer';
import { assertTone } from './support/signal.mjs';

const rate = 48000;
const context = new OfflineAudioContext(2, rate, rate);
const renderer = new WebRenderer();
const node = await renderer.initialize(context);
node.connect(context.destination);
await renderer.render(el.mul(0.5, el.cycle(440)), el.mul(0.5, el.cycle(550)));
const buffer = await context.startRendering();
assertTone(buffer.getChannelData(0).subarray(rate / 2), 440, rate);
assertTone(buffer.getChannelData(1).subarray(rate / 2), 550, rate);

// The renderer asks the worklet for events at an interval that nothing ends.
process.exit();
