import type { Scope } from './scope';

/**
 * Takes what nobody caught in this thread to the `error` and `unhandledrejection` events of a scope
 * (https://html.spec.whatwg.org/#unhandled-promise-rejections). `scopeOf` finds the scope a promise belongs to.
 */
export function catchUnhandled(scopeOf: (promise?: Promise<unknown>) => Scope | undefined): void {
  process.on('uncaughtException', (error) => {
    scopeOf()?.report(error);
  });
  process.on('unhandledRejection', (reason, promise) => {
    const scope = scopeOf(promise);
    if (scope !== undefined) {
      notifyRejected(scope, reason, promise);
    }
  });
}

function notifyRejected(scope: Scope, reason: unknown, promise: Promise<unknown>): void {
  const { global } = scope;
  const event = new global.PromiseRejectionEvent('unhandledrejection', { cancelable: true, promise, reason });
  scope.fire(global, event);
}
