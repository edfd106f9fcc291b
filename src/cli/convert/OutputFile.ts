import { rmSync } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { once } from 'node:events';
import type { MuxerOutput } from '../../container/Muxer';
import { Failure, UsageError, reasonOf } from '../Command';

/** Where a muxer's bytes go. */
export interface Output {
  readonly canSeek: boolean;
  /** Bytes so far. */
  readonly size: number;
  write(output: MuxerOutput): Promise<void>;
  /** All has been written. */
  commit(): Promise<void>;
  /** Leaves nothing behind, where that is possible. */
  abandon(): Promise<void>;
}

/** Bytes that are gathered before they are written. */
const pieceBytes = 1 << 20;

/** A file that has another name until it is whole. */
class OutputFile implements Output {
  readonly canSeek = true;
  readonly #path: string;
  readonly #temporaryPath: string;
  readonly #file: FileHandle;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #pendingOffset = 0;
  size = 0;
  /** For what ends the process at once. */
  readonly #remove = (): void => rmSync(this.#temporaryPath, { force: true });

  private constructor(path: string, temporaryPath: string, file: FileHandle) {
    this.#path = path;
    this.#temporaryPath = temporaryPath;
    this.#file = file;
    process.once('exit', this.#remove);
  }

  static async create(path: string): Promise<OutputFile> {
    const temporaryPath = `${path}.${process.pid}.part`;
    return new OutputFile(path, temporaryPath, await open(temporaryPath, 'wx').catch((error) => { throw cannotWrite(path, error); }));
  }

  async write({ offset, bytes }: MuxerOutput): Promise<void> {
    this.size = Math.max(this.size, offset + bytes.length);
    if (offset !== this.#pendingOffset + this.#pendingBytes) {
      await this.#flush();
      this.#pendingOffset = offset;
    }
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    if (this.#pendingBytes >= pieceBytes) await this.#flush();
  }

  async commit(): Promise<void> {
    await this.#flush();
    await this.#file.close();
    await rename(this.#temporaryPath, this.#path).catch((error) => { throw cannotWrite(this.#path, error); });
    process.off('exit', this.#remove);
  }

  async abandon(): Promise<void> {
    await this.#file.close().catch(() => {});
    await rm(this.#temporaryPath, { force: true });
    process.off('exit', this.#remove);
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.concat(this.#pending);
    for (let at = 0; at < bytes.length;) {
      const { bytesWritten } = await this.#file.write(bytes, at, bytes.length - at, this.#pendingOffset + at).catch((error) => { throw new Failure(cannotWrite(this.#path, error).message); });
      at += bytesWritten;
    }
    this.#pendingOffset += bytes.length;
    this.#pending = [];
    this.#pendingBytes = 0;
  }
}

/** What takes bytes in order only: standard output, a pipe, a device. */
class OutputStream implements Output {
  readonly canSeek = false;
  size = 0;
  readonly #stream: NodeJS.WritableStream;
  readonly #name: string;
  #error: Error | null = null;
  readonly #failed = (error: Error): void => { this.#error = error; };

  constructor(stream: NodeJS.WritableStream, name: string) {
    this.#stream = stream;
    this.#name = name;
    stream.on('error', this.#failed);
  }

  async write({ bytes }: MuxerOutput): Promise<void> {
    this.#check();
    this.size += bytes.length;
    if (!this.#stream.write(bytes)) await once(this.#stream, 'drain').catch(() => this.#check());
  }

  async commit(): Promise<void> {
    await new Promise<void>((resolve) => this.#stream.write(new Uint8Array(0), () => resolve()));
    this.#check();
  }

  async abandon(): Promise<void> {}

  #check(): void {
    if (this.#error) throw new Failure(cannotWrite(this.#name, this.#error).message);
  }
}

const cannotWrite = (name: string, error: unknown): UsageError => new UsageError(`cannot write ${name}: ${reasonOf(error)}`);

/** @param path `-` for standard output. @throws UsageError where there is a file already, unless it may be overwritten */
export async function openOutput(path: string, mayOverwrite: boolean): Promise<Output> {
  if (path === '-') {
    if (process.stdout.isTTY) throw new UsageError('a terminal is no place for a media file: name one, or direct the output elsewhere');
    return new OutputStream(process.stdout, 'standard output');
  }
  const existing = await stat(path).catch(() => null);
  if (existing?.isDirectory()) throw new UsageError(`cannot write ${path}: it is a directory`);
  if (existing && !existing.isFile()) {
    const file = await open(path, 'w').catch((error) => { throw cannotWrite(path, error); });
    return new OutputStream(file.createWriteStream(), path);
  }
  if (existing && !mayOverwrite) throw new UsageError(`${path} is there already; --overwrite replaces it`);
  return OutputFile.create(path);
}
