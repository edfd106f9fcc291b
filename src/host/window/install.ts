import { isContext, runInContext } from 'node:vm';
import mediant from '#core';
import { script } from '#realm-text';
import type { Core } from '../Core';
import type { Host } from '../Host';
import type { PermissionName, PermissionState } from '../Host';
import { realmNames, realmOf } from '../realm';
import type { Realm } from '../realm';
import type { Permissions } from './WindowDevices';
import { originOf, WindowHost } from './WindowHost';
import type { WindowLike } from './WindowHost';
import { processHost } from './process-host';

export interface WindowInstallOptions {
  /** Stands behind the window's own Host; the Host of the process by default. */
  host?: Host;
  /** Whether interfaces and members marked [SecureContext] are there. Default: what the window's URL says. */
  isSecureContext?: boolean;
  /** Permissions that differ from the Host's, which grants all: `{ camera: 'denied' }`. */
  permissions?: Permissions;
}

export interface Installation {
  /** The names that were defined on the window. */
  readonly names: readonly string[];
  readonly core: Core;
  /** Grants, denies or takes back a permission; tracks that depend on it end. */
  setPermission(name: PermissionName, state: PermissionState): void;
  /** Ends everything that this window has running; `window.close()` does it too. */
  close(): void;
}

const installations = new WeakMap<object, Installation>();

/**
 * Puts the media platform into a window. In a window that is a vm context, the core is evaluated there, so that every object it
 * makes is that window's own; in any other, it runs on Node's intrinsics and the window's events.
 * A second call for the same window returns the first one's installation.
 */
export function install(window: object, options: WindowInstallOptions = {}): Installation {
  const earlier = installations.get(window);
  if (earlier) return earlier;
  if (!window || originOf(window as WindowLike) === undefined) throw new TypeError("install() takes a window: of `const dom = new JSDOM()` it is dom.window.");
  const view = window as WindowLike;
  const behind = options.host ?? processHost();
  const windowHost = new WindowHost(view, behind, options.isSecureContext ?? hasSecureURL(view), options.permissions);
  const core = isContext(window) ? evaluateIn(window, windowHost) : mediant(realmOf(window), windowHost);
  const installation: Installation = {
    names: core.install(window),
    core,
    setPermission: (name, state) => windowHost.devices?.setPermission(name, state),
    close: () => windowHost.close(),
  };
  installations.set(window, installation);
  closeWith(view, installation);
  return installation;
}

function evaluateIn(window: object, host: Host): Core {
  const create = runInContext(script, window, { filename: 'mediant/realm.script.js' }) as typeof mediant;
  // Not every intrinsic is a property of the sandbox object; inside, every one is a name.
  const record = runInContext(`({ ${realmNames.map((name) => `${name}: globalThis.${name}`).join(', ')} })`, window) as Realm;
  return create({ ...record, MessageChannel: record.MessageChannel ?? MessageChannel, ReadableStream: record.ReadableStream ?? ReadableStream }, host);
}

/** https://w3c.github.io/webappsec-secure-contexts/#is-url-trustworthy */
function hasSecureURL(window: WindowLike): boolean {
  const origin = originOf(window);
  const { protocol, hostname } = origin === 'null' ? window.location : new URL(origin);
  if (protocol === 'https:' || protocol === 'wss:' || protocol === 'file:') return true;
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/** No DOM library tells that a window was closed, so `close` itself is wrapped. */
function closeWith(window: WindowLike, installation: Installation): void {
  const { close } = window;
  Object.defineProperty(window, 'close', {
    ...Object.getOwnPropertyDescriptor(window, 'close'),
    value(this: WindowLike, ...args: []) {
      installation.close();
      return close.apply(this, args);
    },
  });
}
