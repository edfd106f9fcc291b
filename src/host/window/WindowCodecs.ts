import type { Codec, CodecBackend, CodecHost } from '../Host';
import { isHostError } from '../Host';
import { Registry } from './Registry';

type WhileOpen = <Arguments extends unknown[]>(callback: (...args: Arguments) => void) => (...args: Arguments) => void;

/** The codecs of a window: what it has open ends with it. */
export class WindowCodecs implements CodecHost {
  readonly decodeAudioData: CodecHost['decodeAudioData'];
  readonly #host: CodecHost;
  readonly #open = new Registry<Codec>();
  readonly #whileOpen: WhileOpen;
  readonly #isClosed: () => boolean;

  constructor(host: CodecHost, whileOpen: WhileOpen, isClosed: () => boolean) {
    this.#host = host;
    this.#whileOpen = whileOpen;
    this.#isClosed = isClosed;
    this.decodeAudioData = (bytes, sampleRate, done) => host.decodeAudioData(bytes, sampleRate, whileOpen(done));
  }

  get backends(): readonly CodecBackend[] {
    return (this.#host.backends ?? []).map((backend) => this.#wrap(backend));
  }

  close(): void {
    this.#open.closeAll();
  }

  #wrap(backend: CodecBackend): CodecBackend {
    const live = this.#whileOpen;
    return {
      name: backend.name,
      probe: (request, done) => backend.probe(request, live(done)),
      open: (request, { progress, flushed, failed }, done) => {
        backend.open(request, { progress: live(progress), flushed: live(flushed), failed: live(failed) }, (result) => {
          if (!isHostError(result) && this.#isClosed()) result.close();
          else if (!isHostError(result)) this.#open.add(result);
          live(done)(result);
        });
      },
    };
  }
}
