/** The codec backend over FFmpeg, by the low-level half of node-av. It is loaded when it is first asked. */
import { setImmediate } from 'node:timers';
import type { Codec, CodecBackend, CodecEvents, CodecParameters, CodecRequest } from '../../../CodecBackend';
import { isHostError, type HostError } from '../../../Host';
import { CodecFailure } from '../failure';
import { loadNodeAv, type NodeAv } from '../node-av';
import { openAudioDecoder } from './AvAudioDecoder';
import { openAudioEncoder } from './AvAudioEncoder';
import { openVideoDecoder } from './AvVideoDecoder';
import { IlbcDecoder } from './IlbcDecoder';
import { platformKinds, sharedDevices } from './HardwareDevices';
import { openVideoEncoder } from './AvVideoEncoder';
import { findDecoder } from './open-decoder';

const silent: CodecEvents = { progress() {}, flushed() {}, failed() {} };

function openNow(av: NodeAv, request: CodecRequest, events: CodecEvents): Codec | HostError {
  switch (request.kind) {
    case 'audio-decoder':
      return request.codec.name === 'ilbc' ? IlbcDecoder.open(av, request, events) : openAudioDecoder(av, request, events);
    case 'video-decoder':
      return openVideoDecoder(av, request, events);
    case 'audio-encoder':
      return openAudioEncoder(av, request, events);
    case 'video-encoder':
      return openVideoEncoder(av, request, events);
  }
}

/** Decoders of these can be opened with the headers of their stream only, which who asks in general has not. */
function waitsForHeader(request: CodecRequest): boolean {
  return request.kind === 'audio-decoder' && request.description === undefined && ['flac', 'vorbis'].includes(request.codec.name);
}

/** Answers in a task of its own, always. */
function withNodeAv(use: (av: NodeAv) => void, fail: (error: HostError) => void): void {
  loadNodeAv().then(
    (av) => setImmediate(() => use(av)),
    (reason: unknown) => setImmediate(() => fail(reason instanceof CodecFailure ? reason : { code: 'no-backend', message: String(reason) })),
  );
}

export const nodeAvBackend: CodecBackend = {
  name: 'node-av',
  probe(request, done) {
    withNodeAv((av) => {
      if (waitsForHeader(request)) return done(findDecoder(av, request.codec) !== null);
      // What hardware decodes, software does: no device is touched for the answer.
      const codec = openNow(av, request.kind === 'video-decoder' ? { ...request, hardwareAcceleration: 'prefer-software' } : request, silent);
      if (!isHostError(codec)) codec.close();
      return done(!isHostError(codec));
    }, () => done(false));
  },
  open(request, events, done) {
    withNodeAv((av) => done(openNow(av, request, events)), done);
  },
};

/** The devices that decode a codec, found out by decoding with each; none without node-av. */
export async function hardwareDecoding(codec: CodecParameters): Promise<string[]> {
  return loadNodeAv().then((av) => [...sharedDevices(av).decoding(codec)], () => []);
}

/** The ways to devices that this platform has, and why one can't be gone: null where it can. */
export async function hardwareDevices(): Promise<{ device: string; problem: string | null }[]> {
  return loadNodeAv().then((av) => platformKinds.map(({ name }) => ({ device: name, problem: sharedDevices(av).problem(name) })), () => []);
}
