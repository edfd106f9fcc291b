/** A process that drives one headless Chromium: `chromium.process.mjs EXECUTABLE SCENE`. */
import { readFileSync, readdirSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { peakResidentMiB, serve } from '../shared/serve.mjs';

const [executablePath, name] = process.argv.slice(2);

const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
const page = await browser.newPage();

/** Pages of this origin are answered from the folder this file is in; nothing else is reachable. */
const origin = 'https://bench.test/';
await page.route('**', (route) => {
  const url = route.request().url();
  if (url.startsWith('blob:') || url.startsWith('data:')) return route.continue();
  if (url === origin) return route.fulfill({ contentType: 'text/html', body: '<!doctype html>' });
  const file = new URL(url.slice(origin.length), import.meta.url);
  return route.fulfill({ contentType: 'text/javascript', body: readFileSync(file, 'utf8') });
});
await page.goto(origin);
await page.exposeFunction('processorSeconds', processorSeconds);
await page.evaluate(async (name) => {
  const [{ measure, smallestRender }, { scenes, sceneSampleRate }] = await Promise.all([import('./measure.mjs'), import('./scenes.mjs')]);
  const scene = scenes.find((each) => each.name === name);
  Object.assign(globalThis, {
    benchMeasure: (seconds) => measure(globalThis, scene, sceneSampleRate, seconds, globalThis.processorSeconds),
    benchStartup: (count) => smallestRender(globalThis, sceneSampleRate, count),
  });
}, name);

/** The fields of /proc/PID/stat behind the command's name, which may itself hold anything: the state is the first. */
function statOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\) /s, '').split(' ');
  } catch {
    return undefined; // It has ended.
  }
}

/** Processes that this one has started, directly or not. */
function descendants() {
  const parents = new Map();
  for (const pid of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const stat = statOf(pid);
    if (stat) parents.set(Number(pid), Number(stat[1]));
  }
  const found = [process.pid];
  for (const parent of found) {
    for (const [pid, ppid] of parents) if (ppid === parent) found.push(pid);
  }
  return found.slice(1);
}

function processorSeconds() {
  let ticks = 0;
  for (const pid of descendants()) {
    const stat = statOf(pid);
    if (stat) ticks += Number(stat[11]) + Number(stat[12]); // utime and stime
  }
  return ticks / 100;
}

serve({
  version: () => browser.version(),
  measure: ({ seconds }) => page.evaluate((least) => globalThis.benchMeasure(least), seconds),
  startup: async ({ count }) => ({ smallestRender: await page.evaluate((renders) => globalThis.benchStartup(renders), count) }),
  // The largest process of the browser is the one with the page in it.
  finish: () => ({ peakResidentMiB: Math.max(...descendants().map(peakResidentMiB).filter(Boolean)) }),
}, () => browser.close());
