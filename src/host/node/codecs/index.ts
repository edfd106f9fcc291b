import type { CodecHost, HostError } from '../../Host';
import type { AudioDescription } from './messages';
import { CodecService } from './service';
import { startWorker } from '../start-worker';

export type { AudioDescription } from './messages';

const service = new CodecService(() => startWorker('codec', undefined));

/** The Worker takes its bytes with it, so it gets a copy: only the caller knows who else reads the original. */
const ownCopy = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);

/** Decodes in a Worker that all hosts of this environment share: WAV by itself, everything else by node-av. */
export function createNodeCodecHost(): CodecHost {
  return {
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
