import type { Core } from '../../src/host/Core';
import { catchUnhandled } from '../environment/errors';
import type { Window } from '../environment/jsdom';
import { networkOf } from '../environment/network';
import { openWindow, type OpenWindow } from '../environment/window';
import { origin, secureOrigin } from '../server/hosts';
import { Server } from '../server/server';
import { carryPlatformObjects } from './cloneables';
import { harnessFiles, permissionKey, reportKey, type HarnessReport } from './testharness-files';

export interface TestRequest {
  readonly root: string;
  readonly url: string;
  readonly secure: boolean;
  readonly timeoutMultiplier: number;
}

/** What a dedicated worker's thread is told. */
export interface WorkerThreadData {
  readonly root: string;
  readonly timeoutMultiplier: number;
}

/** What the package's `install` returns; the rest is not used here. */
export interface Installation {
  readonly core: Core;
  setPermission(name: string, state: string): void;
}

export type Install = (window: Window, options?: { isSecureContext?: boolean }) => Installation;

/** The package's own `install`, undefined while the package is not built. */
export async function loadInstall(): Promise<Install | undefined> {
  return (await load<{ install: Install }>('mediant/jsdom'))?.install;
}

/** The package's core in Node's own realm, undefined while the package is not built. */
export async function loadCore(): Promise<Core | undefined> {
  return (await load<{ core: Core }>('mediant'))?.core;
}

async function load<T>(name: string): Promise<T | undefined> {
  try {
    return (await import(name)) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') {
      return undefined;
    }
    throw error;
  }
}

export interface RunOptions {
  readonly install: Install | undefined;
  /** The module that threads of dedicated workers start with. */
  readonly workerEntry: URL;
  /** Hears the page's console. */
  readonly log?: (method: string, values: readonly unknown[]) => void;
}

/** Runs one test in a window of this process. A process runs one test in its life: what a test leaves open is not cleaned up. */
export async function runTest(request: TestRequest, { install, workerEntry, log }: RunOptions): Promise<HarnessReport> {
  const { root, url, secure, timeoutMultiplier } = request;
  const threadData: WorkerThreadData = { root, timeoutMultiplier };
  const current: { page?: OpenWindow } = {};
  let resolve: (report: HarnessReport) => void = () => {};
  const finished = new Promise<HarnessReport>((settle) => { resolve = settle; });
  catchUnhandled((promise) => (promise && current.page?.scopeOf(promise)) ?? current.page?.scope);
  let first = true;
  current.page = await openWindow({
    url: (secure ? secureOrigin : origin) + url,
    network: networkOf(new Server(root, harnessFiles(timeoutMultiplier))),
    workerThread: { entry: workerEntry, data: threadData },
    furnish(window) {
      const installation = install?.(window, { isSecureContext: (window as { isSecureContext?: boolean }).isSecureContext });
      if (installation) {
        Object.defineProperty(window, permissionKey, { value: installation.setPermission });
        carryPlatformObjects(installation.core, window);
      }
      if (first) {
        first = false;
        Object.defineProperty(window, reportKey, { value: resolve });
      }
    },
    ...(log === undefined ? {} : { log }),
  });
  return finished;
}
