import type { CodecBackend } from './CodecBackend';

export type * from './CodecBackend';

/**
 * What the core asks of whatever runs it: clock, tasks, render engines, codecs. `src/host/node` implements it over Node and
 * the addon; a custom engine implements it itself. The core reads it from the free name `host`, which the bundle's wrapper
 * binds (see `rollup.config.js`).
 *
 * Rules that hold for every member, since core and host may live in different realms:
 * - a host never throws into the core: what can fail returns or delivers a `HostError`;
 * - results come by callback, never by promise, and callbacks are called from a task of their own, never synchronously;
 * - memory that script will see is allocated by the core and passed in.
 */
export interface Host {
  /** Milliseconds on the monotonic clock that `performance.now()` of this realm shows. */
  now(): number;
  setTimeout(callback: () => void, milliseconds: number): unknown;
  clearTimeout(handle: unknown): void;
  /** Runs `callback` as a task of its own; tasks queued here run in order. */
  queueTask(callback: () => void): void;
  /** HTML's *report an exception*. */
  reportException(error: unknown): void;
  readonly isSecureContext: boolean;
  /** Whether the realm's associated Document is *fully active*; without it always true, as where there is no Document. */
  isFullyActive?(): boolean;
  /** The realm's origin, serialized; without it one that is the same for all. */
  readonly origin?: string;
  /** Names of the realm's global object in `[Exposed]`: `['DedicatedWorker', 'Worker']`, … Default: `['Window']`. */
  readonly globalNames?: readonly string[];
  /** Dispatches an event the platform made, marked trusted; without it the target's own `dispatchEvent` does. Returns false when canceled. */
  dispatchEvent?(target: EventTarget, event: Event): boolean;
  /** The realm's `structuredClone(value, { transfer })`; used to detach ArrayBuffers without a copy. */
  transferArrayBuffer(buffer: ArrayBuffer): ArrayBuffer;
  /** Tells people what a program does wrong without failing; without it they are not told. */
  warn?(message: string): void;
  /**
   * The bitmap behind an element, canvas or ImageBitmap of the realm's DOM library. Undefined: it is none. Without it a VideoFrame
   * is made of buffers and other frames only.
   */
  readImage?(object: object): ImageSource | undefined;
  /** Lets the process exit although script listens on `port`. Absent where a port holds nothing. */
  unrefPort?(port: RealmMessagePort): void;
  /** URL that relative URLs of this realm resolve against. */
  readonly baseURL: string;
  /** Fills `bytes` with random values of cryptographic quality. */
  getRandomValues(bytes: Uint8Array): void;
  readonly audio: AudioHost;
  readonly codecs: CodecHost;
  /** Absent where there is neither microphone nor camera. */
  readonly devices?: DeviceHost;
  /** Without it there is no WebRTC. */
  readonly net?: NetHost;
}

/** What can be drawn. */
export interface ImageSource {
  /** `bad`: there is nothing to draw, yet or any more. */
  readonly state: 'good' | 'bad';
  /** Pixels */
  readonly width: number;
  readonly height: number;
  readonly isOriginClean: boolean;
  readonly hasAlpha: boolean;
  readonly colorSpace: 'srgb' | 'display-p3';
  /** RGBA, not premultiplied, rows without padding; a copy. */
  read(): Uint8Array | Uint8ClampedArray;
}

/** A failure as data; the core makes the exception its specification asks for. */
export interface HostError {
  /** Stable, machine-readable: `addon-missing`, `device-not-found`, `no-backend`, `encoding`, … */
  readonly code: string;
  /** One sentence for people, with the remedy where there is one. */
  readonly message: string;
}

export function isHostError(value: object): value is HostError {
  return 'code' in value && 'message' in value;
}

export interface AudioDevice {
  readonly id: string;
  readonly label: string;
  readonly channels: number;
  readonly sampleRate: number;
  /** `pulse`, `alsa`, `silent`, … */
  readonly backend: string;
  readonly isDefault: boolean;
}

