import { ParseFailure } from '../failure';
import { EbmlElement, type ElementHeader, elementHeader, vint, vintBytes } from './ebml';
import { Id } from './ids';

/** Bytes that are enough to tell a Cluster by: its header, a checksum, its Timestamp, what else it says of itself, the header of its first block. */
export const clusterStartBytes = 80;

/** What a Cluster may say between its Timestamp and its first block (RFC 9559, 5.1.3). */
const passedOver: ReadonlySet<number> = new Set([Id.CRC32, Id.Void, Id.Position, Id.PrevSize]);
const blocks: ReadonlySet<number> = new Set([Id.SimpleBlock, Id.BlockGroup]);

/**
 * The Timestamp of the Cluster that `bytes` begin with. Null where that is none, as where its identifier stands in coded media: no Timestamp comes first, or no block of
 * one of the tracks next, or one of them is longer than the Cluster.
 * @param position of `bytes` in the file
 */
export function clusterTimestamp(bytes: Uint8Array, position: number, isTrack: (number: number) => boolean): number | null {
  try {
    return timestampOf(bytes, position, isTrack);
  } catch (error) {
    if (error instanceof ParseFailure) return null;
    throw error;
  }
}

function timestampOf(bytes: Uint8Array, position: number, isTrack: (number: number) => boolean): number | null {
  const cluster = elementHeader(bytes, 0, position);
  if (typeof cluster === 'number' || cluster.id !== Id.Cluster) return null;
  const end = cluster.size === null ? Infinity : cluster.headerBytes + cluster.size;
  let timestamp: number | null = null;
  for (let at = cluster.headerBytes; at < end;) {
    const element = elementHeader(bytes, at, position);
    if (typeof element === 'number' || element.size === null) return null;
    const begin = at + element.headerBytes;
    at = begin + element.size;
    if (at > end) return null;
    if (blocks.has(element.id)) return timestamp !== null && isBlockOf(bytes, begin, element, position, isTrack) ? timestamp : null;
    if (element.id === Id.Timestamp && timestamp === null && at <= bytes.length) timestamp = new EbmlElement(element.id, bytes.subarray(begin, at), position + begin).unsigned();
    else if (!passedOver.has(element.id)) return null;
  }
  return timestamp; // One without blocks.
}

function isBlockOf(bytes: Uint8Array, begin: number, { id }: ElementHeader, position: number, isTrack: (number: number) => boolean): boolean {
  if (id !== Id.SimpleBlock) return true; // A group may begin with anything.
  if (begin >= bytes.length || begin + vintBytes(bytes[begin]) > bytes.length) return false;
  const number = vint(bytes, begin, position);
  return number !== null && isTrack(number);
}
