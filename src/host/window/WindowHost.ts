import { load } from '../node/worklet/fetch-module';
import { isHostError } from '../Host';
import type {
  AudioHost, CodecHost, FetchModule, Host, HostError, MediaThreadLink, NetHost, RealtimeEngine, RenderEngine, WorkletEvents, WorkletThread,
} from '../Host';
import { jsdomImplementation } from '../jsdom/implementation';
import { deviceIdsOf } from './device-ids';
import type { DeviceIds } from './device-ids';
import { dispatchTrusted } from './events';
import { readElement } from './elements';
import { Registry } from './Registry';
import { WindowCodecs } from './WindowCodecs';
import { WindowDevices } from './WindowDevices';
import type { Permissions } from './WindowDevices';

/** The parts of a window that are used here; jsdom's and happy-dom's have them. */
export interface WindowLike {
  readonly document: { readonly baseURI: string; createElement(name: string): EventTarget };
  readonly location: { readonly protocol: string; readonly hostname: string; readonly origin: string };
  readonly performance: { now(): number };
  /** Not every DOM library has it. */
  readonly origin?: string;
  readonly Event: typeof Event;
  /** Not every DOM library has it. */
  fetch?(url: string, init: { credentials: string }): Promise<Response>;
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
  readonly devices?: WindowDevices;
  readonly net?: NetHost;
  readonly warn?: Host['warn'];
  readonly readImage: Host['readImage'];
  readonly getRandomValues: Host['getRandomValues'];
  readonly transferArrayBuffer: Host['transferArrayBuffer'];
  readonly unrefPort: Host['unrefPort'];
  readonly #window: WindowLike;
  readonly #host: Host;
  readonly #engines = new Registry<RenderEngine>();
  readonly #worklets = new Registry<WorkletThread>();
  readonly #mediaThreads = new Set<MediaThreadLink>();
  readonly #codecs: WindowCodecs;
  #closed = false;

