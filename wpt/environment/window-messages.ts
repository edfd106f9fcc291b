import { defineOperations } from './define';
import { messageEvent, transferListOf } from './messaging';
import type { Scope } from './scope';
import { serialize } from './structured-clone';

/**
 * `window.postMessage` (https://html.spec.whatwg.org/#dom-window-postmessage-options): jsdom's own passes the object itself, without
 * origin or ports. There is no incumbent realm to ask here: the window itself stands for the source.
 */
export function installWindowMessages(scope: Scope): void {
  const { global } = scope;
  defineOperations(global, {
    postMessage(message: unknown, target?: unknown, transfer?: object[]) {
      const options = typeof target === 'object' && target !== null ? (target as { targetOrigin?: unknown; transfer?: object[] }) : { targetOrigin: target, transfer };
      const wanted = options.targetOrigin === undefined ? '/' : String(options.targetOrigin);
      const targetOrigin = wanted === '*' || wanted === '/' ? wanted : originOf(wanted, scope);
      const serialized = serialize(message, transferListOf(options), scope);
      setImmediate(() => {
        if (global.document && (targetOrigin === '*' || targetOrigin === '/' || targetOrigin === scope.origin)) {
          const source = global.parent === global ? global : global.parent;
          scope.fire(global, messageEvent(serialized, scope, { origin: scope.origin, source }));
        }
      });
    },
  });
}

function originOf(url: string, { global }: Scope): string {
  try {
    return new URL(url).origin;
  } catch {
    throw new global.DOMException(`'${url}' is not an origin.`, 'SyntaxError');
  }
}
