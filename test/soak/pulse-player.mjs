// Plays the scene for the given seconds on the default device while the control thread is blocked for 200 ms out of every 400.
import { AudioContext } from 'mediant';
import { buildScene } from './pulse-scene.mjs';

const [seconds, sampleRate] = process.argv.slice(2).map(Number);
const context = new AudioContext({ sampleRate });
buildScene(context);
await context.resume();
const block = (milliseconds) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
const blocker = setInterval(() => block(200), 400);
await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
clearInterval(blocker);
console.log(JSON.stringify({ currentTime: context.currentTime, underruns: context.playbackStats?.underrunEvents, outputLatency: context.outputLatency }));
await context.close();
