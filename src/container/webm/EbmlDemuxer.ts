import { viewOf } from '../bytes';
import { Demuxer, type Parsing } from '../Demuxer';
import { EbmlElement, type ElementHeader, elementHeader, mostHeaderBytes } from './ebml';
import { Id, topLevel } from './ids';

/** Stands for an element that can't be part of a Cluster of unknown size. */
export const endOfCluster: ElementHeader = { id: 0, size: 0, headerBytes: 0 };

/** Reads element after element (RFC 8794). */
export abstract class EbmlDemuxer extends Demuxer {
  /**
   * The next element's header. Null at the end of the file. Inside of a cluster of unknown size, `endOfCluster` where the next element can't be part
   * of one; that element stays.
   */
  protected* header(isInUnknownSize = false): Parsing<ElementHeader | null> {
    let needed = this.available >= mostHeaderBytes ? mostHeaderBytes : 2;
    if (!(yield* this.has(1))) return null;
    for (;;) {
      const bytes = yield* this.peek(needed);
      if (!bytes) {
        this.truncated();
        return null;
      }
      const header = elementHeader(bytes, 0, this.position);
      if (typeof header === 'number') {
        needed = header;
        continue;
      }
      if (isInUnknownSize && (topLevel.has(header.id) || header.id === Id.Segment || header.id === Id.EBML)) return endOfCluster;
      this.skip(header.headerBytes);
      return header;
    }
  }

  /** Whether an element of an identifier of four bytes is next. */
  protected* isNext(id: number): Parsing<boolean> {
    const bytes = yield* this.peek(4);
    return bytes !== null && viewOf(bytes).getUint32(0) === id;
  }

  protected* content(header: ElementHeader, name: string): Parsing<EbmlElement | null> {
    const position = this.position;
    const bytes = yield* this.takeStructure(header.size!, name);
    return bytes && new EbmlElement(header.id, bytes, position);
  }
}
