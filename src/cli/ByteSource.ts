import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { UsageError, reasonOf } from './Command';
import { HttpSource } from './HttpSource';

/** Bytes that are read from any position. */
export interface ByteSource {
  /** Bytes of the whole; null where the server does not tell. */
  readonly size: number | null;
  /** False where a server gives the bytes in order only. */
  readonly canSeek: boolean;
  /** Some bytes from a position on; none at the end. */
  read(position: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

const pieceBytes = 1 << 20;

export function openSource(name: string): Promise<ByteSource> {
  return /^https?:/.test(name) ? HttpSource.open(name) : openFile(pathOf(name));
}

/** A file's path, which may be given as a URL. */
export function pathOf(name: string): string {
  if (!name.startsWith('file:')) return name;
  try {
    return fileURLToPath(name);
  } catch (error) {
    throw new UsageError(`cannot read ${name}: ${(error as Error).message}`);
  }
}

async function openFile(path: string): Promise<ByteSource> {
  const unreadable = (error: unknown) => {
    throw new UsageError(`cannot read ${path}: ${reasonOf(error)}`);
  };
  const file = await open(path).catch(unreadable);
  const status = await file.stat();
  if (!status.isFile()) {
    await file.close();
    throw new UsageError(`cannot read ${path}: it is not a file`);
  }
  return {
    size: status.size,
    canSeek: true,
    async read(position) {
      const { bytesRead, buffer } = await file.read(new Uint8Array(pieceBytes), 0, pieceBytes, position).catch(unreadable);
      return buffer.subarray(0, bytesRead);
    },
    close: () => file.close(),
  };
}
