/** What this process holds, as Linux counts it. */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

export const canCount = process.platform === 'linux';

export const threads = (): number => readdirSync('/proc/self/task').length;

export const fileDescriptors = (): number => readdirSync('/proc/self/fd').length;

/** Resident memory, bytes. */
export const residentBytes = (): number => Number(readFileSync('/proc/self/statm', 'utf8').split(' ')[1]) * 4096;

/** Of UDP sockets, the local ports. */
export function udpPorts(): number[] {
  const own = new Set(readdirSync('/proc/self/fd').map((descriptor) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${descriptor}`))?.[1];
    } catch {
      return undefined; // That of reading the directory is closed by now.
    }
  }));
  const lines = ['udp', 'udp6'].flatMap((table) => readFileSync(`/proc/self/net/${table}`, 'utf8').trim().split('\n').slice(1));
  const fields = lines.map((line) => line.trim().split(/\s+/));
  return fields.filter((columns) => own.has(columns[9])).map((columns) => parseInt(columns[1]!.split(':')[1]!, 16));
}
