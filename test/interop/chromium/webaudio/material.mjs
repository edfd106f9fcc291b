/** What the scenes are made of. Runs in a page and in Node. */

/** Reproducible noise in [-1, 1). */
export function noise(length, seed = 1) {
  let state = seed >>> 0;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

export const sine = (frequency, length, sampleRate) =>
  Float32Array.from({ length }, (_, frame) => Math.sin((2 * Math.PI * frequency * frame) / sampleRate));

export function bufferOf(context, channels, sampleRate = context.sampleRate) {
  const buffer = context.createBuffer(channels.length, channels[0].length, sampleRate);
  channels.forEach((samples, index) => buffer.copyToChannel(samples, index));
  return buffer;
}

/** A source that plays the given samples, one array a channel, from the first frame on. */
export function play(context, channels) {
  const source = new AudioBufferSourceNode(context, { buffer: bufferOf(context, channels) });
  source.start();
  return source;
}

/** A source of constants, one a channel. */
export function constants(context, values) {
  const merger = new ChannelMergerNode(context, { numberOfInputs: values.length });
  values.forEach((offset, channel) => {
    const source = new ConstantSourceNode(context, { offset });
    source.connect(merger, 0, channel);
    source.start();
  });
  return merger;
}

/** A moving source of sound: noise whose level goes up and down. */
export const bursts = (length, seed = 5) => noise(length, seed).map((sample, frame) => sample * Math.abs(Math.sin(frame / 3000)));