  constructor(window: WindowLike, host: Host, isSecureContext: boolean, permissions: Permissions = {}) {
    this.#window = window;
    this.#host = host;
    this.isSecureContext = isSecureContext;
    this.transferArrayBuffer = (buffer) => host.transferArrayBuffer(buffer);
    this.unrefPort = host.unrefPort;
    this.getRandomValues = (bytes) => host.getRandomValues(bytes);
    const ids = deviceIdsOf(originOf(window));
    const resolve = (sinkId: string | null): string | null => sinkId && ids.resolve(sinkId);
    this.audio = {
      outputInfo: (sinkId) => host.audio.outputInfo(resolve(sinkId)),
      outputDevices: () => host.audio.outputDevices().map((device) => ({ ...device, id: ids.expose(device.id) })),
      openRealtime: (options, events) => this.#open((live) => {
        const engine = host.audio.openRealtime({ ...options, sinkId: resolve(options.sinkId), now: () => this.now() }, live(events));
        return isHostError(engine) ? engine : resolvingSinks(engine, ids);
      }),
      openOffline: (options, events) => this.#open((live) => host.audio.openOffline(options, live(events))),
    };
    if (host.audio.openWorklet) this.audio.openWorklet = (engine, options, events) => this.#openWorklet(engine, { fetchModule: this.#fetchModule(), ...options }, events);
    if (host.devices) this.devices = new WindowDevices(host.devices, ids, permissions, (task) => this.queueTask(task));
    if (host.net) this.net = this.#netHost(host.net);
    if (host.audio.hrtf) this.audio.hrtf = () => host.audio.hrtf!();
    const codecs = new WindowCodecs(host.codecs, (callback) => this.#whileOpen(callback), () => this.#closed);
    this.codecs = codecs;
    this.#codecs = codecs;
    this.readImage = (object) => readElement(object, window) ?? host.readImage?.(object);
    if (host.warn) this.warn = (message) => host.warn!(message);
  }

  get origin(): string {
    return originOf(this.#window);
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
    this.#worklets.closeAll();
    this.#engines.closeAll();
    for (const link of this.#mediaThreads) link.close();
    this.#codecs.close();
    this.devices?.close();
  }

  #open<Engine extends RenderEngine>(open: (live: Live) => Engine | HostError): Engine | HostError {
    if (this.#closed) return { code: 'window-closed', message: 'The window is closed.' };
    const engine = open((callback) => this.#whileOpen(callback));
    if (!isHostError(engine)) this.#engines.add(engine);
    return engine;
  }

  #netHost(net: NetHost): NetHost {
    return {
      fingerprint: (algorithm, certificate) => net.fingerprint(algorithm, certificate),
      generateCertificate: (request, done) => net.generateCertificate(request, this.#whileOpen(done)),
      openMediaThread: (woken, lost) => {
        if (this.#closed) return { code: 'window-closed', message: 'The window is closed.' };
        const link = net.openMediaThread(this.#whileOpen(woken), this.#whileOpen(lost));
        if (!isHostError(link)) this.#mediaThreads.add(link);
        return link;
      },
    };
  }

  #openWorklet(...[engine, options, events]: Parameters<NonNullable<AudioHost['openWorklet']>>): WorkletThread | HostError {
    const live: WorkletEvents = {
      registered: this.#whileOpen(events.registered),
      processorError: this.#whileOpen(events.processorError),
      lost: this.#whileOpen(events.lost),
    };
    const thread = this.#host.audio.openWorklet!(engine, options, live);
    if (isHostError(thread)) return thread;
    this.#worklets.add(thread);
    const { createProcessor } = thread;
    thread.createProcessor = (node, name, processorOptions, port) => {
      // What Node would clone as an ordinary object can't be deserialized in a worklet.
      if (!holdsPlatformObject(processorOptions)) return createProcessor.call(thread, node, name, processorOptions, port);
      this.queueTask(() => events.processorError(node, { message: 'Uncaught DataCloneError: the options could not be deserialized.', filename: '', lineno: 0, colno: 0 }));
      return null;
    };
    return thread;
  }

  /** Module scripts are fetched as the window fetches: its blobs and its cookies are its own. */
  #fetchModule(): FetchModule | undefined {
    const window = this.#window;
    if (window.fetch === undefined) return undefined;
    return (url, credentials, done) => {
      const isForeignFile = url.startsWith('file:') && window.location.protocol !== 'file:';
      const loaded = isForeignFile ? Promise.reject(new Error(`${url} may not be read from here.`)) : load(url, (address) => window.fetch!(address, { credentials }));
      loaded.then(this.#whileOpen(done), this.#whileOpen((error: Error) => done({ code: 'fetch', message: error.message })));
    };
  }

  #whileOpen<Arguments extends unknown[]>(callback: (...args: Arguments) => void): (...args: Arguments) => void {
    return (...args) => {
      if (!this.#closed) callback(...args);
    };
  }
}

/** An empty document has the origin of whoever made it, which its URL does not tell. */
export function originOf(window: WindowLike): string {
  return window.origin ?? window.location?.origin;
}

/** The engine knows sinks by the names that the process has for them. */
function resolvingSinks(engine: RealtimeEngine, ids: DeviceIds): RealtimeEngine {
  const { setSink } = engine;
  const value: RealtimeEngine['setSink'] = (sinkId, serial) => setSink.call(engine, sinkId && ids.resolve(sinkId), serial);
  return Object.defineProperty(engine, 'setSink', { value });
}

/** Whether a value that is to be cloned contains an object of the DOM library. */
function holdsPlatformObject(value: unknown, seen = new Set<unknown>()): boolean {
  if (typeof value !== 'object' || value === null || seen.has(value)) return false;
  seen.add(value);
  return jsdomImplementation(value) !== undefined || Object.values(value).some((item) => holdsPlatformObject(item, seen));
}

export type Live = <Arguments extends unknown[]>(callback: (...args: Arguments) => void) => (...args: Arguments) => void;
