import type { WorkletOptions } from '../generated/webaudio-types';
import type { HostError, ProcessorFailure, RealmMessagePort, WorkletParameter, WorkletThread } from '../host/Host';
import { isHostError } from '../host/Host';
import { newPromise } from '../webidl/promise';
import type { AudioWorkletNode } from './AudioWorkletNode';
import type { BaseAudioContext } from './BaseAudioContext';
import { executing, notFullyActive } from './exceptions';
import { Worklet } from './Worklet';

/** https://webaudio.github.io/web-audio-api/#AudioWorklet */
export class AudioWorklet extends Worklet {
  /** *node name to parameter descriptor map* */
  readonly #parameterDescriptors = new Map<string, readonly WorkletParameter[]>();
  readonly #context: BaseAudioContext;
  /** Nodes by id, for the errors of their processors. */
  readonly #nodes = new Map<number, WeakRef<AudioWorkletNode>>();
  #channel: { readonly port1: RealmMessagePort; readonly port2: RealmMessagePort } | null = null;

  constructor(context: BaseAudioContext) {
    super();
    this.#context = context;
  }

  /** https://webaudio.github.io/web-audio-api/#dom-audioworklet-port */
  get port(): RealmMessagePort {
    return this.#openChannel().port1;
  }

  /** https://html.spec.whatwg.org/#dom-worklet-addmodule */
  addModule(moduleURL: string, options: WorkletOptions): Promise<undefined> {
    const promise = newPromise<undefined>();
    const inactive = notFullyActive((detail) => executing('addModule', 'Worklet', detail));
    const thread = inactive ?? this.#start();
    if (thread instanceof DOMException) {
      promise.reject(thread);
      return promise.promise;
    }
    this.#context._addPending(promise);
    thread.addModule(moduleURL, host.baseURL, options.credentials, (failure) => {
      this.#context._removePending(promise);
      if (failure === null) promise.resolve(undefined);
      else promise.reject(addModuleFailure(failure));
    });
    return promise.promise;
  }

  /** The parameters of the processors that are registered under a name; undefined if none is. */
  _parametersOf(name: string): readonly WorkletParameter[] | undefined {
    if (!this.#parameterDescriptors.has(name)) this.#context._commands.worklet?.receive();
    return this.#parameterDescriptors.get(name);
  }

  /** *Queue a control message to invoke the constructor* of a node's processor. */
  _createProcessor(node: AudioWorkletNode, name: string, options: object, port: RealmMessagePort): HostError | null {
    this.#nodes.set(node._id, new WeakRef(node));
    return this.#context._commands.worklet?.createProcessor(node._id, name, options, port) ?? null;
  }

  _forget(node: number): void {
    this.#nodes.delete(node);
  }

  /** A render that is complete is no reason to wait for messages: the process may exit although script listens. */
  _unrefPorts(): void {
    if (this.#channel !== null) host.unrefPort?.(this.#channel.port1);
    for (const reference of this.#nodes.values()) {
      const node = reference.deref();
      if (node !== undefined) host.unrefPort?.(node.port);
    }
  }

  #start(): WorkletThread | DOMException {
    const { _commands: commands, sampleRate, renderQuantumSize } = this.#context;
    if (commands.worklet !== null) return commands.worklet;
    if (commands.closed || host.audio.openWorklet === undefined) {
      const detail = commands.closed ? 'the audio context is closed.' : 'there is no AudioWorklet here.';
      return new DOMException(executing('addModule', 'Worklet', detail), commands.closed ? 'InvalidStateError' : 'NotSupportedError');
    }
    // The thread lives as long as the engine, this object only as long as its context.
    const reference = new WeakRef<AudioWorklet>(this);
    const alive = (call: (worklet: AudioWorklet) => void): void => {
      const worklet = reference.deref();
      if (worklet !== undefined) call(worklet);
    };
    const thread = host.audio.openWorklet(commands.engine, { sampleRate, renderQuantumSize }, {
      registered: (name, parameters) => alive((worklet) => worklet.#parameterDescriptors.set(name, parameters)),
      processorError: (node, failure) => alive((worklet) => worklet.#processorError(node, failure)),
      lost: (failure) => alive((worklet) => worklet.#lost(failure)),
    });
    if (isHostError(thread)) return new DOMException(executing('addModule', 'Worklet', thread.message), 'NotSupportedError');
    commands.worklet = thread;
    thread.setPort(this.#openChannel().port2);
    return thread;
  }

  #openChannel(): { readonly port1: RealmMessagePort; readonly port2: RealmMessagePort } {
    return (this.#channel ??= new MessageChannel() as never);
  }

  #processorError(id: number, failure: ProcessorFailure): void {
    const node = this.#nodes.get(id)?.deref();
    this.#nodes.delete(id);
    this.#context._setActiveWorklet(id, false);
    node?._processorError(failure);
  }

  #lost(failure: ProcessorFailure): void {
    for (const id of [...this.#nodes.keys()]) this.#processorError(id, failure);
  }
}

function addModuleFailure({ code, message }: HostError): unknown {
  const text = executing('addModule', 'Worklet', message);
  if (code === 'type') return new TypeError(text);
  // The script's *error to rethrow*
  if (code === 'syntax') return new SyntaxError(message);
  return new DOMException(text, code === 'url' ? 'SyntaxError' : 'AbortError');
}
