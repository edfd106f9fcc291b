import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Failure, UsageError } from './Command';

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
  return /^https?:/.test(name) ? openAddress(name) : openFile(name.startsWith('file:') ? fileURLToPath(name) : name);
}

async function openFile(path: string): Promise<ByteSource> {
  const unreadable = (error: unknown) => {
    throw new UsageError(`cannot read ${path}: ${(error as Error).message.replace(/^\w+: /, '').replace(/, \w+ .*$/, '')}`);
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

async function request(address: string, position: number): Promise<Response> {
  const response = await fetch(address, { headers: { Range: `bytes=${position}-` } }).catch((error) => {
    throw new Failure(`cannot fetch ${address}: ${error.cause?.message ?? error.message}`);
  });
  if (!response.ok && response.status !== 416) throw new Failure(`cannot fetch ${address}: ${response.status} ${response.statusText}`);
  return response;
}

/** One request for as long as it is read in order; another wherever it goes on somewhere else. */
async function openAddress(address: string): Promise<ByteSource> {
  const first = await request(address, 0);
  const canSeek = first.status === 206;
  const total = canSeek ? /\/(\d+)$/.exec(first.headers.get('content-range') ?? '')?.[1] : first.headers.get('content-length');
  let reader = first.body?.getReader();
  let at = 0;
  return {
    size: total === undefined || total === null ? null : Number(total),
    canSeek,
    async read(position) {
      if (position !== at) {
        await reader?.cancel();
        const response = await request(address, position);
        reader = response.status === 206 ? response.body?.getReader() : undefined;
        at = position;
      }
      const { value } = (await reader?.read()) ?? {};
      at += value?.length ?? 0;
      return value ?? new Uint8Array(0);
    },
    close: async () => { await reader?.cancel(); },
  };
}
