/**
 * Finds and loads the native addon, on first use and never before: importing this package does no file access, so it may be
 * bundled, or imported where there is no addon.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AudioDevice, EngineEvents, HostError, OfflineEngine, RealtimeEngine } from '../Host';
import { environment } from './environment';
import { moduleURL, packageDirectory } from './package-directory';
import type { NetAddon } from './net/native';

/** What both kinds of engine have beside the members of `RenderEngine`. */
export interface LendableEngine {
  /** Returns the number by which a WorkletScope finds the engine. `endWorker` ends a Worker whose script has used up its memory. */
  lendDriver(endWorker: () => void): number;
  /** After the Worker has ended. */
  takeBackDriver(): void;
}

export interface WorkletScopeFunctions {
  /** There is something to do. */
  wake(): void;
  /**
   * Makes the arrays of a node fit a layout: channels of each input, length of each parameter, channels of each output. `processor` is
   * the number by which the node's processor is known from now on. Returns the memory through which samples pass, null if there is no
   * processor.
   */
  prepare(processor: number, node: number, layout: Int32Array, inputs: number, parameters: number): Float32Array | null;
  /** Bits: 1 active, 2 threw. */
  process(processor: number): number;
  /** `processor` is -1 if the node was never rendered. */
  release(processor: number, node: number): void;
}

/** native/addon/WorkletScope.h */
export interface WorkletScope {
  borrow(): boolean;
  /** Waits for the device, or renders, as long as it may: at least a quantum. Returns 0: again, 1: wait for `wake`, 2: the engine is gone. */
  turn(waitMilliseconds: number, renderMilliseconds: number): number;
  /** Sets the clock to the context's current frame. */
  readClock(): void;
}

/** native/addon/AudioFeed.h */
export interface AudioFeed {
  /** Goes on where it was stopped. False when there is no thread to be had. */
  start(): boolean;
  stop(): void;
  /** To be played after what is queued; one array a channel, which are copied. */
  push(channels: readonly Float32Array[]): void;
  /** To be played over and over while nothing is queued. */
  loop(channels: readonly Float32Array[]): void;
  clear(): void;
  queuedFrames(): number;
  close(): void;
}

/** What native/addon/addon.cc exports. */
export interface Addon extends NetAddon {
  readonly stateWords: number;
  /** `backend`: the one that may be used, or ''; `clockOffset`: milliseconds from the addon's monotonic clock to script's. */
  openRealtime(
    sampleRate: number, renderQuantumSize: number, numberOfChannels: number, state: Float64Array, events: EngineEvents,
    latency: number, sinkId: string | null, backend: string, clockOffset: number,
  ): RealtimeEngine | HostError;
  openOffline(
    sampleRate: number, renderQuantumSize: number, numberOfChannels: number, state: Float64Array, events: EngineEvents,
  ): OfflineEngine | HostError;
  outputInfo(sinkId: string | null, backend: string): AudioDevice;
  outputDevices(backend: string): AudioDevice[];
  /** Milliseconds. */
  monotonicNow(): number;
  /** https://html.spec.whatwg.org/#report-an-exception: to `uncaughtException`, which ends a process that does not listen to it. */
  reportException(error: unknown): void;
  /** `notify` is called in a task when less than `lowFrames` have become queued, and when nothing is left. */
  readonly AudioFeed: new (ring: Float32Array, lowFrames: number, notify: () => void) => AudioFeed;
  readonly WorkletScope: new (link: number, clock: Float64Array, functions: WorkletScopeFunctions) => WorkletScope;
}

let loaded: Addon | HostError | undefined;

/** The addon, or what is missing; the same answer every time. */
export function loadAddon(): Addon | HostError {
  return (loaded ??= findAddon());
}

function findAddon(): Addon | HostError {
  environment('MEDIANT_ISA'); // Which the addon reads by itself.
  const platform = platformName();
  const looked: string[] = [];
  const failures: string[] = [];
  for (const { name, load } of candidates(platform)) {
    looked.push(name);
    try {
      const addon = load();
      if (addon) return addon;
    } catch (error) {
      failures.push(`${name}: ${(error as Error).message.split('\n')[0]}`);
    }
  }
  const cause = failures.length ? ` (${failures.join('; ')})` : '';
  return {
    code: 'addon-missing',
    message: `The native addon of mediant was not found for ${platform}: looked for ${looked.join(' and ')}${cause}. `
      + `Install the package @mediant/${platform}, or run \`npm run build:addon\` in the package's directory (needs a C++17 compiler).`,
  };
}

interface Candidate {
  /** As people know it: a package or a file. */
  readonly name: string;
  load(): Addon | undefined;
}

/** MEDIANT_ADDON alone where it is set, else the prebuilt package, else what a checkout built. */
function candidates(platform: string): Candidate[] {
  const require = createRequire(moduleURL());
  const file = (path: string): Candidate => ({
    name: path,
    load: () => (existsSync(path) ? (require(path) as Addon) : undefined),
  });
  const chosen = environment('MEDIANT_ADDON');
  if (chosen) return [file(chosen)];
  const prebuilt = `@mediant/${platform}`;
  return [
    { name: prebuilt, load: () => (isInstalled(prebuilt, require) ? (require(prebuilt) as Addon) : undefined) },
    file(join(packageDirectory(), 'build', 'Release', 'mediant.node')),
  ];
}

function isInstalled(name: string, require: NodeJS.Require): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}

/** `linux-x64`, `linux-arm64-musl`, …: the names of the prebuilt packages. */
function platformName(): string {
  const name = `${process.platform}-${process.arch}`;
  return process.platform === 'linux' && usesMusl() ? `${name}-musl` : name;
}

function usesMusl(): boolean {
  try {
    return /\/(ld-musl-|libc\.musl-)/.test(readFileSync('/proc/self/maps', 'utf8'));
  } catch {
    return false;
  }
}
