import type { Demuxer } from '../container/Demuxer';
import { createDemuxer } from '../container/demuxers';
import type { DemuxerOutput } from '../container/outputs';
import { sniffContainer } from '../container/sniff';
import type { Container } from '../container/sniff';
import { openSource } from './ByteSource';
import type { ByteSource } from './ByteSource';
import { Failure } from './Command';

/** A file or URL with the demuxer that its content asks for. */
export class MediaFile {
  readonly #source: ByteSource;
  readonly #demuxer: Demuxer;
  /** What was read to tell the container. */
  #first: Uint8Array | null;

  private constructor(readonly name: string, readonly container: Container, source: ByteSource, demuxer: Demuxer, first: Uint8Array) {
    this.#source = source;
    this.#demuxer = demuxer;
    this.#first = first;
  }

  /** @throws UsageError, Failure where it can't be read, or is nothing that a demuxer reads */
  static async open(name: string): Promise<MediaFile> {
    const source = await openSource(name);
    try {
      const first = await source.read(0);
      const container = sniffContainer(first);
      const demuxer = container && createDemuxer(container, source);
      if (!demuxer) throw new Failure(`${name} is ${container === null ? 'in no format that is known' : `${container}, which has no demuxer`}`);
      return new MediaFile(name, container, source, demuxer, first);
    } catch (error) {
      await source.close();
      throw error;
    }
  }

  /** Bytes; null where the server does not tell. */
  get size(): number | null {
    return this.#source.size;
  }

  /** The byte that reading has come to. */
  get position(): number {
    return this.#demuxer.wanted.begin;
  }

  /** The next output, of which 'end' and 'error' are the last. */
  async read(): Promise<DemuxerOutput> {
    for (;;) {
      const output = this.#demuxer.read();
      if (output) return output;
      const bytes = this.#first ?? (await this.#source.read(this.position));
      this.#first = null;
      if (bytes.length > 0) this.#demuxer.push(bytes);
      else this.#demuxer.end();
    }
  }

  /** `Demuxer.seek()`: false where nothing has changed. */
  seek(seconds: number): boolean {
    return this.#demuxer.seek(seconds);
  }

  close(): Promise<void> {
    return this.#source.close();
  }
}
