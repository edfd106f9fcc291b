import type { BlockPool } from './block-pool';
import { ByteQueue } from './byte-queue';
import type { BufferedAmountLowEvent } from './events';

/** https://www.rfc-editor.org/rfc/rfc8831#section-6.4: priorities of data channels as weights, that of "low" being the default. */
export const defaultWeight = 256;

export class OutboundStream {
  weight = defaultWeight;
  /** `resetStreams` was called: nothing more is taken, and once all was acknowledged the peer is asked. */
  resetting = false;
  nextSsn = 0;
  nextMid = 0;
  nextUnorderedMid = 0;
  /** Bytes that have no TSN yet. */
  bufferedBytes = 0;
  lowThreshold = 0;
  /** Messages in their order, as rows: the oldest that is not done, the first that has bytes without a TSN, the newest. */
  oldest = -1;
  unsent = -1;
  newest = -1;
  readonly bytes: ByteQueue;
  /** Place among the scheduler's. */
  heapIndex = -1;
  key = 0;

  readonly lowEvent: BufferedAmountLowEvent;

  constructor(readonly id: number, readonly index: number, pool: BlockPool) {
    this.bytes = new ByteQueue(pool);
    this.lowEvent = { type: 'buffered amount low', streamId: id };
  }

  /** Sequence numbers begin anew. */
  restartNumbers(): void {
    this.nextSsn = 0;
    this.nextMid = 0;
    this.nextUnorderedMid = 0;
  }
}
