/** How long two new peers take until a channel between them is open at both ends. */
import { sleep } from './turns.mjs';

/** What ends after close() is not part of the next set-up. */
const pauseMilliseconds = 30;

export function setUp(near, { setUps }) {
  return async ({ seconds }) => {
    const milliseconds = [];
    const failures = [];
    // The warm-up, of no seconds.
    const count = seconds === 0 ? 2 : setUps;
    for (let i = 0; i < count; i++) {
      await sleep(pauseMilliseconds);
      const begin = performance.now();
      try {
        const { close } = await near.connect();
        milliseconds.push(performance.now() - begin);
        await close();
      } catch (error) {
        failures.push(error.message);
      }
    }
    if (milliseconds.length === 0) throw new Error(failures[0]);
    return { work: count, milliseconds, failures };
  };
}
