import type { EncodedAudioChunkInit } from '../generated/webcodecs-types';
import type { EncodedData } from '../host/CodecBackend';
import { EncodedChunk } from './EncodedChunk';

/** https://w3c.github.io/webcodecs/#encodedaudiochunk-interface */
export class EncodedAudioChunk extends EncodedChunk {
  constructor(init: EncodedAudioChunkInit | EncodedData) {
    super(init, 'EncodedAudioChunk');
  }
}
