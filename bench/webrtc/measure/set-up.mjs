/** How long two new peers take until a channel between them is open at both ends. */
import { sleep } from './turns.mjs';

/** What ends after close() is not part of the next set-up. */
const pauseMilliseconds = 30;

export function setUp(near, { setUps, warmUpSeconds }) {
  return async ({ seconds }) => {
    const milliseconds = [];
    const failures = [];
    const warm = performance.now() + warmUpSeconds * 1000;
    const isOver = seconds === 0 ? () => performance.now() >= warm : () => milliseconds.length + failures.length === setUps;
    do {
      await sleep(pauseMilliseconds);
      const begin = performance.now();
      try {
        const { close } = await near.connect();
        milliseconds.push(performance.now() - begin);
        await close();
      } catch (error) {
        failures.push(error.message);
      }
    } while (!isOver());
    if (milliseconds.length === 0) throw new Error(failures[0]);
    return { work: milliseconds.length + failures.length, milliseconds, failures };
  };
}
