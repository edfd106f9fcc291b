import { MessageChannel, MessagePort, receiveMessageOnPort, type Worker } from 'node:worker_threads';
import type { HostError, ProcessorFailure, RealmMessagePort, WorkletEvents, WorkletOptions, WorkletThread } from '../../Host';
import type { LendableEngine } from '../addon';
import { fetchModule } from './fetch-module';
import type { FromWorklet, ToWorklet } from './messages';
import { relay } from './relay';
import { startWorkletWorker } from './start-worker';

/** How long a context that is being closed waits for a processor that does not return. */
const closeMilliseconds = 1000;

type Transferable = ArrayBuffer | MessagePort;

/** The control thread's end of the Worker that renders a context with an AudioWorklet. */
export class NodeWorkletThread implements WorkletThread {
  readonly #engine: LendableEngine;
  readonly #events: WorkletEvents;
  readonly #fetchModule: NonNullable<WorkletOptions['fetchModule']>;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #modules = new Map<number, (failure: HostError | null) => void>();
  readonly #creating = new Set<number>();
  /** Ports of the realm that are no ports of Node, with Node's that stand for them. */
  readonly #relays = new Set<MessagePort>();
  #lastModule = 0;
  #isExhausted = false;
  #isGone = false;

  constructor(engine: LendableEngine, options: WorkletOptions, events: WorkletEvents) {
    this.#engine = engine;
    this.#events = events;
    this.#fetchModule = options.fetchModule ?? fetchModule;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const start = {
      link: engine.lendDriver(() => this.#endExhausted()), port: port2, sampleRate: options.sampleRate, renderQuantumSize: options.renderQuantumSize,
    };
    this.#worker = startWorkletWorker(start, [port2]);
    this.#worker.unref();
    this.#worker.on('error', (error) => this.#lost(error.message));
    this.#worker.on('exit', () => this.#lost(this.#isExhausted ? 'its script has used up its memory.' : 'its thread has ended.'));
    port1.on('message', (message: FromWorklet) => this.#handle(message));
    port1.unref();
  }

  setPort(port: RealmMessagePort): void {
    this.#send({ kind: 'setPort', port: this.#nodePort(port) });
  }

  addModule(url: string, baseURL: string, credentials: string, done: (failure: HostError | null) => void): void {
    let absolute: string;
    try {
      absolute = new URL(url, baseURL).href;
    } catch {
      queueMicrotask(() => done({ code: 'url', message: `'${url}' is not a valid URL.` }));
      return;
    }
    const id = ++this.#lastModule;
    this.#modules.set(id, done);
    this.#updateHold();
    if (this.#isGone) this.#lost('its thread has ended.');
    else this.#send({ kind: 'addModule', id, url: absolute, credentials });
  }

  createProcessor(node: number, name: string, options: object, port: RealmMessagePort): HostError | null {
    const nodePort = this.#nodePort(port);
    try {
      this.#send({ kind: 'announce', node });
      this.#send({ kind: 'create', node, name, options, port: nodePort });
    } catch (error) {
      nodePort.close();
      return { code: 'data-clone', message: (error as Error).message };
    }
    this.#creating.add(node);
    this.#updateHold();
    return null;
  }

  receive(): void {
    for (let received = receiveMessageOnPort(this.#port); received; received = receiveMessageOnPort(this.#port)) {
      this.#handle(received.message as FromWorklet);
    }
  }

  closing(): void {
    setTimeout(() => void this.#worker.terminate(), closeMilliseconds).unref();
  }

  close(): void {
    this.#isGone = true;
    this.#port.close();
    for (const port of this.#relays) port.close();
    // Whatever runs there is cut short, so that the engine may be closed next.
    void this.#worker.terminate();
  }

  #handle(message: FromWorklet): void {
    switch (message.kind) {
      case 'fetch': {
        const { url, credentials } = message;
        this.#fetchModule(url, credentials, (result) => this.#send({ kind: 'source', url, result }));
        break;
      }
      case 'added':
        this.#settle(message.id, message.failure);
        break;
      case 'registered':
        this.#events.registered(message.name, message.parameters);
        break;
      case 'created':
        this.#creating.delete(message.node);
        this.#updateHold();
        if (message.failure !== null) this.#fail(message.node, message.failure);
        break;
      case 'failed':
        this.#fail(message.node, message.failure);
        break;
    }
  }

  #fail(node: number, failure: ProcessorFailure): void {
    setImmediate(() => this.#events.processorError(node, failure));
  }

  #settle(id: number, failure: HostError | null): void {
    const done = this.#modules.get(id);
    this.#modules.delete(id);
    this.#updateHold();
    done?.(failure);
  }

  /** Script has used up its memory: it is held until this returns. */
  #endExhausted(): void {
    this.#isExhausted = true;
    void this.#worker.terminate();
  }

  /** The Worker has ended though nobody closed it, or has never begun. */
  #lost(reason: string): void {
    if (!this.#isGone) {
      this.#isGone = true;
      this.#engine.takeBackDriver();
      this.#events.lost({ message: `The AudioWorklet has stopped: ${reason}`, filename: '', lineno: 0, colno: 0 });
    }
    for (const id of [...this.#modules.keys()]) this.#settle(id, { code: 'fetch', message: `The AudioWorklet can't run: ${reason}` });
    this.#creating.clear();
    this.#updateHold();
  }

  /** The process waits for what the Worker has been asked for. */
  #updateHold(): void {
    if (this.#modules.size > 0 || this.#creating.size > 0) this.#port.ref();
    else this.#port.unref();
  }

  #send(message: ToWorklet): void {
    this.#port.postMessage(message, 'port' in message ? [message.port as Transferable as MessagePort] : []);
  }

  /** A port of Node that does what `port` does. */
  #nodePort(port: RealmMessagePort): MessagePort {
    if (port instanceof MessagePort) return port;
    const { near, far } = relay(port);
    this.#relays.add(near);
    near.once('close', () => this.#relays.delete(near));
    return far;
  }
}
