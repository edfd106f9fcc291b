import { type Place, bisect } from '../bisection';
import type { Parsing } from '../Demuxer';
import { fail } from '../failure';
import { limits } from '../limits';
import { type BlockStart, blockStartOf, mostBlockStartBytes } from './block';
import { clusterStartBytes, clusterTimestamp } from './cluster-start';
import { EbmlElement, fieldsOf } from './ebml';
import { EbmlDemuxer } from './EbmlDemuxer';
import { Id } from './ids';

/** A random access point, and the Cluster that it stands in. */
export interface KeyBlock {
  /** Ticks */
  readonly time: number;
  readonly clusterOffset: number;
}

/** What is searched: a Segment's Clusters from the first one on, of any size, known or not. */
export interface SearchedSegment {
  /** Position before the first Cluster. */
  readonly begin: number;
  /** Of a tick. */
  readonly seconds: number;
  /** Whether it is one of the Segment's. */
  isTrack(number: number): boolean;
}

/** How far before a Cluster without a random access point one is looked for; twice as far each time. */
const firstLookBack = 1 << 20;

/** Finds random access points without Cues: Clusters are told by what they begin with, wherever reading begins, and their times rise. */
export abstract class ClusterSearch extends EbmlDemuxer {
  /**
   * The last random access point of a track at or before a time; null where there is none.
   * @param time ticks
   */
  protected* searchKeyBlock(segment: SearchedSegment, trackNumber: number, time: number): Parsing<KeyBlock | null> {
    const first = yield* this.#firstCluster(segment);
    if (!first) return null;
    const isBehind = first.seconds <= time * segment.seconds;
    let { offset } = isBehind ? yield* bisect(first, this.fileEnd, time * segment.seconds, (position, end) => this.#clusterFrom(segment, position, end)) : first;
    for (let [end, step] = [Infinity, firstLookBack]; ; step *= 2) {
      const key = yield* this.#lastKeyBlock(offset, end, trackNumber, time);
      if (key || offset <= first.offset) return key;
      end = offset;
      offset = (yield* this.#clusterFrom(segment, Math.max(first.offset, offset - step), end))?.offset ?? first.offset;
    }
  }

  /** Passes over what else there is by its sizes, which attachments make large. */
  * #firstCluster(segment: SearchedSegment): Parsing<Place | null> {
    this.moveTo(segment.begin);
    for (;;) {
      const begin = this.position;
      const header = yield* this.header();
      if (!header) return null;
      if (header.id === Id.Cluster) return yield* this.#clusterFrom(segment, begin, begin + 1);
      this.skip(header.size ?? fail('an element of unknown size that must have one', begin));
    }
  }

  /** The first Cluster that begins between two positions. */
  * #clusterFrom({ seconds, isTrack }: SearchedSegment, begin: number, end: number): Parsing<Place | null> {
    this.moveTo(begin);
    while (yield* this.has(1)) {
      const at = this.peekPiece().indexOf(clusterIdByte);
      this.skip(at < 0 ? this.peekPiece().length : at);
      if (this.position >= end) return null;
      if (at < 0) continue;
      yield* this.has(clusterStartBytes);
      const timestamp = clusterTimestamp((yield* this.peek(Math.min(clusterStartBytes, this.available)))!, this.position, isTrack);
      if (timestamp !== null) return { offset: this.position, seconds: timestamp * seconds };
      this.skip(1);
    }
    return null;
  }

  /** Of the Clusters between two positions. Goes by headers: what stands in Clusters of unknown size is gone through as if it stood beside them. */
  * #lastKeyBlock(begin: number, end: number, trackNumber: number, time: number): Parsing<KeyBlock | null> {
    let found: KeyBlock | null = null;
    let cluster: { readonly offset: number; timestamp: number } | null = null;
    this.moveTo(begin);
    for (;;) {
      const offset = this.position;
      const header = offset < end ? yield* this.header() : null;
      if (!header) return found;
      if (header.id === Id.Cluster) {
        cluster = { offset, timestamp: NaN };
        continue;
      }
      const next: number = this.position + (header.size ?? fail('an element of unknown size that must have one', offset));
      if (cluster && header.id === Id.Timestamp) {
        const content = yield* this.content(header, 'a timestamp');
        cluster.timestamp = content?.unsigned() ?? NaN;
        if (cluster.timestamp > time) return found;
      } else if (cluster && (header.id === Id.SimpleBlock || header.id === Id.BlockGroup)) {
        const block: BlockStart | null = yield* header.id === Id.SimpleBlock ? this.#simpleBlock(header.size!) : this.#group(header.size!);
        if (block?.isKey && block.trackNumber === trackNumber) {
          const blockTime: number = cluster.timestamp + block.relativeTimestamp;
          if (blockTime > time) return found;
          found = { time: blockTime, clusterOffset: cluster.offset };
        }
      }
      this.moveTo(next);
    }
  }

  * #simpleBlock(size: number): Parsing<BlockStart | null> {
    const position = this.position;
    const bytes = yield* this.peek(Math.min(size, mostBlockStartBytes));
    return bytes && blockStartOf(bytes, position);
  }

  * #group(size: number): Parsing<BlockStart | null> {
    const position = this.position;
    if (size > limits.sampleBytes) fail(`a block of ${size} bytes`, position);
    const bytes = yield* this.peek(size);
    const fields = fieldsOf(bytes ? new EbmlElement(Id.BlockGroup, bytes, position) : undefined);
    const block = fields.get(Id.Block);
    return block ? { ...blockStartOf(block.bytes, block.position), isKey: !fields.get(Id.ReferenceBlock) } : null;
  }
}

/** What the identifier begins with. */
const clusterIdByte = Id.Cluster >>> 24;
