// Plays a gliding tone on the default device; the process ends by itself when the tone has.
import { AudioContext, GainNode, OscillatorNode } from 'mediant';

const context = new AudioContext();
const now = context.currentTime;

const volume = new GainNode(context, { gain: 0 });
volume.gain.setValueAtTime(0, now).linearRampToValueAtTime(0.2, now + 0.05).setTargetAtTime(0, now + 0.8, 0.05);

const tone = new OscillatorNode(context, { type: 'sine', frequency: 220 });
tone.frequency.setValueAtTime(220, now).exponentialRampToValueAtTime(440, now + 1);
tone.connect(volume).connect(context.destination);
tone.onended = () => console.log(`ended at ${context.currentTime.toFixed(2)} s`);
tone.start(now);
tone.stop(now + 1.1);
