/** https://w3c.github.io/webcodecs/#configurations: which are valid, and what a backend is asked for. */
import type {
  AudioDecoderConfig, AudioEncoderConfig, VideoDecoderConfig, VideoEncoderConfig,
} from '../generated/webcodecs-types';
import type { AudioDecoderRequest, AudioEncoderRequest, VideoDecoderRequest, VideoEncoderRequest } from '../host/CodecBackend';
import { bytesOf, isDetached, type BufferSource } from './buffer-sources';
import { parseAudioCodec, parseVideoCodec } from './codec-strings/parse';
import { invalidFlacConfig, invalidOpusConfig, withOpusDefaults } from './codec-options';
import { temporalLayersOf } from './scalability';

/** What is wrong with a configuration; null where it is valid. */
type Problem = string | null;

const isBlank = (codec: string): boolean => /^[\t\n\f\r ]*$/.test(codec);

/** https://w3c.github.io/webcodecs/#valid-audiodecoderconfig */
export function invalidAudioDecoderConfig({ codec, sampleRate, numberOfChannels, description }: AudioDecoderConfig): Problem {
  // Step 1
  if (isBlank(codec)) return 'codec is empty';
  // Step 2
  if (description !== undefined && isDetached(description)) return 'description is detached';
  if (sampleRate === 0) return 'sampleRate is zero';
  if (numberOfChannels === 0) return 'numberOfChannels is zero';
  // The registrations of these make it required; of ALAC, which has none, it holds all that a decoder knows of a stream.
  const needsDescription = ['vorbis', 'flac', 'alac'].includes(codec);
  return needsDescription && (description === undefined || bytesOf(description).length === 0) ? `${codec} needs a description` : null;
}

/** https://w3c.github.io/webcodecs/#valid-videodecoderconfig */
export function invalidVideoDecoderConfig(config: VideoDecoderConfig): Problem {
  const { codec, codedWidth, codedHeight, displayAspectWidth, displayAspectHeight, description } = config;
  // Step 1
  if (isBlank(codec)) return 'codec is empty';
  // Steps 2 and 3
  if ((codedWidth === undefined) !== (codedHeight === undefined)) return 'codedWidth and codedHeight belong together';
  if (codedWidth === 0 || codedHeight === 0) return 'the coded size is zero';
  // Steps 4 and 5
  if ((displayAspectWidth === undefined) !== (displayAspectHeight === undefined)) return 'displayAspectWidth and displayAspectHeight belong together';
  if (displayAspectWidth === 0 || displayAspectHeight === 0) return 'the display aspect is zero';
  // Step 6
  return description !== undefined && isDetached(description) ? 'description is detached' : null;
}

/** Bits a second; what is beyond it is taken for a mistake, as in browsers. */
const highestAudioBitrate = 2 ** 32 - 1;

/** https://w3c.github.io/webcodecs/#valid-audioencoderconfig */
export function invalidAudioEncoderConfig({ codec, sampleRate, numberOfChannels, bitrate, opus, flac }: AudioEncoderConfig): Problem {
  // Step 1
  if (isBlank(codec)) return 'codec is empty';
  // Step 3
  if (sampleRate === 0) return 'sampleRate is zero';
  if (numberOfChannels === 0) return 'numberOfChannels is zero';
  if (bitrate === 0 || (bitrate ?? 0) > highestAudioBitrate) return `a bitrate of ${bitrate} is out of range`;
  // Step 2
  if (codec === 'opus') return invalidOpusConfig(opus, bitrate);
  return codec === 'flac' ? invalidFlacConfig(flac) : null;
}

/** https://w3c.github.io/webcodecs/#valid-videoencoderconfig */
export function invalidVideoEncoderConfig({ codec, width, height, displayWidth, displayHeight, bitrate, framerate }: VideoEncoderConfig): Problem {
  // Step 1
  if (isBlank(codec)) return 'codec is empty';
  // Steps 2 and 3
  if (width === 0 || height === 0) return 'the size is zero';
  if (displayWidth === 0 || displayHeight === 0) return 'the display size is zero';
  if (bitrate === 0) return 'bitrate is zero';
  return framerate !== undefined && framerate <= 0 ? 'framerate is not positive' : null;
}

const copyOf = (source: BufferSource | undefined): Uint8Array | undefined => source && new Uint8Array(bytesOf(source));

/** Null where the codec string is none. */
export function audioDecoderRequest({ codec, sampleRate, numberOfChannels, description }: AudioDecoderConfig): AudioDecoderRequest | null {
  const parameters = parseAudioCodec(codec);
  return parameters && { kind: 'audio-decoder', codec: parameters, sampleRate, numberOfChannels, description: copyOf(description) };
}

export function videoDecoderRequest(config: VideoDecoderConfig): VideoDecoderRequest | null {
  const { codec, description, codedWidth, codedHeight, hardwareAcceleration, optimizeForLatency } = config;
  const parameters = parseVideoCodec(codec);
  return parameters && {
    kind: 'video-decoder', codec: parameters, description: copyOf(description), codedWidth, codedHeight, hardwareAcceleration, optimizeForLatency: optimizeForLatency ?? false,
  };
}

export function audioEncoderRequest(config: AudioEncoderConfig): AudioEncoderRequest | null {
  const { codec, sampleRate, numberOfChannels, bitrate, bitrateMode, opus, aac, flac } = config;
  const parameters = parseAudioCodec(codec);
  const options = { opus: withOpusDefaults(opus), aac: aac ?? {}, flac: flac ?? {} } as unknown as Record<string, Record<string, unknown>>;
  return parameters && {
    kind: 'audio-encoder', codec: parameters, sampleRate, numberOfChannels, bitrate, bitrateMode, options: options[parameters.name] ?? {},
  };
}

export function videoEncoderRequest(config: VideoEncoderConfig): VideoEncoderRequest | null {
  const { codec, width, height, displayWidth, displayHeight, bitrate, framerate, bitrateMode, latencyMode, hardwareAcceleration, alpha } = config;
  const parameters = parseVideoCodec(codec);
  const temporalLayers = temporalLayersOf(config.scalabilityMode);
  if (parameters === null || temporalLayers === null) return null;
  const annexB = (parameters.name === 'h264' && config.avc?.format === 'annexb') || (parameters.name === 'hevc' && config.hevc?.format === 'annexb');
  return {
    kind: 'video-encoder', codec: parameters, width, height, displayWidth: displayWidth ?? width, displayHeight: displayHeight ?? height,
    bitrate, framerate, bitrateMode, latencyMode, hardwareAcceleration, keepAlpha: alpha === 'keep', temporalLayers, contentHint: config.contentHint ?? '', annexB,
  };
}

/** https://w3c.github.io/webcodecs/#clone-config; the conversion has left out what is not recognized already. */
export function cloneConfig<T extends object>(config: T): T {
  return Object.fromEntries(Object.entries(config).map(([name, value]) => [name, cloneMember(value)])) as T;
}

function cloneMember(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value) || 'byteLength' in value) return new Uint8Array(bytesOf(value as BufferSource)).buffer;
  return cloneConfig(value);
}
