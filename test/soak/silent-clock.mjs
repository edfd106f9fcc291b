// The silent device: time from constructor to the first tick of currentTime (median of 21), and drift against the wall clock over 10 s.
// Run with: MEDIANT_AUDIO=silent node test/soak/silent-clock.mjs [seconds]
import { AudioContext } from 'mediant';

const seconds = Number(process.argv[2] ?? 10);
const turn = () => new Promise((resolve) => setImmediate(resolve));
const latencies = [];
for (let run = 0; run < 21; run++) {
  const start = performance.now();
  const context = new AudioContext();
  while (context.currentTime === 0) await turn();
  latencies.push(performance.now() - start);
  await context.close();
}
latencies.sort((a, b) => a - b);
console.log(`constructor to first tick: median ${latencies[10].toFixed(2)} ms, least ${latencies[0].toFixed(2)}, most ${latencies[20].toFixed(2)}`);

const context = new AudioContext();
while (context.currentTime === 0) await turn();
const [wallStart, contextStart] = [performance.now(), context.currentTime];
await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const wall = (performance.now() - wallStart) / 1000;
const elapsed = context.currentTime - contextStart;
const error = (elapsed / wall - 1) * 100;
console.log(`currentTime moved ${elapsed.toFixed(4)} s in ${wall.toFixed(4)} s: ${error.toFixed(3)} %`);
await context.close();
if (latencies[10] >= 20 || Math.abs(error) > 0.5) process.exitCode = 1;
