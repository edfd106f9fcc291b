/** The codec backend that needs nothing installed: decoders of what is common in audio files. */
import { setImmediate } from 'node:timers';
import { isMalformed } from '../../../../container/malformed';
import type { AudioDecoderRequest, Codec, CodecBackend, CodecEvents, CodecRequest } from '../../../CodecBackend';
import type { HostError } from '../../../Host';
import { EmbeddedAudioDecoder } from './EmbeddedAudioDecoder';

/** By the names of `CodecParameters`. */
const embeddedCodecs: readonly string[] = ['flac', 'mp3', 'vorbis', 'opus'];

export const isEmbedded = ({ kind, codec }: CodecRequest): boolean => kind === 'audio-decoder' && embeddedCodecs.includes(codec.name);

export const isEmbeddedCodec = (name: string): boolean => embeddedCodecs.includes(name);

/** The decoders and what they need are read from disk at the first use. */
export const loadPacketDecoders = () => import('./packet-decoders');

async function openNow(request: CodecRequest, events: CodecEvents): Promise<Codec | HostError> {
  if (!isEmbedded(request)) return { code: 'not-supported', message: `No decoder of ${request.codec.string} comes with Mediant.` };
  const { openPacketDecoder } = await loadPacketDecoders();
  const opened = await openPacketDecoder(request.codec.name, request as AudioDecoderRequest);
  if (isMalformed(opened)) return { code: 'not-supported', message: `The decoder can't be opened for ${request.codec.string}: ${opened.malformed}.` };
  return new EmbeddedAudioDecoder(opened, events);
}

/** A package that is not installed, or a bundler's doing. */
const lost = (reason: unknown): HostError => ({ code: 'no-backend', message: `The decoder can't be loaded (${(reason as Error)?.message ?? reason}).` });

const silent: CodecEvents = { progress() {}, flushed() {}, failed() {} };

export const embeddedBackend: CodecBackend = {
  name: 'embedded',
  probe(request, done) {
    // Headers are of one stream, which who asks in general has not.
    const waitsForHeader = request.kind === 'audio-decoder' && request.codec.name === 'vorbis' && request.description === undefined;
    if (waitsForHeader || !isEmbedded(request)) {
      setImmediate(() => done(waitsForHeader));
      return;
    }
    openNow(request, silent).then(
      (codec) => setImmediate(() => {
        if (!('code' in codec)) codec.close();
        done(!('code' in codec));
      }),
      () => setImmediate(() => done(false)),
    );
  },
  open(request, events, done) {
    openNow(request, events).then((result) => setImmediate(() => done(result)), (reason: unknown) => setImmediate(() => done(lost(reason))));
  },
};
