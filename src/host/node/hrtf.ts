import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostError } from '../Host';
import { packageDirectory } from './package-directory';

let responses: Uint8Array | HostError | undefined;

/** The package's `assets/hrtf.bin`, read when it is first asked for. */
export function headRelatedResponses(): Uint8Array | HostError {
  return (responses ??= readResponses());
}

function readResponses(): Uint8Array | HostError {
  const path = join(packageDirectory(), 'assets', 'hrtf.bin');
  try {
    return readFileSync(path);
  } catch (error) {
    const message = `PannerNode pans by equal power where it should by "HRTF": ${path} could not be read (${(error as NodeJS.ErrnoException).code}).`;
    process.emitWarning(message);
    return { code: 'no-responses', message };
  }
}
