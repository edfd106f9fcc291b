import type { Core } from './generated/Core.js';
import type { Host } from './generated/Host.js';

export interface WindowInstallOptions {
  /** Stands behind the window's own Host; the Host of the process by default. */
  host?: Host;
  /** Whether interfaces and members marked [SecureContext] are there. Default: what the window's URL says. */
  isSecureContext?: boolean;
}

export interface Installation {
  /** The names that were defined on the window. */
  readonly names: readonly string[];
  readonly core: Core;
  /** Ends everything that this window has running; `window.close()` does it too. */
  close(): void;
}

/**
 * Puts the media platform into a window, at any time of its life. A second call for the same window returns the first one's
 * installation.
 */
export function install(window: object, options?: WindowInstallOptions): Installation;
