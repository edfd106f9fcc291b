/** https://w3c.github.io/webcodecs/#audio-sample-formats */
import type { AudioPlanes, SampleFormat } from '../host/CodecBackend';

type SampleArray = Uint8Array | Int16Array | Int32Array | Float32Array;

interface SampleType {
  readonly bytes: number;
  readonly view: (bytes: Uint8Array) => SampleArray;
  /** Values for -1, 0 and 1: https://w3c.github.io/webcodecs/#audio-samples-magnitude; the highest is one less than -1's opposite. */
  readonly bias: number;
  readonly scale: number;
  readonly highest: number;
}

const types: Readonly<Record<string, SampleType>> = {
  u8: { bytes: 1, view: (bytes) => bytes, bias: 128, scale: 128, highest: 255 },
  s16: { bytes: 2, view: (bytes) => new Int16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 1), bias: 0, scale: 2 ** 15, highest: 2 ** 15 - 1 },
  s32: { bytes: 4, view: (bytes) => new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2), bias: 0, scale: 2 ** 31, highest: 2 ** 31 - 1 },
  f32: { bytes: 4, view: (bytes) => new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2), bias: 0, scale: 1, highest: Infinity },
};

export function isPlanar(format: SampleFormat): boolean {
  return format.endsWith('-planar');
}

const typeOf = (format: SampleFormat): SampleType => types[format.replace('-planar', '')];

export function bytesPerSample(format: SampleFormat): number {
  return typeOf(format).bytes;
}

/** A plane as samples; bytes that they are not aligned in are copied. */
function samplesOf(format: SampleFormat, plane: Uint8Array): SampleArray {
  const { bytes, view } = typeOf(format);
  return view(plane.byteOffset % bytes === 0 ? plane : new Uint8Array(plane));
}

/** The planes of samples that lie one behind the other. */
export function splitPlanes(format: SampleFormat, bytes: Uint8Array, numberOfFrames: number, numberOfChannels: number): Uint8Array[] {
  const size = bytesPerSample(format);
  if (!isPlanar(format)) return [bytes.subarray(0, numberOfFrames * numberOfChannels * size)];
  return Array.from({ length: numberOfChannels }, (_, channel) => bytes.subarray(channel * numberOfFrames * size, (channel + 1) * numberOfFrames * size));
}

/**
 * Copies `frameCount` frames from `frameOffset` on into `target`: the plane `planeIndex` of planar formats, all channels of
 * interleaved ones, in `format`. `target` has the room.
 */
export function copySamples(source: AudioPlanes, target: Uint8Array, format: SampleFormat, planeIndex: number, frameOffset: number, frameCount: number): void {
  const { format: sourceFormat, numberOfChannels, planes } = source;
  if (format === sourceFormat) {
    const frameBytes = bytesPerSample(format) * (isPlanar(format) ? 1 : numberOfChannels);
    target.set(planes[planeIndex].subarray(frameOffset * frameBytes, (frameOffset + frameCount) * frameBytes));
    return;
  }
  const channels = isPlanar(format) ? [planeIndex] : Array.from({ length: numberOfChannels }, (_, channel) => channel);
  const stride = channels.length;
  const size = bytesPerSample(format);
  // Script's memory may begin anywhere.
  const aligned = target.byteOffset % size === 0 ? target : new Uint8Array(frameCount * stride * size);
  const output = typeOf(format).view(aligned);
  channels.forEach((channel, index) => {
    const from = isPlanar(sourceFormat) ? samplesOf(sourceFormat, planes[channel]) : samplesOf(sourceFormat, planes[0]);
    const step = isPlanar(sourceFormat) ? 1 : numberOfChannels;
    const first = isPlanar(sourceFormat) ? frameOffset : frameOffset * numberOfChannels + channel;
    convert(from, first, step, typeOf(sourceFormat), output, index, stride, typeOf(format), frameCount);
  });
  if (aligned !== target) target.set(aligned.subarray(0, frameCount * stride * size));
}

function convert(
  from: SampleArray, first: number, fromStep: number, fromType: SampleType, to: SampleArray, start: number, toStep: number, toType: SampleType, count: number,
): void {
  const { bias, scale } = fromType;
  const { bias: newBias, scale: newScale, highest } = toType;
  const factor = newScale / scale;
  const lowest = newBias - newScale;
  const isFloat = highest === Infinity;
  for (let frame = 0, read = first, write = start; frame < count; frame++, read += fromStep, write += toStep) {
    const value = (from[read] - bias) * factor;
    // To fewer bits the value is rounded down, so that the lowest stays the lowest.
    to[write] = isFloat ? value : Math.max(lowest, Math.min(highest, Math.floor(value) + newBias));
  }
}

/** A channel, converted. */
export function samplesAsFloats(source: Omit<AudioPlanes, 'timestamp'>, channel: number): Float32Array {
  const floats = new Float32Array(source.numberOfFrames);
  copySamples({ ...source, timestamp: 0 }, new Uint8Array(floats.buffer), 'f32-planar', channel, 0, source.numberOfFrames);
  return floats;
}
