/** [Serializable] and [Transferable] of WebCodecs' interfaces. */
import type { CloneableType } from '../host/Core';
import type { AudioPlanes, ColorSpace, EncodedData } from '../host/CodecBackend';
import { implOf, wrapperOf } from '../webidl/platform-object';
import { AudioData } from './AudioData';
import { EncodedAudioChunk } from './EncodedAudioChunk';
import { EncodedVideoChunk } from './EncodedVideoChunk';
import type { FrameSlots } from './frame-init';
import { share, SharedResource, type SharedPixels } from './SharedResource';
import { VideoColorSpace } from './VideoColorSpace';
import { frameOf, VideoFrame } from './VideoFrame';

function detached(name: string): DOMException {
  return new DOMException(`The ${name} is closed and can't be cloned.`, 'DataCloneError');
}

/** https://w3c.github.io/webcodecs/#encodedvideochunk-serialization */
function chunkType(name: string, Chunk: new (data: EncodedData) => EncodedAudioChunk | EncodedVideoChunk): CloneableType {
  return {
    name,
    is: (value) => implOf(value) instanceof Chunk,
    serialize: (value) => (implOf(value) as EncodedVideoChunk)._encoded,
    create: ({ data, isKey, timestamp, duration }: EncodedData) => wrapperOf(new Chunk({ data: new Uint8Array(data), isKey, timestamp, duration })),
  };
}

/** https://w3c.github.io/webcodecs/#audiodata-transfer-serialization */
const audioData: CloneableType = {
  name: 'AudioData',
  is: (value) => implOf(value) instanceof AudioData,
  serialize(value) {
    const data = implOf(value) as AudioData;
    if (data._isDetached) throw detached('AudioData');
    return { ...data._samples, release: undefined };
  },
  transfer(value) {
    const samples = audioData.serialize!(value);
    (implOf(value) as AudioData).close();
    return samples;
  },
  create: (samples: AudioPlanes) => wrapperOf(new AudioData({ ...samples, planes: samples.planes.map((plane) => new Uint8Array(plane)) })),
};

type SerializedFrame = Omit<FrameSlots, 'colorSpace'> & { readonly colorSpace: ColorSpace; readonly pixels: SharedPixels };

/** https://w3c.github.io/webcodecs/#videoframe-transfer-serialization */
const videoFrame: CloneableType = {
  name: 'VideoFrame',
  is: (value) => implOf(value) instanceof VideoFrame,
  serialize(value): SerializedFrame {
    const frame = implOf(value) as VideoFrame;
    if (frame._isDetached) throw detached('VideoFrame');
    const { slots, resource } = frame._state;
    return { ...slots, colorSpace: slots.colorSpace.toJSON(), pixels: share(resource) };
  },
  transfer(value) {
    const data = videoFrame.serialize!(value);
    (implOf(value) as VideoFrame).close();
    return data;
  },
  create({ pixels, colorSpace, ...slots }: SerializedFrame) {
    return wrapperOf(frameOf({ ...slots, colorSpace: new VideoColorSpace(colorSpace) }, new SharedResource(pixels)));
  },
};

export const cloneables: readonly CloneableType[] = [
  chunkType('EncodedAudioChunk', EncodedAudioChunk), chunkType('EncodedVideoChunk', EncodedVideoChunk), audioData, videoFrame,
];
