/** Tests of what happens in real time, on machines that now and then stand still. */
import { Worker } from 'node:worker_threads';

/** A pause of the whole process longer than this, in milliseconds, voids what a real-time test found. */
const tolerated = 20;

const meter = `
  const { workerData } = require('node:worker_threads');
  const longest = new Float64Array(workerData);
  const never = new Int32Array(new SharedArrayBuffer(4));
  for (let last = performance.now(); longest[1] === 0; ) {
    Atomics.wait(never, 0, 0, 1);
    const now = performance.now();
    longest[0] = Math.max(longest[0], now - last);
    last = now;
  }`;

/**
 * Runs a real-time test. A failure counts only where the machine let the process run: when a thread that wants to wake every
 * millisecond was kept from it for more than {@link tolerated}, the test runs again, and after `attempts` of these it says
 * that the machine was too busy to judge.
 */
export async function inRealTime(run: () => Promise<void>, attempts = 4): Promise<void> {
  for (let attempt = 1; ; ++attempt) {
    const longest = new Float64Array(new SharedArrayBuffer(16));
    const worker = new Worker(meter, { eval: true, workerData: longest.buffer });
    try {
      return await run();
    } catch (error) {
      if (longest[0] <= tolerated) throw error;
      console.log(`attempt ${attempt}: the machine stood still for ${longest[0].toFixed(0)} ms (${error instanceof Error ? error.message : error})`);
      if (attempt === attempts) return console.log('not judged: the machine is too busy for real time');
    } finally {
      longest[1] = 1;
      await worker.terminate();
    }
  }
}
