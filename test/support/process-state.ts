/** What this process holds, as Linux counts it. */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import * as assert from 'uvu/assert';

export const canCount = process.platform === 'linux';

export const threads = (): number => readdirSync('/proc/self/task').length;

export const fileDescriptors = (): number => readdirSync('/proc/self/fd').length;

export interface Held {
  readonly threads: number;
  readonly fileDescriptors: number;
}

export const held = (): Held => ({ threads: threads(), fileDescriptors: fileDescriptors() });

/**
 * Fails where this process holds more than `before`; less is well, since Node and the loader of tests close some of theirs when they please.
 * The system takes a thread off its list a moment after it could be joined, so it is given ten seconds.
 */
export async function holdsNoMoreThan(before: Held): Promise<void> {
  let now = held();
  const isMore = () => now.threads > before.threads || now.fileDescriptors > before.fileDescriptors;
  for (let look = 0; look < 500 && isMore(); now = held(), look++) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.not(isMore(), `${now.threads} threads and ${now.fileDescriptors} descriptors, ${before.threads} and ${before.fileDescriptors} before`);
}

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
