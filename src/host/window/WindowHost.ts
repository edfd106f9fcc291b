import type { AudioHost, CodecHost, Host, HostError, RenderEngine } from '../Host';
import { dispatchTrusted } from './events';

/** The parts of a window that are used here; jsdom's and happy-dom's have them. */
export interface WindowLike {
  readonly document: { readonly baseURI: string; createElement(name: string): EventTarget };
  readonly location: { readonly protocol: string; readonly hostname: string };
  readonly performance: { now(): number };
  readonly Event: typeof Event;
  close(): void;
}

/**
 * A Host for one window over the Host of the process: the window's clock, base URL, security and error reporting, and an end
 * when the window is closed.
 */
export class WindowHost implements Host {
  readonly isSecureContext: boolean;
  readonly audio: AudioHost;
  readonly codecs: CodecHost;
  readonly transferArrayBuffer: Host['transferArrayBuffer'];
  readonly #window: WindowLike;
  readonly #host: Host;
  readonly #engines = new EngineRegistry();
  #closed = false;

  constructor(window: WindowLike, host: Host, isSecureContext: boolean) {
    this.#window = window;
    this.#host = host;
    this.isSecureContext = isSecureContext;
    this.transferArrayBuffer = (buffer) => host.transferArrayBuffer(buffer);
    this.audio = {
      outputInfo: (sinkId) => host.audio.outputInfo(sinkId),
      outputDevices: () => host.audio.outputDevices(),
      openRealtime: (options, events) => this.#open((live) => host.audio.openRealtime({ ...options, now: () => this.now() }, live(events))),
      openOffline: (options, events) => this.#open((live) => host.audio.openOffline(options, live(events))),
    };
    this.codecs = {
      decodeAudioData: (bytes, sampleRate, done) => host.codecs.decodeAudioData(bytes, sampleRate, this.#whileOpen(done)),
    };
  }

  get baseURL(): string {
    return this.#window.document.baseURI;
  }

  /** A window whose frame was removed or navigated was closed by the DOM library and has lost its document. */
  isFullyActive(): boolean {
    return !this.#closed && Boolean(this.#window.document);
  }

  now(): number {
    return this.#window.performance.now();
  }

  setTimeout(callback: () => void, milliseconds: number): unknown {
    return this.#host.setTimeout(this.#whileOpen(callback), milliseconds);
  }

  clearTimeout(handle: unknown): void {
    this.#host.clearTimeout(handle);
  }

  queueTask(callback: () => void): void {
    this.#host.queueTask(this.#whileOpen(callback));
  }

  /** What a listener throws, every DOM library reports to the window; there is no other door that all of them have. */
  reportException(error: unknown): void {
    const target = this.#window.document.createElement('a');
    target.addEventListener('mediant', () => { throw error; }, { once: true });
    target.dispatchEvent(new this.#window.Event('mediant'));
  }

  dispatchEvent(target: EventTarget, event: Event): boolean {
    return dispatchTrusted(target, event, this.#window.document);
  }

  /** Ends everything that the window has running. Nothing is called back afterwards. */
  close(): void {
    this.#closed = true;
    this.#engines.closeAll();
  }

  #open<Engine extends RenderEngine>(open: (live: Live) => Engine | HostError): Engine | HostError {
    if (this.#closed) return { code: 'window-closed', message: 'The window is closed.' };
    return this.#engines.add(open((callback) => this.#whileOpen(callback)));
  }

  #whileOpen<Arguments extends unknown[]>(callback: (...args: Arguments) => void): (...args: Arguments) => void {
    return (...args) => {
      if (!this.#closed) callback(...args);
    };
  }
}

type Live = <Arguments extends unknown[]>(callback: (...args: Arguments) => void) => (...args: Arguments) => void;

/** Render engines that are open. Holds them weakly: a context that script has dropped may be collected. */
class EngineRegistry {
  readonly #references = new Set<WeakRef<RenderEngine>>();
  readonly #collected = new FinalizationRegistry<WeakRef<RenderEngine>>((reference) => this.#references.delete(reference));

  add<Engine extends RenderEngine>(engine: Engine | HostError): Engine | HostError {
    if (!('submit' in engine)) return engine;
    const reference = new WeakRef<RenderEngine>(engine);
    this.#references.add(reference);
    this.#collected.register(engine, reference);
    return engine;
  }

  closeAll(): void {
    for (const reference of this.#references) reference.deref()?.close();
    this.#references.clear();
  }
}
