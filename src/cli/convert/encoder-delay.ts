import type { AudioData, AudioDecoderConfig, AudioEncoderConfig, EncodedAudioChunk } from 'mediant/webcodecs';
import * as webcodecs from '../../entry/webcodecs';
import { CodecStage } from './CodecStage';

/** Frames: of the sweep, of the silence before and behind it, and how far it is looked for. */
const sweepFrames = 4096;
const marginFrames = 8192;
const mostDelay = 8192;
/** Of the sweep, hertz: what no encoder leaves out. */
const [lowest, highest] = [200, 3000];

/**
 * Frames that come out of decoding before the first one that was encoded, which WebCodecs does not tell: found by coding a sweep and looking where it is. 0 where it
 * is not found.
 */
export async function measuredDelay(config: AudioEncoderConfig): Promise<number> {
  const { sampleRate, numberOfChannels } = config;
  const sweep = Float32Array.from({ length: sweepFrames }, (_, frame) => {
    const window = Math.sin((Math.PI * frame) / sweepFrames) ** 2;
    const seconds = frame / sampleRate;
    const rate = ((highest - lowest) * sampleRate) / sweepFrames;
    return 0.5 * window * Math.sin(2 * Math.PI * (lowest * seconds + (rate * seconds * seconds) / 2));
  });
  const plane = new Float32Array(sweepFrames + 2 * marginFrames);
  plane.set(sweep, marginFrames);
  const decoded = await coded(config, plane, numberOfChannels);
  let [delay, best] = [0, 0];
  for (let lag = 0; lag <= mostDelay && marginFrames + lag + sweepFrames <= decoded.length; lag++) {
    let sum = 0;
    for (let frame = 0, at = marginFrames + lag; frame < sweepFrames; frame++, at++) sum += sweep[frame] * decoded[at];
    if (sum > best) [delay, best] = [lag, sum];
  }
  return delay;
}

/** The first channel of what decodes of a plane that was encoded for all channels. */
async function coded(config: AudioEncoderConfig, plane: Float32Array, numberOfChannels: number): Promise<Float32Array> {
  const { sampleRate } = config;
  const encoder = new CodecStage(
    (init) => new webcodecs.AudioEncoder(init), (chunk: EncodedAudioChunk, metadata?: { decoderConfig?: AudioDecoderConfig }) => ({ chunk, config: metadata?.decoderConfig }),
  );
  const decoder = new CodecStage((init) => new webcodecs.AudioDecoder(init), (data: AudioData) => data);
  try {
    const data = new Float32Array(plane.length * numberOfChannels);
    for (let channel = 0; channel < numberOfChannels; channel++) data.set(plane, channel * plane.length);
    await encoder.put((codec) => codec.configure(config));
    await encoder.put((codec) => codec.encode(new webcodecs.AudioData({ format: 'f32-planar', sampleRate, numberOfFrames: plane.length, numberOfChannels, timestamp: 0, data })));
    await encoder.flush();
    for (const { chunk, config: decoderConfig } of encoder.take()) {
      if (decoderConfig) await decoder.put((codec) => codec.configure(decoderConfig));
      await decoder.put((codec) => codec.decode(chunk));
    }
    await decoder.flush();
    const outputs = decoder.take().map((output) => {
      const samples = new Float32Array(output.numberOfFrames);
      output.copyTo(samples, { planeIndex: 0, format: 'f32-planar' });
      output.close();
      return samples;
    });
    const decoded = new Float32Array(outputs.reduce((sum, { length }) => sum + length, 0));
    outputs.reduce((at, samples) => (decoded.set(samples, at), at + samples.length), 0);
    return decoded;
  } finally {
    encoder.close();
    for (const output of decoder.close()) output.close();
  }
}
