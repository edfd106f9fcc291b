import type { Codec, CodecBackend, CodecParameters, CodecRequest } from '../../host/CodecBackend';
import { isHostError } from '../../host/Host';
import { probeFirst } from '../../webcodecs/first-codec';
import { hardwareDecoding } from '../../host/node/codecs/av';
import { parseAudioCodec, parseVideoCodec } from '../../webcodecs/codec-strings/parse';

/** What codes one codec on this machine. */
export interface CodecRow {
  readonly codec: string;
  /** The codec string that was tried. */
  readonly string: string;
  /** Names of what was opened, hardware marked; 'built in'; null: nothing could be opened. */
  readonly decoder: string | null;
  readonly encoder: string | null;
  /** The devices that decode it, in the order in which they are tried: `vaapi, vulkan`; what a backend that was registered calls its own. */
  readonly hardwareDecoder: string | null;
  readonly hardwareEncoder: string | null;
}

const tried: readonly (readonly [codec: string, string: string])[] = [
  ['H.264', 'avc1.640028'], ['H.265', 'hev1.1.6.L120.90'], ['VP8', 'vp8'], ['VP9', 'vp09.00.40.08'], ['AV1', 'av01.0.08M.08'],
  ['AAC-LC', 'mp4a.40.2'], ['HE-AAC', 'mp4a.40.5'], ['Opus', 'opus'], ['Vorbis', 'vorbis'], ['FLAC', 'flac'], ['ALAC', 'alac'],
  ['MP3', 'mp3'], ['PCM', 'pcm-s16'], ['A-law', 'alaw'], ['µ-law', 'ulaw'], ['G.722', 'g722'], ['iLBC', 'ilbc'], ['AMR-NB', 'amr'], ['AMR-WB', 'amr-wb'],
];

/** Coded by Mediant itself, before any backend is asked. */
const builtIn: readonly string[] = ['pcm', 'alaw', 'ulaw'];

const video = { width: 1920, height: 1080, displayWidth: 1920, displayHeight: 1080, framerate: 30, bitrate: 4_000_000 } as const;
const rates: Readonly<Record<string, number>> = { g722: 16000, ilbc: 8000, 'amr-nb': 8000, 'amr-wb': 16000, alaw: 8000, ulaw: 8000 };

function requests(codec: CodecParameters, isVideo: boolean, hardwareAcceleration: 'prefer-software' | 'prefer-hardware'): { decoder: CodecRequest; encoder: CodecRequest } {
  if (isVideo) {
    return {
      decoder: { kind: 'video-decoder', codec, codedWidth: 1920, codedHeight: 1080, hardwareAcceleration, optimizeForLatency: false },
      encoder: {
        kind: 'video-encoder', codec, ...video, bitrateMode: 'variable', latencyMode: 'quality', hardwareAcceleration, keepAlpha: false, temporalLayers: 1, contentHint: '', annexB: false,
      },
    };
  }
  const sound = { codec, sampleRate: rates[codec.name] ?? 48000, numberOfChannels: rates[codec.name] ? 1 : 2 };
  const description = codec.name === 'alac' ? { description: alacCookie } : {};
  return { decoder: { kind: 'audio-decoder', ...sound, ...description }, encoder: { kind: 'audio-encoder', ...sound, bitrateMode: 'variable', options: {} } };
}

/** Of frames of 4,096 samples, two channels of 16 bits at 48 kHz, with the usual tuning. https://github.com/macosforge/alac/blob/master/ALACMagicCookieDescription.txt */
const alacCookie = Uint8Array.of(0, 0, 16, 0, 0, 16, 40, 10, 14, 2, 0, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xbb, 0x80);

const silent = { progress() {}, flushed() {}, failed() {} };

function open(backend: CodecBackend, request: CodecRequest): Promise<Codec | null> {
  return new Promise((resolve) => backend.open(request, silent, (result) => resolve(isHostError(result) ? null : result)));
}

const probe = (backends: readonly CodecBackend[], request: CodecRequest): Promise<boolean> => new Promise((resolve) => { probeFirst(backends, request, resolve); });

/** A Vorbis decoder opens with a stream's headers only: here those that the encoder writes. */
async function withHeaders(backends: readonly CodecBackend[], decoder: CodecRequest, encoder: CodecRequest): Promise<CodecRequest> {
  if (decoder.codec.name !== 'vorbis') return decoder;
  for (const backend of backends) {
    const description = await new Promise<Uint8Array | undefined>((resolve) => {
      const flushed = () => resolve(codec?.receive()?.decoderConfig?.description);
      let codec: Codec | null = null;
      backend.open(encoder, { ...silent, flushed, failed: () => resolve(undefined) }, (result) => {
        if (isHostError(result)) return resolve(undefined);
        codec = result;
        codec.send({ format: 'f32', sampleRate: 48000, numberOfChannels: 2, numberOfFrames: 9600, timestamp: 0, planes: [new Uint8Array(9600 * 8)] });
        return codec.flush();
      });
    });
    if (description) return { ...decoder, description } as CodecRequest;
  }
  return decoder;
}

/** The first that opens, hardware or not as asked. */
async function nameOf(backends: readonly CodecBackend[], request: CodecRequest, isHardware: boolean): Promise<string | null> {
  for (const backend of backends) {
    const codec = await open(backend, request);
    if (codec === null) continue;
    const { name } = codec;
    const isRight = codec.isHardware === isHardware;
    codec.close();
    if (isRight) return name;
  }
  // Without an encoder there are no headers to open a decoder with.
  const isWithoutHeaders = !isHardware && request.kind === 'audio-decoder' && request.codec.name === 'vorbis' && request.description === undefined;
  return isWithoutHeaders && await probe(backends, request) ? 'vorbis (embedded)' : null;
}

/** Opens each codec, which alone tells what works. Yields a row as soon as it is known. */
export async function* codecRows(backends: readonly CodecBackend[]): AsyncGenerator<CodecRow> {
  for (const [codec, string] of tried) {
    const asVideo = parseVideoCodec(string);
    const isVideo = asVideo !== null && asVideo.name !== '';
    const parameters = isVideo ? asVideo : parseAudioCodec(string)!;
    if (builtIn.includes(parameters.name)) {
      yield { codec, string, decoder: 'built in', encoder: 'built in', hardwareDecoder: null, hardwareEncoder: null };
      continue;
    }
    const software = requests(parameters, isVideo, 'prefer-software');
    const hardware = requests(parameters, isVideo, 'prefer-hardware');
    yield {
      codec, string,
      decoder: await nameOf(backends, await withHeaders(backends, software.decoder, software.encoder), false),
      encoder: await nameOf(backends, software.encoder, false),
      hardwareDecoder: isVideo ? ((await hardwareDecoding(parameters)).join(', ') || await nameOf(backends, hardware.decoder, true)) : null,
      hardwareEncoder: isVideo ? await nameOf(backends, hardware.encoder, true) : null,
    };
  }
}
