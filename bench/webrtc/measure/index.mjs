/**
 * What a scene measures: makes the function that answers `measure {seconds}` with what a sample holds. `machine` has
 * `processorSeconds()` and `resources()` of the near end's process.
 */
import { idle } from './idle.mjs';
import { roundTrip } from './round-trip.mjs';
import { setUp } from './set-up.mjs';
import { transfer } from './transfer.mjs';

const kinds = {
  'set-up': (near, scene) => setUp(near, scene),
  'transfer': (near, scene, { processorSeconds }) => transfer(near, scene, processorSeconds),
  'round trip': (near, scene) => roundTrip(near, scene),
  'idle': (near, scene, { resources }) => idle(near, scene, resources),
};

export function measurement(near, scene, machine) {
  const measure = kinds[scene.kind](near, scene, machine);
  /** Processor time of both ends: a far end in this process has the same clock. */
  const cpuSeconds = async () => await machine.processorSeconds() + (scene.processes === 2 ? (await near.ask()).cpuSeconds : 0);
  return async (request) => {
    const before = await cpuSeconds();
    const begin = performance.now();
    const sample = await measure(request);
    return { ...sample, wallSeconds: (performance.now() - begin) / 1000, cpuSeconds: await cpuSeconds() - before };
  };
}
