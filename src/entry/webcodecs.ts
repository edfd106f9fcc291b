/** `mediant/webcodecs`: the interfaces of WebCodecs, made for Node's own realm, and how a codec backend is added. */
import type * as declared from 'mediant/webcodecs';
import { interfaces } from './instance';

export { registerCodecBackend } from '../host/node/codecs';

export const {
  AudioData,
  AudioDecoder,
  AudioEncoder,
  EncodedAudioChunk,
  EncodedVideoChunk,
  ImageDecoder,
  ImageTrack,
  ImageTrackList,
  VideoColorSpace,
  VideoDecoder,
  VideoEncoder,
  VideoFrame,
} = interfaces as unknown as typeof declared;
