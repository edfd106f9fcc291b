import type { EncodedVideoChunkInit } from '../generated/webcodecs-types';
import type { EncodedData } from '../host/CodecBackend';
import { EncodedChunk } from './EncodedChunk';

/** https://w3c.github.io/webcodecs/#encodedvideochunk-interface */
export class EncodedVideoChunk extends EncodedChunk {
  constructor(init: EncodedVideoChunkInit | EncodedData) {
    super(init, 'EncodedVideoChunk');
  }
}
