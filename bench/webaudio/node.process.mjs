/** A process of an implementation that runs in Node: `node.process.mjs MODULE SCENE`. */
import { peakResidentMiB, processorSeconds, serve } from '../shared/serve.mjs';
import { measure, smallestRender } from './measure.mjs';
import { scenes, sceneSampleRate } from './scenes.mjs';

const [module, name] = process.argv.slice(2);
const begin = performance.now();
const api = await import(module);
const importMilliseconds = performance.now() - begin;
const scene = scenes.find((each) => each.name === name);

serve({
  measure: ({ seconds }) => measure(api, scene, sceneSampleRate, seconds, processorSeconds),
  startup: async ({ count }) => ({ importMilliseconds, smallestRender: await smallestRender(api, sceneSampleRate, count) }),
  finish: () => ({ peakResidentMiB: peakResidentMiB() }),
});