export interface RealtimeOptions {
  /** Hertz, or 0 for the device's own. */
  sampleRate: number;
  renderQuantumSize: number;
  /** Seconds the script asks for between render and sound; 0 for the least that is safe. */
  latency: number;
  /** A device id, '' for the default device, or null for none (the silent clock: AudioSinkType "none"). */
  sinkId: string | null;
  /** Highest number of output channels wanted at first; the destination's channelCount changes it later. */
  numberOfChannels: number;
  /** The clock that `StateWord.OutputTime` is in, milliseconds; the Host's own by default. */
  now?(): number;
}

export interface OfflineOptions {
  sampleRate: number;
  renderQuantumSize: number;
  numberOfChannels: number;
}

/** Receives `count` words of events, four words each as `EngineEvent` lists them; called from a task. */
export type EngineEvents = (words: Float64Array, count: number) => void;

export interface AudioHost {
  /** The output device's sample rate and channel count; needed before a context is opened. Never fails: the silent clock has both. */
  outputInfo(sinkId: string | null): { sampleRate: number; maxChannelCount: number; backend: string; label: string };
  /** Lists output devices; the first is the default. */
  outputDevices(): readonly AudioDevice[];
  /** A context that plays in real time; it starts suspended. The call returns at once: the device opens on the engine's thread. */
  openRealtime(options: RealtimeOptions, events: EngineEvents): RealtimeEngine | HostError;
  openOffline(options: OfflineOptions, events: EngineEvents): OfflineEngine | HostError;
  /**
   * The thread in which `engine`'s AudioWorkletProcessors run. It renders from the time its first module has been evaluated,
   * without a gap. At most once an engine; without it there is no AudioWorklet.
   */
  openWorklet?(engine: RenderEngine, options: WorkletOptions, events: WorkletEvents): WorkletThread | HostError;
  /**
   * The head-related responses of "HRTF" panning, as `assets/hrtf.bin` of the package has them. Asked for once, when the first
   * PannerNode wants them. Without them that panning model renders as equal power.
   */
  hrtf?(): Uint8Array | HostError;
}

export interface ModuleSource {
  readonly text: string;
  /** Where it came from in the end, which its imports are relative to. */
  readonly url: string;
}

/** Fetches a module script by its absolute URL. */
export type FetchModule = (url: string, credentials: string, done: (result: ModuleSource | HostError) => void) => void;

export interface WorkletOptions {
  readonly sampleRate: number;
  readonly renderQuantumSize: number;
  /** How module scripts are fetched; the Host's own way by default. */
  readonly fetchModule?: FetchModule;
}

/** https://webaudio.github.io/web-audio-api/#dictdef-audioparamdescriptor */
export interface WorkletParameter {
  readonly name: string;
  readonly defaultValue: number;
  readonly minValue: number;
  readonly maxValue: number;
  readonly automationRate: 'a-rate' | 'k-rate';
}

/** What an ErrorEvent says. */
export interface ProcessorFailure {
  readonly message: string;
  readonly filename: string;
  readonly lineno: number;
  readonly colno: number;
}

/** Called from tasks. */
export interface WorkletEvents {
  /** Before `addModule` is done, or at any later time. */
  registered(name: string, parameters: readonly WorkletParameter[]): void;
  /** The node's processor could not be made, or threw. */
  processorError(node: number, failure: ProcessorFailure): void;
  /** The thread has ended by itself; the context goes on without its processors. */
  lost(failure: ProcessorFailure): void;
}

/** A MessagePort of the realm. */
export interface RealmMessagePort {
  postMessage(message: unknown): void;
  close(): void;
  onmessage: unknown;
}

