import type { CodecBackend, CodecHost, HostError } from '../../Host';
import { ownBackend } from './own-backend';
import type { AudioDescription } from './messages';
import { CodecService } from './service';
import { startWorker } from '../start-worker';

export type { AudioDescription } from './messages';

const service = new CodecService(() => startWorker('codec', undefined));

/** The Worker takes its bytes with it, so it gets a copy: only the caller knows who else reads the original. */
const ownCopy = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);

/** Of this process; the newest that was registered is asked first. */
const backends: CodecBackend[] = [ownBackend];

/** Adds a backend before those that are there. Returns what takes it out again; codecs that it has opened go on. */
export function registerCodecBackend(backend: CodecBackend): () => void {
  backends.unshift(backend);
  return () => {
    const index = backends.indexOf(backend);
    if (index >= 0) backends.splice(index, 1);
  };
}

/** Decodes whole files in a Worker that all hosts of this environment share: by node-av where that is there, else what needs nothing. */
export function createNodeCodecHost(): CodecHost {
  return {
    backends,
    decodeAudioData(bytes, sampleRate, done) {
      service.submit({ kind: 'decode', bytes: ownCopy(bytes), sampleRate }, (answer) => {
        if (answer.kind === 'decoded') done(answer.result);
        else if (answer.kind === 'failed') done(answer.error);
      });
    },
  };
}

/** Tells what an audio file is, from its content, without decoding it. */
export function probeAudio(bytes: Uint8Array, done: (result: AudioDescription | HostError) => void): void {
  service.submit({ kind: 'probe', bytes: ownCopy(bytes) }, (answer) => {
    if (answer.kind === 'probed') done(answer.result);
    else if (answer.kind === 'failed') done(answer.error);
  });
}
