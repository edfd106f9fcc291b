/** A process that drives one headless Chromium: `chromium.process.mjs EXECUTABLE SCENE`. */
import { launch, openPage } from '../shared/chromium.mjs';
import { descendantSeconds, descendants } from '../shared/processes.mjs';
import { peakResidentMiB, serve } from '../shared/serve.mjs';

const [executablePath, name] = process.argv.slice(2);

const browser = await launch(executablePath);
const page = await openPage(browser, new URL('.', import.meta.url));
await page.exposeFunction('processorSeconds', descendantSeconds);
await page.evaluate(async (name) => {
  const [{ measure, smallestRender }, { scenes, sceneSampleRate }] = await Promise.all([import('./measure.mjs'), import('./scenes.mjs')]);
  const scene = scenes.find((each) => each.name === name);
  Object.assign(globalThis, {
    benchMeasure: (seconds) => measure(globalThis, scene, sceneSampleRate, seconds, globalThis.processorSeconds),
    benchStartup: (count) => smallestRender(globalThis, sceneSampleRate, count),
  });
}, name);

serve({
  version: () => browser.version(),
  measure: ({ seconds }) => page.evaluate((least) => globalThis.benchMeasure(least), seconds),
  startup: async ({ count }) => ({ smallestRender: await page.evaluate((renders) => globalThis.benchStartup(renders), count) }),
  // The largest process of the browser is the one with the page in it.
  finish: () => ({ peakResidentMiB: Math.max(...descendants().map(peakResidentMiB).filter(Boolean)) }),
}, () => browser.close());