/** Control thread only. */
export interface WorkletThread {
  /** AudioWorkletGlobalScope.port; `port` is the Host's from now on. */
  setPort(port: RealmMessagePort): void;
  /** Fetches and evaluates a module script. The error's code is `url`, `fetch`, or `syntax` or `type` for an exception to rethrow. */
  addModule(url: string, baseURL: string, credentials: string, done: (failure: HostError | null) => void): void;
  /** Asks for a node's processor; `port` is the Host's from now on. An error: the options can't be cloned. */
  createProcessor(node: number, name: string, options: object, port: RealmMessagePort): HostError | null;
  /** Delivers `registered` events that are on their way. */
  receive(): void;
  /** The context has been asked to close: a processor that does not return is ended after a while. */
  closing(): void;
  /** Ends the thread. Before the engine is closed. */
  close(): void;
}

/** The part that both kinds of context share. Control thread only. */
export interface RenderEngine {
  /** The block of `StateWord`s, live. */
  readonly state: Float64Array;
  /**
   * Submits `count` words of commands (`native/audio/engine/Commands.h`). Returns the batch's serial. Attachments named by
   * `SetBuffer` are borrowed until the node is gone or takes another buffer: their memory must not move or change.
   */
  submit(words: Float64Array, count: number, attachments: readonly Float32Array[]): number;
  /** [[current value]] as of the last quantum rendered. */
  paramValue(node: number, param: number): number;
  /** Copies the newest `out.length` frames of an analyser's down-mixed input, oldest first. */
  analyserTimeDomain(node: number, out: Float32Array): void;
  /** Smoothed frequency data in dB, computed at most once a quantum. `out.length` ≤ fftSize / 2. */
  analyserFrequency(node: number, out: Float32Array): void;
  /** `DynamicsCompressorNode.reduction`, decibels. */
  reduction(node: number): number;
  /** Stops everything and frees it. Idempotent. */
  close(): void;
}

export interface RealtimeEngine extends RenderEngine {
  /** Asks for a state; answered by `EngineEvent.StateChanged` carrying `serial`. */
  setState(state: number, serial: number): void;
  /** While true, the process does not exit by itself. */
  keepAlive(hold: boolean): void;
  /** Switches the output; answered by StateChanged or DeviceFailed carrying `serial`. */
  setSink(sinkId: string | null, serial: number): void;
}

export interface OfflineEngine extends RenderEngine {
  /**
   * Renders the next frames into `output`, one array a channel, on a thread of its own, once what it was given before is
   * complete; `EngineEvent.Completed` tells the end of each. But for the last one, the length is a multiple of the quantum.
   * False where there is no thread to be had.
   */
  render(output: readonly Float32Array[]): boolean;
  /**
   * Adds a pause, told by `EngineEvent.Suspended`, before the quantum that begins at `frame`. There is one as well after each
   * `EngineEvent.ScriptProcess`.
   */
  suspendAt(frame: number): void;
  /** Goes on after `EngineEvent.Suspended`. */
  resume(): void;
}

export interface DecodedAudio {
  readonly sampleRate: number;
  readonly channels: readonly Float32Array[];
}

export interface CodecHost {
  /** Asked in this order; a later change holds for codecs that are opened afterwards. */
  readonly backends?: readonly CodecBackend[];
  /** Decodes a whole file off the control thread, trimmed of encoder delay and padding, resampled to `sampleRate`. */
  decodeAudioData(bytes: Uint8Array, sampleRate: number, done: (result: DecodedAudio | HostError) => void): void;
}

/** What script asks permission for: https://w3c.github.io/permissions-registry/ */
export type PermissionName = 'camera' | 'microphone' | 'display-capture' | 'speaker-selection';
export type PermissionState = 'granted' | 'denied' | 'prompt';

interface InputDevice {
  /** As script may see it: the same in all documents of an origin, unguessable in others. */
  readonly deviceId: string;
  /** Devices of one piece of hardware have the same. Script sees another name for it. */
  readonly group: string;
  readonly label: string;
  /** Whether what the device may do to its signal (echo cancellation, background blur, …) can be switched; otherwise it is off. */
  readonly hasEffects: boolean;
}

export interface AudioInputDevice extends InputDevice {
  readonly kind: 'audioinput';
  /** Hertz */
  readonly sampleRate: number;
  readonly channelCount: number;
  /** Seconds from sound to data. */
  readonly latency: number;
}

