import { readFileSync, readdirSync } from 'node:fs';

/** Resident set in MiB, threads and open file descriptors of this process, after a full collection when `--expose-gc` is on. */
export function processStats() {
  globalThis.gc?.();
  const status = readFileSync('/proc/self/status', 'utf8');
  const field = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)[1]);
  return { rssMiB: field('VmRSS') / 1024, threads: field('Threads'), descriptors: readdirSync('/proc/self/fd').length };
}

export const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Runs `step` `count` times, samples the process ten times on the way, and prints each sample. */
export async function soak(title, count, step) {
  const samples = [];
  for (let index = 0; index < count; index++) {
    await step(index);
    if ((index + 1) % Math.ceil(count / 10) === 0) {
      for (let settle = 0; settle < 5; settle++) await turn();
      const sample = processStats();
      samples.push(sample);
      console.log(`${title} ${index + 1}/${count}: ${sample.rssMiB.toFixed(1)} MiB, ${sample.threads} threads, ${sample.descriptors} descriptors`);
    }
  }
  return samples;
}

/** Of the line that is nearest to the points, by least squares. */
export function slope(points) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x0, y0] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const sum = (of) => points.reduce((total, point) => total + of(point), 0);
  return sum(([x, y]) => (x - x0) * (y - y0)) / sum(([x]) => (x - x0) ** 2);
}
