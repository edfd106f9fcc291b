import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { StoredResult } from './results';

/** What Chromium passes, and which test URLs no total counts. */
export interface Yardstick {
  readonly browser: string;
  readonly tests: Readonly<Record<string, StoredResult>>;
}

export function readChromium(file: string): Yardstick | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Yardstick) : undefined;
}

/** Test URLs left out of every total: the list `not-counted/out-of-reach.txt` beside Chromium's results, and what the user names. */
export function readNotCounted(chromiumFile: string, files: readonly string[]): Set<string> {
  const always = join(dirname(chromiumFile), 'not-counted', 'out-of-reach.txt');
  return new Set([...(existsSync(always) ? [always] : []), ...files].flatMap(readList));
}

function readList(file: string): string[] {
  return readFileSync(file, 'utf8').split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
}

export function passesWhollyStored({ harness, subtests }: StoredResult): boolean {
  return harness === 'OK' && Object.values(subtests).every((status) => status === 'P');
}
