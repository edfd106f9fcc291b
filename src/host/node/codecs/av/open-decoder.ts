import type { Codec as AvCodec, CodecContext } from 'node-av/lib';
import type { AudioDecoderRequest, CodecParameters, VideoDecoderRequest } from '../../../CodecBackend';
import { isHostError, type HostError } from '../../../Host';
import type { NodeAv } from '../node-av';
import { notSupported } from './errors';
import type { HardwareDevices } from './HardwareDevices';
import { setOptions } from './options';

/** FFmpeg's decoders by codec, the first that is built in counts. */
const decoders: Readonly<Record<string, readonly string[]>> = {
  h264: ['h264'], hevc: ['hevc'], vp8: ['vp8'], vp9: ['vp9', 'libvpx-vp9'], av1: ['libdav1d', 'libaom-av1'],
  aac: ['aac'], opus: ['libopus', 'opus'], 'opus-discrete': ['opus', 'libopus'], vorbis: ['vorbis', 'libvorbis'], flac: ['flac'], mp3: ['mp3float', 'mp3'],
  png: ['png'], apng: ['apng'], jpeg: ['mjpeg'], gif: ['gif'], webp: ['webp'], 'webp-animation': ['webp_anim'], bmp: ['bmp'],
  alac: ['alac'], alaw: ['pcm_alaw'], ulaw: ['pcm_mulaw'], g722: ['g722'], ilbc: ['ilbc', 'libilbc'], 'amr-nb': ['amrnb', 'libopencore_amrnb'], 'amr-wb': ['amrwb', 'libopencore_amrwb'],
};

const pcmDecoders = {
  u8: 'pcm_u8', s16: 'pcm_s16le', s24: 'pcm_s24le', s32: 'pcm_s32le', f32: 'pcm_f32le', s16be: 'pcm_s16be', s24be: 'pcm_s24be', s32be: 'pcm_s32be', f32be: 'pcm_f32be',
} as const;

/** Profiles whose tools FFmpeg's own decoders have; other codecs have all. H.265: Main, Main 10, Main Still Picture, range extensions. */
const profiles: Readonly<Record<string, readonly number[]>> = { h264: [44, 66, 77, 100, 110, 122, 244], hevc: [1, 2, 3, 4] };

export interface OpenedDecoder {
  readonly context: CodecContext;
  readonly codec: AvCodec;
  /** The kind of device that decodes: `cuda`, `vaapi`, …; null for software. */
  readonly device: string | null;
}

export const decodersOf = (name: string): readonly string[] => decoders[name] ?? [];

export function findDecoder(av: NodeAv, { name, pcm }: Pick<CodecParameters, 'name' | 'pcm'>): AvCodec | null {
  const names: readonly string[] = pcm === undefined ? decodersOf(name) : [pcmDecoders[pcm]];
  for (const candidate of names) {
    const codec = av.Codec.findDecoderByName(candidate as Parameters<typeof av.Codec.findDecoderByName>[0]);
    if (codec !== null) return codec;
  }
  return null;
}

/** FFmpeg brings channels of libopus into an order that only mapping families 0 and 1 have (RFC 7845, 5.1.1). @param head OpusHead, where there is one */
export const opusDecoderName = (head: Uint8Array | null | undefined): string => ((head?.[18] ?? 0) > 1 ? 'opus-discrete' : 'opus');

/** An "alac" box around an Apple Lossless Format "magic cookie", as FFmpeg takes it; null for what is too short to be one. */
export function alacBox(cookie: Uint8Array | null | undefined): Uint8Array | null {
  if (!cookie || cookie.length < leastCookieBytes) return null;
  const size = 12 + cookie.length;
  return Uint8Array.of(0, 0, size >> 8, size & 0xff, 0x61, 0x6c, 0x61, 0x63, 0, 0, 0, 0, ...cookie);
}

const leastCookieBytes = 24;

/** Its integers would be clipped softly. */
export function requestFloats(context: CodecContext, codec: AvCodec): void {
  if (codec.name === 'libopus') setOptions(context, { request_sample_fmt: 'flt' });
}

export const microseconds = { num: 1, den: 1_000_000 };

type Configure<Request> = (context: CodecContext, codec: AvCodec, request: Request) => void;

export function openSoftwareDecoder<Request extends AudioDecoderRequest | VideoDecoderRequest>(av: NodeAv, request: Request, configure: Configure<Request>): OpenedDecoder | HostError {
  const { codec: parameters } = request;
  const codec = findDecoder(av, parameters);
  const known = profiles[parameters.name];
  if (codec === null || (known !== undefined && !known.includes(parameters.profile!))) return notSupported(`FFmpeg has no decoder for ${parameters.string}.`);
  const context = new av.CodecContext();
  context.allocContext3(codec);
  return open(av, { context, codec, device: null }, request, configure);
}

/** Pictures on the device that wait for script or are in its hands. */
const extraPictures = 12;

export function openHardwareDecoder(
  av: NodeAv, request: VideoDecoderRequest, devices: HardwareDevices, device: Parameters<HardwareDevices['allocate']>[0], configure: Configure<VideoDecoderRequest>,
): OpenedDecoder | HostError {
  const allocated = devices.allocate(device, request.codec);
  if (isHostError(allocated)) return allocated;
  allocated.context.extraHWFrames = extraPictures;
  return open(av, { ...allocated, device }, request, configure);
}

function open<Request extends AudioDecoderRequest | VideoDecoderRequest>(
  av: NodeAv, decoder: OpenedDecoder, request: Request, configure: Configure<Request>,
): OpenedDecoder | HostError {
  const { context, codec } = decoder;
  const { description } = request;
  if (description !== undefined && description.byteLength > 0) context.extraData = Buffer.from(description);
  context.pktTimebase = new av.Rational(microseconds.num, microseconds.den);
  configure(context, codec, request);
  const status = context.open2Sync(codec, null);
  if (status >= 0) return decoder;
  context.freeContext();
  return notSupported(`The decoder ${codec.name} can't be opened for ${request.codec.string} with this configuration: ${new av.FFmpegError(status).message}.`);
}
