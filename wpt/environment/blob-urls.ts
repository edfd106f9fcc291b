import { randomUUID } from 'node:crypto';
import type { WireResponse } from '../server/message';

/**
 * The blob URL store of an environment (https://w3c.github.io/FileAPI/#blob-url). Entries may be blobs or objects of other kinds
 * (a MediaSource), which only elements can use.
 */
export class BlobURLs {
  readonly #entries = new Map<string, object>();
  readonly #read: (blob: object) => { bytes: Uint8Array; type: string } | undefined;

  /** `read` gives the content of a blob, undefined for an object of another kind. */
  constructor(read: (blob: object) => { bytes: Uint8Array; type: string } | undefined) {
    this.#read = read;
  }

  create(object: object, origin: string): string {
    const url = `blob:${origin}/${randomUUID()}`;
    this.#entries.set(url, object);
    return url;
  }

  revoke(url: string): void {
    this.#entries.delete(url);
  }

  object(url: string): object | undefined {
    return this.#entries.get(withoutFragment(url));
  }

  respond(url: string): WireResponse | undefined {
    const object = this.object(url);
    const content = object && this.#read(object);
    return content && { status: 200, headers: [['Content-Type', content.type], ['Content-Length', String(content.bytes.length)]], body: content.bytes };
  }
}

function withoutFragment(url: string): string {
  const hash = url.indexOf('#');
  return hash < 0 ? url : url.slice(0, hash);
}
