import type { Core } from './generated/Core.js';
import type { Host, PermissionName, PermissionState } from './generated/Host.js';

export interface WindowInstallOptions {
  /** Stands behind the window's own Host; the Host of the process by default. */
  host?: Host;
  /** Whether interfaces and members marked [SecureContext] are there. Default: what the window's URL says. */
  isSecureContext?: boolean;
  /** Permissions that differ from the Host's, which grants all: `{ camera: 'denied' }`. */
  permissions?: Readonly<Partial<Record<PermissionName, PermissionState>>>;
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

/**
 * Puts the media platform into a window, at any time of its life. A second call for the same window returns the first one's
 * installation.
 */
export function install(window: object, options?: WindowInstallOptions): Installation;
