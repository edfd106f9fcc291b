import type { OutboundStream } from './outbound-stream';

/** https://www.rfc-editor.org/rfc/rfc8260#section-3 */
export type SchedulerName =
  /** Weighted fair queueing (3.6): bytes in proportion to the streams' weights. */
  | 'weighted-fair'
  /** Round robin (3.2): a message, or with I-DATA a fragment, in turn. */
  | 'round-robin';

/**
 * Which stream sends next: the one with the smallest key, kept in a binary heap. For round robin the key is the turn it was given. For
 * weighted fair queueing it is the virtual time at which its next piece begins: the time goes with the stream that is served, and a
 * stream moves ahead by what it sent, divided by its weight.
 */
export class StreamScheduler {
  readonly #name: SchedulerName;
  readonly #heap: OutboundStream[] = [];
  #virtualTime = 0;
  #turns = 0;

  constructor(name: SchedulerName) {
    this.#name = name;
  }

  get first(): OutboundStream | undefined {
    return this.#heap[0];
  }

  /** The stream has something to send. */
  activate(stream: OutboundStream): void {
    stream.key = this.#name === 'round-robin' ? ++this.#turns : Math.max(this.#virtualTime, stream.key);
    stream.heapIndex = this.#heap.length;
    this.#heap.push(stream);
    this.#moveUp(stream);
  }

  /** The stream sent `bytes` in its turn. */
  served(stream: OutboundStream, bytes: number, hasMore: boolean): void {
    if (this.#name === 'round-robin') {
      stream.key = ++this.#turns;
    } else {
      if (stream.key > this.#virtualTime) this.#virtualTime = stream.key;
      stream.key += bytes / stream.weight;
    }
    if (hasMore) this.#moveDown(stream);
    else this.deactivate(stream);
  }

  deactivate(stream: OutboundStream): void {
    const index = stream.heapIndex;
    if (index < 0) return;
    stream.heapIndex = -1;
    const last = this.#heap.pop()!;
    if (last === stream) return;
    this.#heap[index] = last;
    last.heapIndex = index;
    this.#moveUp(last);
    this.#moveDown(last);
  }

  #moveUp(stream: OutboundStream): void {
    const heap = this.#heap;
    let index = stream.heapIndex;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!comesBefore(stream, heap[parent])) break;
      heap[index] = heap[parent];
      heap[index].heapIndex = index;
      index = parent;
    }
    heap[index] = stream;
    stream.heapIndex = index;
  }

  #moveDown(stream: OutboundStream): void {
    const heap = this.#heap;
    const { length } = heap;
    let index = stream.heapIndex;
    for (let child = 2 * index + 1; child < length; child = 2 * index + 1) {
      if (child + 1 < length && comesBefore(heap[child + 1], heap[child])) child++;
      if (!comesBefore(heap[child], stream)) break;
      heap[index] = heap[child];
      heap[index].heapIndex = index;
      index = child;
    }
    heap[index] = stream;
    stream.heapIndex = index;
  }
}

const comesBefore = (a: OutboundStream, b: OutboundStream): boolean => a.key < b.key || (a.key === b.key && a.id < b.id);
