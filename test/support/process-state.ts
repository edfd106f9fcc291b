/** What this process holds, as Linux counts it. */
import { readFileSync, readdirSync } from 'node:fs';

export const canCount = process.platform === 'linux';

export const threads = (): number => readdirSync('/proc/self/task').length;

export const fileDescriptors = (): number => readdirSync('/proc/self/fd').length;

/** Resident memory, bytes. */
export const residentBytes = (): number => Number(readFileSync('/proc/self/statm', 'utf8').split(' ')[1]) * 4096;
