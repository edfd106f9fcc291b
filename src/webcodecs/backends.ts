/** Asks the host's backends, one after the other. */
import type { Codec, CodecBackend, CodecEvents, CodecRequest, VideoDecoderRequest, VideoEncoderRequest } from '../host/CodecBackend';
import { isHostError, type HostError } from '../host/Host';
import { FallbackDecoder } from './FallbackDecoder';
import { FallbackEncoder } from './FallbackEncoder';
import { openFirst, probeFirst } from './first-codec';
import { pcmBackend } from './pcm-backend';

/** The host's; before the last of them, its own, what needs none. Who registers a backend may so replace anything. */
function candidates(): CodecBackend[] {
  const backends = [...(host.codecs.backends ?? [])];
  backends.splice(Math.max(0, backends.length - 1), 0, pcmBackend);
  return backends;
}

/** https://w3c.github.io/webcodecs/#config-support; answered in a task. */
export function checkSupport(request: CodecRequest | null, done: (supported: boolean) => void): void {
  if (request === null) host.queueTask(() => done(false));
  else probeFirst(candidates(), request, done);
}

/** Opens the first codec there is, in a task. */
export function openCodec(request: CodecRequest | null, events: CodecEvents, done: (result: Codec | HostError) => void): void {
  if (request === null) host.queueTask(() => done({ code: 'not-supported', message: 'The codec string is not one that a registration allows.' }));
  else if (isVideo(request) && request.hardwareAcceleration !== 'prefer-software') openWithFallback(request, events, done);
  else openFirst(candidates(), request, events, done);
}

const isVideo = (request: CodecRequest): request is VideoDecoderRequest | VideoEncoderRequest => request.kind === 'video-decoder' || request.kind === 'video-encoder';

/** What is opened on a device goes on in software when that fails. */
function openWithFallback(request: VideoDecoderRequest | VideoEncoderRequest, events: CodecEvents, done: (result: Codec | HostError) => void): void {
  const inSoftware = { ...request, hardwareAcceleration: 'prefer-software' } as const;
  const Fallback = request.kind === 'video-decoder' ? FallbackDecoder : FallbackEncoder;
  const codec = new Fallback((softwareEvents, opened) => openFirst(candidates(), inSoftware, softwareEvents, opened), events);
  openFirst(candidates(), request, codec.hardwareEvents, (result) => {
    if (isHostError(result)) return done(result);
    codec.start(result);
    return done(result.isHardware ? codec : result);
  });
}

/** Whether a codec that was opened for one request serves the other. */
export function isSameRequest(a: unknown, b: unknown): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return a.length === b.length && a.every((byte, index) => byte === b[index]);
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return a === b;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => isSameRequest((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]));
}
