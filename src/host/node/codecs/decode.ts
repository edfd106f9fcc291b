import { readWave, summariseWave } from '../../../container/wav/decode';
import { isMalformed } from '../../../container/malformed';
import { sniffContainer, type Container } from '../../../container/sniff';
import { Resampler } from '../../../webcodecs/resample';
import type { DecodedAudio } from '../../Host';
import { avTrackDecoders } from './av/track-decoders';
import { embeddedTrackDecoders } from './embedded/track-decoders';
import { CodecFailure } from './failure';
import { decodeTrack, NoDecoder, probeTrack, type TrackDecoders } from './file';
import type { AudioDescription } from './messages';
import { loadNodeAv, type NodeAv } from './node-av';
import { checkSize, type Pcm } from './pcm';

/** What the codec Worker does with one file. `progress` is called often while it works. */
export async function decodeFile(bytes: Uint8Array, sampleRate: number, progress: () => void): Promise<DecodedAudio> {
  const container = containerOf(bytes);
  const pcm = (container === 'wav' && decodePlainWave(bytes)) || await withDecoders((decoders) => decodeTrack(bytes, container, decoders, progress));
  return resampled(pcm, sampleRate, progress);
}

export async function probeFile(bytes: Uint8Array): Promise<AudioDescription> {
  const container = containerOf(bytes);
  if (container === 'wav') {
    const wave = summariseWave(bytes);
    if (isMalformed(wave)) throw malformedWave(wave.malformed, wave.offset);
    if (!('foreignFormatTag' in wave)) {
      const { sampleRate, channels, frames } = wave;
      const codec = wave.encoding === 'integer' || wave.encoding === 'float' ? `${wave.sampleBytes * 8}-bit ${wave.encoding}` : wave.encoding;
      return { container: 'WAV', codec, sampleRate, channels, durationSeconds: frames / sampleRate };
    }
  }
  return withDecoders((decoders) => probeTrack(bytes, container, decoders));
}

/** By node-av where it is installed, else by what comes with Mediant. */
async function withDecoders<T>(use: (decoders: TrackDecoders) => T | Promise<T>): Promise<T> {
  let av: NodeAv;
  try {
    av = await loadNodeAv();
  } catch (reason) {
    try {
      return await use(embeddedTrackDecoders);
    } catch (error) {
      throw error instanceof NoDecoder ? reason : error;
    }
  }
  return use(avTrackDecoders(av));
}

function containerOf(bytes: Uint8Array): Container {
  const container = sniffContainer(bytes);
  if (container) return container;
  const what = bytes.length === 0 ? 'The file is empty' : 'The bytes are no audio file of a kind that is known';
  throw new CodecFailure('encoding', `${what}.`);
}

/** Null for WAV files that hold something else than plain samples. */
function decodePlainWave(bytes: Uint8Array): Pcm | null {
  const summary = summariseWave(bytes);
  if (isMalformed(summary)) throw malformedWave(summary.malformed, summary.offset);
  if ('foreignFormatTag' in summary) return null;
  checkSize(summary.frames, summary.channels);
  return { sampleRate: summary.sampleRate, channels: readWave(summary, bytes) };
}

function malformedWave(malformed: string, offset: number): CodecFailure {
  return new CodecFailure('encoding', `The WAV file is damaged: ${malformed} (at byte ${offset}).`);
}

const progressFrames = 65536;

function resampled(pcm: Pcm, sampleRate: number, progress: () => void): DecodedAudio {
  if (pcm.sampleRate === sampleRate) return pcm;
  const resampler = new Resampler(pcm.sampleRate, sampleRate);
  const length = resampler.outputLength(pcm.channels[0].length);
  checkSize(length, pcm.channels.length);
  const channels: Float32Array[] = [];
  while (pcm.channels.length > 0) {
    const inputs = pcm.channels.splice(0, 2); // Given up as it goes: both rates never stand in memory for all channels.
    const outputs = inputs.map(() => new Float32Array(length));
    for (let from = 0; from < length; from += progressFrames) {
      resampler.process(inputs, outputs, from, Math.min(length, from + progressFrames));
      progress();
    }
    channels.push(...outputs);
  }
  return { sampleRate, channels };
}
