/** Interleaved samples: floating point between −1 and 1, or 16-bit integers. */
export type Pcm = Float32Array | Int16Array;

const fullScale = 32768;

/** One array a channel. Samples that make no whole frame are an error of the caller's. */
export function planesOf(samples: Pcm, channels: number): Float32Array[] {
  const isInteger = samples instanceof Int16Array;
  if (!isInteger && !(samples instanceof Float32Array)) throw new TypeError('The samples are neither a Float32Array nor an Int16Array.');
  if (samples.length % channels !== 0) throw new RangeError(`${samples.length} samples are no whole number of frames of ${channels} channels.`);
  const frames = samples.length / channels;
  const scale = isInteger ? 1 / fullScale : 1;
  return Array.from({ length: channels }, (_, channel) => {
    const plane = new Float32Array(frames);
    for (let frame = 0; frame < frames; ++frame) plane[frame] = samples[frame * channels + channel]! * scale;
    return plane;
  });
}

/** The channels of a recording as another number of channels: one is the mean of all, what is lacking repeats the last. */
export function withChannels(channels: readonly Float32Array[], wanted: number): Float32Array[] {
  if (wanted === 1) return [channels[0]!.map((_, frame) => channels.reduce((sum, samples) => sum + samples[frame]!, 0) / channels.length)];
  return Array.from({ length: wanted }, (_, channel) => channels[Math.min(channel, channels.length - 1)]!);
}
