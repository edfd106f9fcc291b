/** What idle pairs keep of memory, threads and descriptors: the first pair is what the others are compared with. */
import { sleep } from './turns.mjs';

const settleMilliseconds = 1000;

/** `resources()`: see shared/processes.mjs; it collects garbage before. */
export function idle(near, { pairs }, resources) {
  let first;
  return async ({ seconds }) => {
    const open = async (count) => {
      for (let i = 0; i < count; i++) await near.connect();
      await sleep(settleMilliseconds);
      return resources();
    };
    first ??= await open(1);
    if (seconds === 0) return { work: 1 };
    return { work: pairs, first, all: await open(pairs - 1) };
  };
}
