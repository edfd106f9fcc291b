/** Tone.js in real time: the transport gives evenly spaced times, and the meter hears the synth. */
import 'mediant/polyfill';
import assert from 'node:assert/strict';
import * as Tone from 'tone';

await Tone.start();
assert.equal(Tone.getContext().state, 'running');

const meter = new Tone.Meter();
const synth = new Tone.Synth().connect(meter).toDestination();
const transport = Tone.getTransport();
transport.bpm.value = 240;

const times = [];
const fourNotes = new Promise((resolve) => {
  transport.scheduleRepeat((time) => {
    synth.triggerAttackRelease('C4', '16n', time);
    if (times.push(time) === 4) resolve();
  }, '4n');
});
transport.start();
await fourNotes;
times.slice(1).forEach((time, index) => assert(Math.abs(time - times[index] - 0.25) < 1e-6, `${times}`));

await new Promise((resolve) => {
  requestAnimationFrame(function look() {
    if (meter.getValue() > -40) resolve();
    else requestAnimationFrame(look);
  });
});
transport.stop();
Tone.getContext().dispose();
