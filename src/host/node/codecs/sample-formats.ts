type Samples = Uint8Array | Int16Array | Int32Array | Float32Array | Float64Array;

interface SamplesConstructor {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): Samples;
}

export interface SampleFormat {
  /** Each channel has a buffer of its own. */
  readonly planar: boolean;
  readonly Samples: SamplesConstructor;
  /** What silence is stored as, and how loud 1 is. */
  readonly bias: number;
  readonly scale: number;
}

const stored: readonly Omit<SampleFormat, 'planar'>[] = [
  { Samples: Uint8Array, bias: 128, scale: 128 },
  { Samples: Int16Array, bias: 0, scale: 32768 },
  { Samples: Int32Array, bias: 0, scale: 2147483648 },
  { Samples: Float32Array, bias: 0, scale: 1 },
  { Samples: Float64Array, bias: 0, scale: 1 },
];

/** FFmpeg's AVSampleFormat, by number: five interleaved formats, then the same ones planar. */
export const sampleFormats: readonly SampleFormat[] = [false, true].flatMap((planar) => stored.map((format) => ({ planar, ...format })));

/** The samples of one of a frame's buffers. */
export function samplesOf({ Samples }: SampleFormat, plane: Uint8Array): Samples {
  const bytes = plane.byteOffset % Samples.BYTES_PER_ELEMENT === 0 ? plane : new Uint8Array(plane);
  return new Samples(bytes.buffer, bytes.byteOffset, Math.floor(bytes.byteLength / Samples.BYTES_PER_ELEMENT));
}

/** Converts every `stride`th sample from `start` on into floats of nominal range [-1, 1), as many as `target` takes. */
export function convert({ bias, scale }: SampleFormat, samples: Samples, start: number, stride: number, target: Float32Array): void {
  if (stride === 1 && scale === 1) {
    target.set(samples.subarray(start, start + target.length));
    return;
  }
  for (let frame = 0, index = start; frame < target.length; frame++, index += stride) target[frame] = (samples[index] - bias) / scale;
}
