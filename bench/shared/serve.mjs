/** The inner end of a measured process: answers the runner's requests, one at a time. */
import { readFileSync } from 'node:fs';

/** Processor seconds of this process, all its threads included. */
export function processorSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** The largest resident set of a process, this one or another, in MiB; undefined where the system does not tell. */
export function peakResidentMiB(pid = 'self') {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
  } catch {
    return undefined;
  }
}

/** `handlers` maps the name of a request to what answers it, perhaps by a promise. Leaves when the runner does, after `leave`. */
export function serve(handlers, leave = () => {}) {
  process.on('disconnect', async () => {
    await leave();
    process.exit();
  });
  process.on('message', async ({ request, ...argument }) => {
    try {
      process.send({ result: (await handlers[request](argument)) ?? null });
    } catch (error) {
      process.send({ error: error?.message || String(error) });
    }
  });
  process.send({ result: 'ready' });
}
