import type { EncodedVideoChunkInit, EncodedVideoChunkType } from '../generated/webcodecs-types';
import type { EncodedData } from '../host/CodecBackend';
import { constructing, executing } from '../webidl/exceptions';
import { PlatformObject } from '../webidl/platform-object';
import { bytesOf, checkTransferList, takeBytes, type BufferSource } from './buffer-sources';

/** What EncodedAudioChunk and EncodedVideoChunk have in common, which is everything. Immutable. */
export abstract class EncodedChunk extends PlatformObject {
  /** [[type]] */
  readonly type: EncodedVideoChunkType;
  /** [[timestamp]], microseconds */
  readonly timestamp: number;
  /** [[duration]], microseconds */
  readonly duration: number | null;
  /** [[internal data]]; never changed, so that it can be shared. */
  readonly _data: Uint8Array;
  readonly #interfaceName: string;

  /** https://w3c.github.io/webcodecs/#dom-encodedvideochunk-encodedvideochunk */
  constructor(init: EncodedVideoChunkInit | EncodedData, interfaceName: string) {
    super();
    // Steps 1 and 2
    if ('transfer' in init) checkTransferList(init.transfer, (detail) => constructing(interfaceName, detail));
    // Step 3
    this.#interfaceName = interfaceName;
    this.type = 'type' in init ? init.type : init.isKey ? 'key' : 'delta';
    this.timestamp = init.timestamp;
    this.duration = init.duration ?? null;
    // Steps 3.5 to 4; what an encoder gives is nobody else's.
    this._data = 'transfer' in init ? takeBytes(init.data, init.transfer) : init.data;
  }

  /** [[byte length]] */
  get byteLength(): number {
    return this._data.byteLength;
  }

  /** https://w3c.github.io/webcodecs/#dom-encodedvideochunk-copyto */
  copyTo(destination: BufferSource): void {
    const target = bytesOf(destination);
    // Step 1
    if (this.byteLength > target.byteLength) {
      throw new TypeError(executing('copyTo', this.#interfaceName, `destination has ${target.byteLength} bytes, the chunk ${this.byteLength}.`));
    }
    // Step 2
    target.set(this._data);
  }

  get _encoded(): EncodedData {
    return { data: this._data, isKey: this.type === 'key', timestamp: this.timestamp, duration: this.duration };
  }
}
