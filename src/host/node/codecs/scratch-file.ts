import { randomUUID } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodecFailure } from './failure';

/** Memory where the system offers it as a folder, else the folder for temporary files. */
const folders = [...(existsSync('/dev/shm') ? ['/dev/shm'] : []), tmpdir()];

/**
 * Bytes as a file, readable by this user only, for FFmpeg to open. node-av can read from memory too, but through callbacks that
 * bring the process down when their thread is ended with a file open, and with a buffer that is never freed (6.1.1).
 */
export class ScratchFile {
  readonly path: string;
  #removed = false;

  constructor(bytes: Uint8Array) {
    this.path = write(bytes);
  }

  /** Takes the name away: where the system allows it, already while the file is open. */
  remove(): void {
    if (this.#removed) return;
    try {
      rmSync(this.path);
      this.#removed = true;
    } catch {
      // Windows keeps an open file's name: the next call removes it.
    }
  }
}

function write(bytes: Uint8Array): string {
  let reason: unknown;
  for (const folder of folders) {
    const path = join(folder, `mediant-${randomUUID()}`);
    try {
      writeFileSync(path, bytes, { flag: 'wx', mode: 0o600 });
      return path;
    } catch (error) {
      reason = error;
      rmSync(path, { force: true });
    }
  }
  throw new CodecFailure('encoding', `The file can't be handed to the decoder: ${(reason as Error).message}.`);
}
