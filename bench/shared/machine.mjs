/** What the machine is, and how busy others keep it meanwhile. */
import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, release, type } from 'node:os';

export function describeMachine() {
  const [{ model }] = cpus();
  return `${availableParallelism()} cores of ${model.trim()}, ${type()} ${release()} ${arch()}`;
}

/** Seconds that all cores together have been busy, or taken away by a hypervisor; undefined where the system does not tell. */
function busySeconds() {
  try {
    const [user, nice, system, , , irq, softIrq, steal] = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0].trim().split(/\s+/).slice(1).map(Number);
    return (user + nice + system + irq + softIrq + steal) / 100; // USER_HZ, which Linux shows to programs as 100 everywhere.
  } catch {
    return undefined;
  }
}

const ownSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** Runs `action` and tells how many cores were busy with something else: neither this process nor what `measuredSeconds(result)` counts. */
export async function countBusyCores(action, measuredSeconds) {
  const begin = performance.now();
  const busyBefore = busySeconds();
  const ownBefore = ownSeconds();
  const result = await action();
  const wallSeconds = (performance.now() - begin) / 1000;
  if (busyBefore === undefined) return { result, busyCores: undefined };
  const others = busySeconds() - busyBefore - (ownSeconds() - ownBefore) - measuredSeconds(result);
  return { result, busyCores: Math.max(0, others / wallSeconds) };
}
