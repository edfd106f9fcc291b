import type { PacketBatch } from '../packet-batch';
import { chunkHeaderBytes, commonHeaderBytes } from './constants';

const padded = (length: number): number => (length + 3) & ~3;

export type Checksum = (bytes: Uint8Array, start: number, end: number) => number;

/** Writes one packet after the other into a batch: common header, chunks, padding, checksum. */
export class PacketWriter {
  readonly #sourcePort: number;
  readonly #destinationPort: number;
  readonly #checksum: Checksum;
  #batch!: PacketBatch;
  view!: DataView;
  bytes!: Uint8Array;
  #start = 0;
  /** Where the next chunk goes. */
  at = 0;
  #limit = 0;

  constructor(sourcePort: number, destinationPort: number, checksum: Checksum) {
    this.#sourcePort = sourcePort;
    this.#destinationPort = destinationPort;
    this.#checksum = checksum;
  }

  /** Begins a packet of at most `packetBytes`; false where the batch is full. */
  begin(batch: PacketBatch, packetBytes: number, verificationTag: number): boolean {
    if (!batch.hasRoom(packetBytes)) return false;
    this.#batch = batch;
    this.view = batch.view;
    this.bytes = batch.bytes;
    this.#start = batch.used;
    this.at = this.#start + commonHeaderBytes;
    this.#limit = this.#start + packetBytes;
    this.view.setUint16(this.#start, this.#sourcePort);
    this.view.setUint16(this.#start + 2, this.#destinationPort);
    this.view.setInt32(this.#start + 4, verificationTag);
    this.view.setInt32(this.#start + 8, 0);
    return true;
  }

  /** Bytes of a packet that are no chunks. */
  static readonly overheadBytes = commonHeaderBytes;

  get isEmpty(): boolean {
    return this.at === this.#start + commonHeaderBytes;
  }

  /** Bytes left for chunks. Multiples of four, since every chunk begins at one. */
  get space(): number {
    return (this.#limit - this.at) & ~3;
  }

  /** Bytes of chunks that a packet of `packetBytes` can hold. */
  static capacity(packetBytes: number): number {
    return (packetBytes - commonHeaderBytes) & ~3;
  }

  /** Writes the header of a chunk of `length` bytes and returns where the chunk begins; the caller writes what follows the header. */
  chunk(type: number, flags: number, length: number): number {
    const at = this.at;
    this.bytes[at] = type;
    this.bytes[at + 1] = flags;
    this.view.setUint16(at + 2, length);
    this.at = at + padded(length);
    for (let pad = at + length; pad < this.at; pad++) this.bytes[pad] = 0;
    return at;
  }

  /** Writes a chunk that was encoded before. */
  encoded(chunk: Uint8Array): void {
    this.bytes.set(chunk, this.at);
    const end = this.at + padded(chunk.length);
    this.bytes.fill(0, this.at + chunk.length, end);
    this.at = end;
  }

  /** Writes a PAD chunk (https://www.rfc-editor.org/rfc/rfc4820#section-3) of `length` bytes. */
  pad(type: number, length: number): void {
    const at = this.chunk(type, 0, length);
    this.bytes.fill(0, at + chunkHeaderBytes, at + length);
  }

  /** Ends the packet; with `zeroChecksum` its checksum stays 0 (https://www.rfc-editor.org/rfc/rfc9653). */
  finish(zeroChecksum: boolean, flags = 0): void {
    // The checksum is the only field in the order of the processor that RFC 9260 was written on: least significant byte first.
    if (!zeroChecksum) this.view.setUint32(this.#start + 8, this.#checksum(this.bytes, this.#start, this.at), true);
    this.#batch.commit(this.at - this.#start, flags);
  }
}
