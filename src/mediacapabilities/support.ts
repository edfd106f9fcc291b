import type { AudioConfiguration, VideoConfiguration } from '../generated/mediacapabilities-types';
import type { CodecParameters, CodecRequest } from '../host/CodecBackend';
import { isHostError } from '../host/Host';
import { checkSupport, openCodec } from '../webcodecs/backends';
import { parseAudioCodec, parseVideoCodec } from '../webcodecs/codec-strings/parse';
import { temporalLayersOf } from '../webcodecs/scalability';
import { codecStringOf, codecStringOfRtp, containers, parseContentType, type ContentType } from './content-types';

export interface Support {
  readonly smooth: boolean;
  readonly powerEfficient: boolean;
}

type Answer = (support: Support | null) => void;

/** https://w3c.github.io/media-capabilities/#check-mime-type-support: whether the codec can be opened, and what opened is. Null: unsupported. */
export function videoSupport(video: VideoConfiguration, direction: 'decode' | 'encode', isRtp: boolean, answer: Answer): void {
  const type = parseContentType(video.contentType)!;
  const codec = codecOf(type, isRtp, parseVideoCodec);
  const temporalLayers = temporalLayersOf(video.scalabilityMode);
  if (codec === null || !allowsColors(codec, video) || temporalLayers === null || video.spatialScalability === true) {
    host.queueTask(() => answer(null));
    return;
  }
  const { width, height, framerate, bitrate } = video;
  const request: CodecRequest = direction === 'decode'
    ? { kind: 'video-decoder', codec, codedWidth: width, codedHeight: height, hardwareAcceleration: 'no-preference', optimizeForLatency: isRtp }
    : {
      kind: 'video-encoder', codec, width, height, displayWidth: width, displayHeight: height, framerate, bitrate: bitrate || undefined, bitrateMode: 'variable',
      latencyMode: 'realtime', hardwareAcceleration: 'no-preference', keepAlpha: video.hasAlphaChannel === true, temporalLayers, contentHint: '', annexB: false,
    };
  open(request, (isHardware) => {
    if (isHardware === null) return answer(null);
    const smooth = isHardware || width * height * framerate <= pixelsPerSecond[direction];
    return answer({ smooth, powerEfficient: isHardware });
  });
}

/**
 * What two cores do in software, carefully estimated (docs/codecs.md): 4K at 30 frames a second is decoded, 1080p at 30 encoded. Whether
 * a machine is faster, only trying would tell.
 */
const pixelsPerSecond = { decode: 3840 * 2160 * 30, encode: 1920 * 1080 * 30 };

const defaultSampleRate = 48000;

export function audioSupport(audio: AudioConfiguration, direction: 'decode' | 'encode', isRtp: boolean, answer: Answer): void {
  const type = parseContentType(audio.contentType)!;
  const codec = codecOf(type, isRtp, parseAudioCodec);
  if (codec === null) {
    host.queueTask(() => answer(null));
    return;
  }
  // As the number of channels is written: `2`, `5.1`.
  const channels = Math.max(1, (audio.channels ?? '2').split('.').reduce((sum, part) => sum + (Number(part) || 0), 0));
  const isTelephony = ['alaw', 'ulaw', 'g722'].includes(codec.name);
  const sampleRate = audio.samplerate || (codec.name === 'g722' ? 16000 : isTelephony ? 8000 : defaultSampleRate);
  const numberOfChannels = isTelephony ? 1 : channels;
  const request: CodecRequest = direction === 'decode'
    ? { kind: 'audio-decoder', codec, sampleRate, numberOfChannels }
    : { kind: 'audio-encoder', codec, sampleRate, numberOfChannels, bitrate: audio.bitrate || undefined, bitrateMode: 'variable', options: encoderOptions[codec.name] ?? {} };
  checkSupport(request, (supported) => answer(supported ? { smooth: true, powerEfficient: true } : null));
}

const encoderOptions: Readonly<Record<string, Record<string, unknown>>> = {
  opus: { format: 'opus', signal: 'auto', application: 'audio', frameDuration: 20000, packetlossperc: 0, useinbandfec: false, usedtx: false, complexity: 9 },
};

function codecOf(type: ContentType, isRtp: boolean, parse: (string: string) => CodecParameters | null): CodecParameters | null {
  const string = isRtp ? codecStringOfRtp(type) : codecStringOf(type);
  const codec = string === null ? null : parse(string);
  if (codec === null || codec.name === '') return null;
  return isRtp || containers[type.essence].codecs.includes(codec.name) ? codec : null;
}

/** Whether it can be opened, and if so, whether by hardware. */
function open(request: CodecRequest, done: (isHardware: boolean | null) => void): void {
  openCodec(request, { progress() {}, flushed() {}, failed() {} }, (result) => {
    if (isHostError(result)) return done(null);
    const { isHardware } = result;
    result.close();
    return done(isHardware);
  });
}

/** Numbers of ITU-T H.273 that a codec string of VP9 or AV1 has for primaries and transfer; Rec. 709 where it leaves them out. */
function colorsIn({ name, string }: CodecParameters): { primaries: number; transfer: number } | null {
  const fields = string.split('.');
  const first = ({ vp9: 5, av1: 6 } as Record<string, number>)[name];
  if (first === undefined) return null;
  return { primaries: Number(fields[first] ?? 1), transfer: Number(fields[first + 1] ?? 1) };
}

const gamuts: Readonly<Record<string, readonly number[]>> = { srgb: [1, 2, 5, 6], p3: [11, 12], rec2020: [9] };
const transferFunctions: Readonly<Record<string, readonly number[]>> = { srgb: [1, 2, 6, 13, 14, 15], pq: [16], hlg: [18] };

/** Steps 2 and 3 of the check. VP8 has no other colours than those of standard-range video; strings of H.264 and HEVC do not say. */
function allowsColors(codec: CodecParameters, { colorGamut = 'srgb', transferFunction = 'srgb' }: VideoConfiguration): boolean {
  if (codec.name === 'vp8') return colorGamut === 'srgb' && transferFunction === 'srgb';
  const colors = colorsIn(codec);
  if (colors === null) return true;
  const asksForDefault = colorGamut === 'srgb' && transferFunction === 'srgb';
  return asksForDefault || (gamuts[colorGamut].includes(colors.primaries) && transferFunctions[transferFunction].includes(colors.transfer));
}
