/** SoundTouchJS shifts the pitch of a buffer, pulled by a ScriptProcessorNode. */
import 'mediant/polyfill';
import { PitchShifter } from 'soundtouchjs';
import { assertTone, between, sine } from './support/signal.mjs';

const rate = 44100;
const context = new OfflineAudioContext(2, rate, rate);
const buffer = context.createBuffer(2, 2 * rate, rate);
for (const channel of [0, 1]) buffer.copyToChannel(Float32Array.from(sine(440, 2, rate)), channel);
const shifter = new PitchShifter(context, buffer, 1024);
shifter.pitch = 1.5;
shifter.connect(context.destination);
assertTone(between(await context.startRendering(), 0.2, 0.9), 660, rate);
