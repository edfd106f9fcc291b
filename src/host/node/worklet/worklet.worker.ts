/** The Worker in which a context's graph is rendered and its AudioWorkletProcessors run: one thread for both. */
import process from 'node:process';
import { setImmediate } from 'node:timers';
import { receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import type { SourceTextModule } from 'node:vm';
import { isHostError } from '../../Host';
import type { HostError, ModuleSource } from '../../Host';
import { loadAddon } from '../addon';
import { checkpointOf } from '../checkpoint';
import { createConsole } from './console';
import { describeFailure } from './failure';
import { becomeGlobalScope } from './global-scope';
import { dictionary, harden, LanguageError, PromiseOf } from './intrinsics';
import type { FromWorklet, ToWorklet, WorkletStart } from './messages';
import { FetchFailure, ModuleMap } from './ModuleMap';
import { Processors } from './Processors';

const { link, port, sampleRate, renderQuantumSize, languageGlobals } = workerData as WorkletStart;
harden(port);
const console = createConsole();
const { error: printError } = console;
const addon = loadAddon();
if (isHostError(addon)) throw new Error(addon.message);
const checkpoint = checkpointOf(addon);

/** How long a turn waits for the device, in milliseconds: messages to processors wait as long. */
const waitMilliseconds = 2;
/** How long a turn renders. Without a way to run microtasks it's one quantum. */
const renderMilliseconds = checkpoint === undefined ? 0 : 1;
const again = 0;

const clock = new Float64Array(1);
let globalPort: MessagePort | undefined;

function send(message: FromWorklet): void {
  port.postMessage(message);
}

/** What is told once this thread renders: a node that is made earlier would find no processor. */
let untold: FromWorklet[] | null = [];

function tell(message: FromWorklet): void {
  if (untold === null) send(message);
  else untold[untold.length] = message;
}

const processors = new Processors(renderQuantumSize, {
  registered: (name, parameters) => tell({ kind: 'registered', name, parameters }),
  failed: (node, failure) => send({ kind: 'failed', node, failure }),
  catchUp() {
    while (receiveOne());
  },
});

const scope = new addon.WorkletScope(link, clock, {
  wake: schedule,
  prepare: (processor, node, layout, inputs, parameters) => processors.prepare(processor, node, layout, inputs, parameters),
  process: (processor) => {
    beginQuantum();
    return processors.process(processor);
  },
  release: (processor, node) => processors.release(processor, node),
});

// ---- the rendering loop: many quanta a turn of the event loop, and messages between turns ----

let isScheduled = false;
let quantum = 0;

function schedule(): void {
  if (isScheduled) return;
  isScheduled = true;
  setImmediate(turn);
}

function turn(): void {
  isScheduled = false;
  if (scope.turn(waitMilliseconds, renderMilliseconds) === again) schedule();
}

/**
 * https://webaudio.github.io/web-audio-api/#rendering-a-graph, step 5 of the last quantum, when script is called for the first time
 * in the next: nobody can tell the difference.
 *
 * Deviation: step 4.5.4 runs microtasks after each call of `process` too (*clean up after running script*), which leaves step 5 nothing
 * to do. What introduces the algorithm, and web-platform-tests, have them run between quanta.
 */
function beginQuantum(): void {
  if (clock[0] === quantum) return;
  quantum = clock[0]!;
  checkpoint?.();
}

/** From the first module on, this thread renders. */
function takeOver(): void {
  if (untold === null) return;
  if (scope.borrow()) schedule();
  const messages = untold;
  untold = null;
  for (let index = 0; index < messages.length; ++index) send(messages[index]!);
}

// ---- modules ----

const sources = dictionary<(result: ModuleSource | HostError) => void>();
const modules = new ModuleMap((url, credentials) => new PromiseOf((resolve, reject) => {
  sources[url] = (result) => (isHostError(result) ? reject(new FetchFailure(result.message)) : resolve(result));
  send({ kind: 'fetch', url, credentials });
}));

/** https://html.spec.whatwg.org/#dom-worklet-addmodule, the part of a global scope */
async function addModule(id: number, url: string, credentials: string): Promise<void> {
  let failure: HostError | null = null;
  try {
    const module = await modules.graph(url, credentials);
    scope.readClock();
    // Nobody waits for a top-level await.
    void run(module);
  } catch (error) {
    failure = addModuleFailure(error);
  }
  takeOver();
  send({ kind: 'added', id, failure });
}

/** https://html.spec.whatwg.org/#run-a-module-script: what is thrown is reported, and fails nothing. */
async function run(module: SourceTextModule): Promise<void> {
  if (module.status === 'evaluating') return;
  try {
    await module.evaluate();
  } catch (error) {
    report(error);
  }
}

function addModuleFailure(error: unknown): HostError {
  if (error instanceof FetchFailure) return { code: 'fetch', message: error.message };
  const { name, message } = error as Error;
  return { code: name === 'TypeError' ? 'type' : 'syntax', message };
}

/** https://html.spec.whatwg.org/#report-an-exception: to the console, as there is no other listener. */
function report(error: unknown): void {
  try {
    printError(error instanceof LanguageError ? error : describeFailure(error).message);
  } catch {
    // It can't even be printed.
  }
}

// ---- messages of the control thread ----

/** The node whose processor is to be constructed next. */
let announced = 0;

/** Handles a message that is there already; false if there is none. */
function receiveOne(): boolean {
  let received: { message: unknown } | undefined;
  try {
    received = receiveMessageOnPort(port);
  } catch (error) {
    handleUnreadable(error);
    return true;
  }
  if (received !== undefined) handle(received.message as ToWorklet);
  return received !== undefined;
}

/** https://webaudio.github.io/web-audio-api/#invoking-processor-constructor, steps 4 and 5: StructuredDeserialize throws. */
function handleUnreadable(error: unknown): void {
  send({ kind: 'created', node: announced, failure: describeFailure(error) });
}

function handle(message: ToWorklet): void {
  switch (message.kind) {
    case 'addModule':
      void addModule(message.id, message.url, message.credentials);
      break;
    case 'source':
      sources[message.url]?.(message.result);
      delete sources[message.url];
      break;
    case 'setPort':
      globalPort = message.port;
      break;
    case 'announce':
      announced = message.node;
      break;
    case 'create':
      send({ kind: 'created', node: message.node, failure: processors.create(message.node, message.name, message.options, message.port) });
      break;
  }
}

// An exception in a message handler or a rejection ends neither the thread nor the processor.
process.on('uncaughtException', report);
becomeGlobalScope({
  clock, sampleRate, renderQuantumSize, console, languageGlobals,
  port: () => globalPort,
  registerProcessor: (name, processorCtor) => processors.register(name, processorCtor),
});
port.on('message', handle);
port.on('messageerror', handleUnreadable);
