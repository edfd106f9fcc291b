import process from 'node:process';
import type { Addon } from './addon';

/** What Node does between callbacks: runs all of process.nextTick() and all microtasks. */
const runTicks = (process as { _tickCallback?: () => void })._tickCallback?.bind(process);

/**
 * https://html.spec.whatwg.org/#perform-a-microtask-checkpoint, where Node lets one be had. Node reports what an event's listener throws in
 * process.nextTick(). Let out of here it would end the process: Node has not left the callback that threw then, and takes that for a corruption.
 */
export function checkpointOf({ reportException }: Addon): (() => void) | undefined {
  if (runTicks === undefined) return undefined;
  return () => {
    try {
      runTicks();
    } catch (error) {
      reportException(error);
    }
  };
}
