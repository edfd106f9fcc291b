/** What the system tells of processes (Linux). */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** The fields of /proc/PID/stat behind the command's name, which may itself hold anything: the state is the first. */
function statOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\) /s, '').split(' ');
  } catch {
    return undefined; // It has ended.
  }
}

/** Processes that this one has started, directly or not. */
export function descendants() {
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

/** Processor seconds of the processes that this one has started, as far as they run. */
export function descendantSeconds() {
  let ticks = 0;
  for (const pid of descendants()) {
    const stat = statOf(pid);
    if (stat) ticks += Number(stat[11]) + Number(stat[12]); // utime and stime
  }
  return ticks / 100;
}

/** Inodes of all UDP sockets. */
function udpInodes() {
  const inodes = new Set();
  for (const table of ['udp', 'udp6']) {
    for (const line of readFileSync(`/proc/net/${table}`, 'latin1').trim().split('\n').slice(1)) inodes.add(line.trim().split(/\s+/)[9]);
  }
  return inodes;
}

/** What processes hold together: `{ residentBytes, threads, descriptors, udpSockets }`; undefined where the system does not tell. */
export function resourcesOf(pids) {
  try {
    const inodes = udpInodes();
    const sum = { residentBytes: 0, threads: 0, descriptors: 0, udpSockets: 0 };
    for (const pid of pids) {
      const status = readFileSync(`/proc/${pid}/status`, 'latin1');
      sum.residentBytes += Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024;
      sum.threads += Number(/^Threads:\s+(\d+)/m.exec(status)[1]);
      for (const descriptor of readdirSync(`/proc/${pid}/fd`)) {
        sum.descriptors++;
        const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${descriptor}`))?.[1];
        if (inodes.has(inode)) sum.udpSockets++;
      }
    }
    return sum;
  } catch {
    return undefined;
  }
}

function linkOf(path) {
  try {
    return readlinkSync(path);
  } catch {
    return ''; // Closed meanwhile.
  }
}
