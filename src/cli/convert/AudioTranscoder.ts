import type { AudioData, AudioDecoder, AudioDecoderConfig, AudioEncoder, AudioEncoderConfig, EncodedAudioChunk } from 'mediant/webcodecs';
import { aacSampleRates } from '../../container/codecs/aac';
import type { Sample } from '../../container/outputs';
import type { SampleDescription, Track } from '../../container/tracks';
import * as webcodecs from '../../entry/webcodecs';
import { AudioTimeline } from './AudioTimeline';
import type { Sound } from './AudioTimeline';
import { CodecStage } from './CodecStage';
import { EncodedAudio } from './EncodedAudio';
import { measuredDelay } from './encoder-delay';
import type { OutputTrack } from './Interleaver';
import { canMix, mix } from './mixing';
import { StreamResampler } from './StreamResampler';
import type { ConverterInit, TrackConverter } from './TrackConverter';

export interface AudioSettings {
  /** A codec string, or what it begins with, to be completed: `mp4a.40`. */
  readonly codec: string;
  readonly bitrate?: number;
  /** Hertz; undefined: the input's, or the next that the encoder takes. */
  readonly sampleRate?: number;
  /** Undefined: the input's, or fewer where the encoder takes no more. */
  readonly channels?: number;
}

interface Encoded {
  readonly chunk: EncodedAudioChunk;
  readonly config: AudioDecoderConfig | undefined;
}

/** Whole codec strings, by what they begin with. */
const strings: Readonly<Record<string, string>> = { 'mp4a.40': 'mp4a.40.2' };

/** Hertz that an encoder takes, highest first; others take any. Opus knows five, but decodes at 48 kHz always. */
const sampleRates: Readonly<Record<string, readonly number[]>> = {
  opus: [48000], mp3: [48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000], 'mp4a.40.2': aacSampleRates, 'mp4a.40.5': aacSampleRates, 'mp4a.40.29': aacSampleRates,
};

/** Decodes and encodes sound, with as many channels and at the rate that the encoder takes. */
export class AudioTranscoder implements TrackConverter {
  readonly #track: Track;
  readonly #settings: AudioSettings;
  readonly #timeline: AudioTimeline;
  readonly #encoded: EncodedAudio;
  readonly #end: number;
  readonly #decoder: CodecStage<AudioDecoder, AudioData>;
  #encoder: CodecStage<AudioEncoder, Encoded> | null = null;
  #config: AudioEncoderConfig | null = null;
  #description: SampleDescription | null = null;
  #resampler: StreamResampler | null = null;
  /** Frames, as measured where the encoder's output does not tell. */
  #delay = 0;
  /** Frames that were given to the encoder. */
  #frames = 0;

  constructor({ track, range, isFromStart }: ConverterInit, output: OutputTrack, settings: AudioSettings) {
    this.#track = track;
    this.#settings = { ...settings, codec: strings[settings.codec] ?? settings.codec };
    this.#end = range.end * track.timescale;
    this.#timeline = new AudioTimeline(track, range, isFromStart);
    this.#encoded = new EncodedAudio(output, track, (description) => this.#delayOf(description));
    this.#decoder = new CodecStage((init) => new webcodecs.AudioDecoder(init), (data: AudioData) => data);
  }

