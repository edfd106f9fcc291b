/** The Worker in which a context's graph is rendered and its AudioWorkletProcessors run: one thread for both. */
import process from 'node:process';
import { receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { isHostError } from '../../Host';
import type { HostError } from '../../Host';
import { loadAddon } from '../addon';
import { describeFailure } from './failure';
import { becomeGlobalScope } from './global-scope';
import type { FromWorklet, ToWorklet, WorkletStart } from './messages';
import { FetchFailure, ModuleMap } from './ModuleMap';
import { Processors } from './processors';

const { link, port, sampleRate, renderQuantumSize } = workerData as WorkletStart;
const { setImmediate } = globalThis;

/** How long a turn waits for the device, in milliseconds: messages to processors wait as long. */
const waitMilliseconds = 5;
const again = 0;
/** Inputs, outputs and parameters of a node, at most. */
const layoutCapacity = 4096;

const clock = new Float64Array(1);
const layout = new Int32Array(layoutCapacity);
let globalPort: MessagePort | undefined;

function send(message: FromWorklet): void {
  port.postMessage(message);
}

const processors = new Processors(renderQuantumSize, {
  registered: (name, parameters) => send({ kind: 'registered', name, parameters }),
  failed: (node, failure) => send({ kind: 'failed', node, failure }),
  catchUp() {
    for (let received = receiveMessageOnPort(port); received; received = receiveMessageOnPort(port)) handle(received.message as ToWorklet);
  },
});

const addon = loadAddon();
if (isHostError(addon)) throw new Error(addon.message);
const scope = new addon.WorkletScope(link, clock, layout, {
  wake: schedule,
  arrays: (node, inputs, outputs, parameters) => processors.arrays(node, layout, inputs, outputs, parameters),
  process: (node) => processors.process(node),
  release: (node) => processors.release(node),
});

// ---- the rendering loop: a quantum a turn, so that what it has caused (microtasks, messages) runs before the next ----

let isBorrowed = false;
let isScheduled = false;

function schedule(): void {
  if (isScheduled) return;
  isScheduled = true;
  setImmediate(turn);
}

function turn(): void {
  isScheduled = false;
  if (scope.turn(waitMilliseconds) === again) schedule();
}

/** From the first module on, this thread renders. */
function takeOver(): void {
  if (isBorrowed) return;
  isBorrowed = true;
  if (scope.borrow()) schedule();
}

// ---- modules ----

const sources = new Map<string, (result: string | HostError) => void>();
const modules = new ModuleMap((url, credentials) => new Promise((resolve, reject) => {
  sources.set(url, (result) => (typeof result === 'string' ? resolve(result) : reject(new FetchFailure(result.message))));
  send({ kind: 'fetch', url, credentials });
}));

/** https://html.spec.whatwg.org/#dom-worklet-addmodule, the part of a global scope */
async function addModule(id: number, url: string, credentials: string): Promise<void> {
  let failure: HostError | null = null;
  try {
    const module = await modules.graph(url, credentials);
    // What evaluation throws is reported and fails nothing.
    await module.evaluate().catch(report);
  } catch (error) {
    const { name, message } = error as Error;
    failure = error instanceof FetchFailure ? { code: 'fetch', message } : { code: name === 'TypeError' ? 'type' : 'syntax', message };
  }
  takeOver();
  send({ kind: 'added', id, failure });
}

function report(error: unknown): void {
  console.error(error instanceof Error ? error : describeFailure(error).message);
}

// ---- messages of the control thread ----

function handle(message: ToWorklet): void {
  switch (message.kind) {
    case 'addModule':
      void addModule(message.id, message.url, message.credentials);
      break;
    case 'source':
      sources.get(message.url)?.(message.result);
      sources.delete(message.url);
      break;
    case 'setPort':
      globalPort = message.port;
      break;
    case 'create':
      send({ kind: 'created', node: message.node, failure: processors.create(message.node, message.name, message.options, message.port) });
      break;
  }
}

// An exception in a message handler or a rejection ends neither the thread nor the processor.
process.on('uncaughtException', report);
becomeGlobalScope({
  clock, sampleRate, renderQuantumSize,
  port: () => globalPort,
  registerProcessor: (name, processorCtor) => processors.register(name, processorCtor),
});
port.on('message', handle);
