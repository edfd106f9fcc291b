import { defineOperations } from './define';
import type { Scope } from './scope';

/** Members of windows and elements that jsdom lacks and that need no layout. */
export function installDocumentGaps(scope: Scope): void {
  const { global } = scope;
  Object.defineProperty(global.HTMLElement.prototype, 'innerText', {
    configurable: true,
    enumerable: true,
    get(this: any) {
      return this.textContent;
    },
    set(this: any, text: string) {
      this.textContent = text;
    },
  });
  defineOperations(global, {
    reportError(error: unknown) {
      scope.report(error);
    },
    requestIdleCallback(callback: (deadline: object) => void) {
      return global.setTimeout(() => callback({ didTimeout: false, timeRemaining: () => 0 }), 1);
    },
    cancelIdleCallback(handle: number) {
      global.clearTimeout(handle);
    },
  });
}

/**
 * jsdom's interface objects are made in the realm it was loaded in. Those that others inherit from get the window's Function.prototype and
 * Object.prototype as their own, so that an object's realm can be told from its prototype chain, as idlharness does.
 */
export function adoptRootInterfaces({ global }: Scope): void {
  for (const root of [global.EventTarget, global.Event]) {
    Object.setPrototypeOf(root, global.Function.prototype);
    Object.setPrototypeOf(root.prototype, global.Object.prototype);
  }
  // Its prototype is an Error of the window's already.
  Object.setPrototypeOf(global.DOMException, global.Function.prototype);
}