  async write(sample: Sample): Promise<void> {
    const { timestamp, duration, descriptionIndex, data } = sample;
    const description = this.#track.descriptions[descriptionIndex];
    if (this.#description === null || (this.#description !== description && this.#track.descriptions.includes(this.#description))) await this.change(description);
    // What is behind the end may still be counted in a time that is taken off (MP3).
    if (timestamp - (duration ?? 0) - (this.#track.gapless?.startFrames ?? 0) >= this.#end || data.length === 0) return;
    const chunk = new webcodecs.EncodedAudioChunk({ type: 'key', timestamp: this.#timeline.timestampOf(sample), data });
    await this.#decoder.put((decoder) => decoder.decode(chunk));
    await this.#encodeDecoded();
  }

  async change(description: SampleDescription): Promise<void> {
    this.#description = description;
    this.#timeline.restart();
    const { codec, audio } = description;
    const config = { codec, sampleRate: audio!.sampleRate, numberOfChannels: audio!.numberOfChannels, ...(description.description && { description: description.description }) };
    await this.#decoder.put((decoder) => decoder.configure(config));
  }

  async finish(): Promise<void> {
    if (this.#description !== null) await this.#decoder.flush();
    await this.#encodeDecoded();
    for (const sound of this.#timeline.finish()) await this.#hear(sound);
    await this.#endResampler();
    await this.#encoder?.flush();
    this.#write();
    this.#encoded.finish(this.#frames / (this.#config?.sampleRate ?? 1));
  }

  close(): void {
    for (const data of this.#decoder.close()) data.close();
    this.#timeline.close();
    this.#encoder?.close();
  }

  async #encodeDecoded(): Promise<void> {
    for (const data of this.#decoder.take()) for (const sound of this.#timeline.push(data)) await this.#hear(sound);
    this.#write();
  }

  async #hear({ sampleRate, planes }: Sound): Promise<void> {
    this.#config ??= await this.#open(sampleRate, planes.length);
    const mixed = mix(planes, this.#config.numberOfChannels);
    if (this.#resampler && this.#resampler.inputRate !== sampleRate) await this.#endResampler();
    if (sampleRate === this.#config.sampleRate) return this.#encode(mixed);
    this.#resampler ??= new StreamResampler(sampleRate, this.#config.sampleRate);
    return this.#encode(this.#resampler.push(mixed));
  }

  async #endResampler(): Promise<void> {
    const rest = this.#resampler?.finish();
    this.#resampler = null;
    if (rest) await this.#encode(rest);
  }

  async #encode(planes: readonly Float32Array[]): Promise<void> {
    const numberOfFrames = planes[0]?.length ?? 0;
    if (numberOfFrames === 0) return;
    const { sampleRate, numberOfChannels } = this.#config!;
    const data = new Float32Array(numberOfFrames * numberOfChannels);
    planes.forEach((plane, channel) => data.set(plane, channel * numberOfFrames));
    const timestamp = Math.round((this.#frames * 1e6) / sampleRate);
    this.#frames += numberOfFrames;
    const sound = new webcodecs.AudioData({ format: 'f32-planar', sampleRate, numberOfFrames, numberOfChannels, timestamp, data });
    await this.#encoder!.put((encoder) => encoder.encode(sound));
    sound.close();
  }

  #write(): void {
    for (const { chunk, config } of this.#encoder?.take() ?? []) this.#encoded.add(chunk, config, this.#timeline.startSeconds!);
  }

  /** The encoder, for sound of that rate with so many channels. */
  async #open(sampleRate: number, channels: number): Promise<AudioEncoderConfig> {
    const { codec, bitrate } = this.#settings;
    const rate = this.#settings.sampleRate ?? nearestRate(sampleRates[codec], sampleRate);
    const counts = this.#settings.channels === undefined ? [channels, 6, 2, 1].filter((count) => count <= channels && canMix(channels, count)) : [this.#settings.channels];
    const configs: AudioEncoderConfig[] = counts.map((numberOfChannels) => ({ codec, sampleRate: rate, numberOfChannels, bitrate }));
    // Where none is supported, the encoder says what is wrong with the first.
    let config = configs[0];
    for (const candidate of [...configs].reverse()) if ((await webcodecs.AudioEncoder.isConfigSupported(candidate)).supported) config = candidate;
    this.#encoder = new CodecStage(
      (init) => new webcodecs.AudioEncoder(init), (chunk: EncodedAudioChunk, metadata?: { decoderConfig?: AudioDecoderConfig }) => ({ chunk, config: metadata?.decoderConfig }),
    );
    await this.#encoder.put((encoder) => encoder.configure(config));
    if (/^mp(4a|3)/.test(codec)) this.#delay = await measuredDelay(config);
    return config;
  }

  /** RFC 7845, 5.1: OpusHead tells it. */
  #delayOf(description: Uint8Array | null): number {
    return this.#settings.codec === 'opus' && description ? description[10] | (description[11] << 8) : this.#delay;
  }
}

/** The same, else the next higher one, else the highest. */
function nearestRate(rates: readonly number[] | undefined, rate: number): number {
  if (!rates || rates.includes(rate)) return rate;
  return rates.filter((candidate) => candidate > rate).at(-1) ?? rates[0];
}
