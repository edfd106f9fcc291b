import { BroadcastChannel as NodeBroadcastChannel, MessageChannel as NodeMessageChannel } from 'node:worker_threads';
import type { MessagePort as NodeMessagePort } from 'node:worker_threads';
import { defineEventHandler, defineHidden, defineOperations, defineTag } from './define';
import type { Scope } from './scope';
import { deserialize, registerPlatformType, serialize, type Serialized } from './structured-clone';

/**
 * MessageChannel, MessagePort, BroadcastChannel and structuredClone of a scope (https://html.spec.whatwg.org/#channel-messaging).
 * Node's ports carry the messages, within a thread and between threads; what is cloned is made in the receiver's realm.
 */
export function installMessaging(scope: Scope): void {
  const { global } = scope;
  const classes = messagingClasses(scope);
  portClasses.set(global, classes.MessagePort);
  defineHidden(global, classes);
  defineOperations(global, {
    structuredClone(value: unknown, options?: { transfer?: object[] }) {
      if (arguments.length === 0) {
        throw new global.TypeError('structuredClone: 1 argument required.');
      }
      return deserialize(serialize(value, transferListOf(options), scope), scope).value;
    },
  });
}

/** `postMessage(message, transfer)` or `postMessage(message, { transfer })`. */
export function transferListOf(options: unknown): object[] {
  if (options === undefined || options === null) {
    return [];
  }
  const iterable = Symbol.iterator in Object(options) ? options : (options as { transfer?: unknown }).transfer;
  return iterable === undefined ? [] : [...(iterable as Iterable<object>)];
}

/** The event that a serialized message becomes. */
export function messageEvent(serialized: Serialized, scope: Scope, init: object = {}): object {
  const { MessageEvent, MessagePort } = scope.global;
  try {
    const { value, transferred } = deserialize(serialized, scope);
    const ports = transferred.filter((object) => object instanceof MessagePort);
    const event = new MessageEvent('message', { ...init, data: value });
    // jsdom converts `ports` by a class of its own, so the attribute is set past its constructor.
    Object.defineProperty(event, 'ports', { value: Object.freeze(ports), configurable: true });
    return event;
  } catch (error) {
    scope.report(error);
    return new MessageEvent('messageerror', init);
  }
}

type PortClass = new (key: symbol, port: NodeMessagePort) => object;

const portClasses = new WeakMap<object, PortClass>();
const nodePorts = new WeakMap<object, NodeMessagePort>();
const constructing = Symbol('constructing');

registerPlatformType({
  name: 'MessagePort',
  is: (value) => nodePorts.has(value),
  transfer(value: object, transfer) {
    const port = nodePorts.get(value) as NodeMessagePort;
    transfer.push(port);
    return port;
  },
  make: (port: NodeMessagePort, { global }) => new (portClasses.get(global) as PortClass)(constructing, port),
});

function messagingClasses(scope: Scope): { MessagePort: PortClass; [name: string]: unknown } {
  const { global } = scope;

  class MessagePort extends global.EventTarget {
    #started = false;

    constructor(key: symbol, port: NodeMessagePort) {
      if (key !== constructing) {
        throw new global.TypeError('Illegal constructor');
      }
      super();
      nodePorts.set(this, port);
    }

    postMessage(message: unknown, options?: object) {
      const port = nodePorts.get(this) as NodeMessagePort;
      const list = transferListOf(options);
      if (list.includes(this)) {
        throw new global.DOMException('A port can\'t be transferred through itself.', 'DataCloneError');
      }
      const serialized = serialize(message, list, scope);
      port.postMessage(serialized, serialized.transfer);
    }

    start() {
      if (!this.#started) {
        this.#started = true;
        const port = nodePorts.get(this) as NodeMessagePort;
        port.on('message', (serialized: Serialized) => scope.fire(this as any, messageEvent(serialized, scope)));
        port.on('close', () => scope.fire(this as any, new global.Event('close')));
      }
    }

    close() {
      nodePorts.get(this)?.close();
    }
  }
  defineTag(MessagePort.prototype, 'MessagePort');
  defineEventHandler(MessagePort.prototype, 'message', (port) => port.start());
  defineEventHandler(MessagePort.prototype, 'messageerror');
  defineEventHandler(MessagePort.prototype, 'close');

  class MessageChannel {
    readonly #port1: object;
    readonly #port2: object;

    constructor() {
      const { port1, port2 } = new NodeMessageChannel();
      this.#port1 = new MessagePort(constructing, port1);
      this.#port2 = new MessagePort(constructing, port2);
    }

    get port1() {
      return this.#port1;
    }

    get port2() {
      return this.#port2;
    }
  }
  defineTag(MessageChannel.prototype, 'MessageChannel');

  class BroadcastChannel extends global.EventTarget {
    readonly #channel: NodeBroadcastChannel;
    readonly name: string;

    constructor(name: unknown) {
      super();
      this.name = String(name);
      this.#channel = new NodeBroadcastChannel(`${scope.origin} ${this.name}`);
      this.#channel.onmessage = (event) => {
        const { data } = event as { data: Serialized };
        scope.fire(this as any, messageEvent(data, scope, { origin: scope.origin }));
      };
      (this.#channel as unknown as { unref(): void }).unref();
    }

    postMessage(message: unknown) {
      try {
        this.#channel.postMessage(serialize(message, [], scope));
      } catch (error) {
        throw error instanceof DOMException ? new global.DOMException('The channel is closed.', 'InvalidStateError') : error;
      }
    }

    close() {
      this.#channel.close();
    }
  }
  defineTag(BroadcastChannel.prototype, 'BroadcastChannel');
  defineEventHandler(BroadcastChannel.prototype, 'message');
  defineEventHandler(BroadcastChannel.prototype, 'messageerror');

  return { MessagePort: MessagePort as unknown as PortClass, MessageChannel, BroadcastChannel };
}