export interface VideoMode {
  readonly width: number;
  readonly height: number;
  /** Frames a second. */
  readonly frameRate: number;
}

export interface VideoInputDevice extends InputDevice {
  readonly kind: 'videoinput';
  /** VideoFacingModeEnum, or null where that is not known. */
  readonly facingMode: string | null;
  /** What the device produces natively. */
  readonly modes: readonly VideoMode[];
}

export type MediaInputDevice = AudioInputDevice | VideoInputDevice;

/** A picture: planes Y, U, V of 8 bits without padding, U and V with half the width and height, rounded up. */
export interface VideoFrameData {
  readonly format: 'I420';
  /** Pixels */
  readonly width: number;
  readonly height: number;
  /** Microseconds on the host's clock. */
  readonly timestamp: number;
  readonly data: Uint8Array;
}

export interface InputEvents {
  /** The device is gone, or has nothing more to give. */
  ended(): void;
}

/** An input that is open. */
export interface AudioInput {
  /** A ring as `PcmRing.allocate` makes it, of the device's sample rate and channel count, being filled in real time. */
  readonly ring: Float32Array<SharedArrayBuffer>;
  /** Seconds of audio that appear in the ring at once. */
  readonly blockSeconds: number;
  close(): void;
}

export interface VideoInput {
  close(): void;
}

/** Cameras, microphones, and the permission to use them. */
export interface DeviceHost {
  /** The default device of each kind before the others of that kind. */
  inputDevices(): readonly MediaInputDevice[];
  permissionState(name: PermissionName): PermissionState;
  /** Asks whoever decides, once for all; not called for what is granted or denied. */
  requestPermissions(names: readonly PermissionName[], done: (granted: boolean) => void): void;
  /** `changed` is called, from a task, whenever inputs, outputs or permissions are not what they were. Returns what ends that. */
  watch(changed: () => void): () => void;
  openMicrophone(deviceId: string, events: InputEvents): AudioInput | HostError;
  /** `frame` is called from tasks; a frame is not changed afterwards. */
  openCamera(deviceId: string, mode: VideoMode, frame: (frame: VideoFrameData) => void, events: InputEvents): VideoInput | HostError;
  /** What getDisplayMedia() captures; null where there is no display. */
  display(): VideoInputDevice | null;
}

/** Network and cryptography for WebRTC. */
export interface NetHost {
  /** `a=fingerprint`'s value, upper-case pairs with colons, by a hash function's name there; null for one that is not known. */
  fingerprint(algorithm: string, certificate: Uint8Array): string | null;
  /** Makes a self-signed certificate. */
  generateCertificate(request: CertificateRequest, done: (result: GeneratedCertificate | HostError) => void): void;
  /**
   * Starts the thread in which ICE, DTLS and SCTP of this realm run. `woken` is called, from a task, when the rings may have changed;
   * `lost` when the thread has ended by itself.
   */
  openMediaThread(woken: () => void, lost: (reason: string) => void): MediaThreadLink | HostError;
}

export interface CertificateRequest {
  /** Bits; 0 for ECDSA over P-256. */
  readonly rsaModulusLength: number;
  /** Seconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
}

/** DER both. */
export interface GeneratedCertificate {
  readonly certificate: Uint8Array;
  readonly privateKey: Uint8Array;
}

/** Two queues in shared memory (src/webrtc/thread/SharedRing.ts), and a bell. Control thread only. */
export interface MediaThreadLink {
  readonly down: SharedArrayBuffer;
  readonly up: SharedArrayBuffer;
  /** Rings for the media thread. */
  wake(): void;
  /** Runs the microtasks of this thread, as between tasks: each thing that the media thread tells is a task. */
  checkpoint?(): void;
  /** Has `woken` called once more, after what else waits in the event loop: a peer that sends without end does not keep it to itself. */
  again?(): void;
  /** While true, the process does not exit by itself. */
  hold(hold: boolean): void;
  /** Ends the thread. */
  close(): void;
}
