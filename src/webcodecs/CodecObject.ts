import type { CodecState } from '../generated/webcodecs-types';
import type { Codec, CodecEvents, CodecRequest } from '../host/CodecBackend';
import { isHostError, type HostError } from '../host/Host';
import { executing } from '../webidl/exceptions';
import { EventTargetObject } from '../webidl/platform-object';
import { newPromise, type PromiseCapability } from '../webidl/promise';
import { isSameRequest, openCodec } from './backends';
import { ControlMessageQueue } from './ControlMessageQueue';

/**
 * What the four codec interfaces share: https://w3c.github.io/webcodecs/#codec-processing-model-section. The steps are those of
 * VideoDecoder, whose sections the links name; the other three have the same. The *codec work queue* is the backend's.
 */
export abstract class CodecObject<Config, Input, Output> extends EventTargetObject {
  /** [[state]] */
  #state: CodecState = 'unconfigured';
  /** [[decodeQueueSize]], [[encodeQueueSize]] */
  #queueSize = 0;
  /** [[control message queue]] and [[message queue blocked]] */
  readonly #messages = new ControlMessageQueue();
  /** [[codec implementation]], what it was opened for, and whether a reset left it to be used again. */
  #codec: Codec<Input, Output> | null = null;
  #request: CodecRequest | null = null;
  /** [[codec saturated]] */
  #codecSaturated = false;
  /** [[pending flush promises]] */
  readonly #pendingFlushPromises = new Set<PromiseCapability<undefined>>();
  /** [[dequeue event scheduled]] */
  #dequeueEventScheduled = false;
  /** What runs once the codec has given all its outputs, and whether it has said so. */
  #drained: (() => void) | null = null;
  #isDrained = false;
  /** Inputs since the codec was last empty. */
  #inputs = 0;
  /** Tasks that are to emit an output. */
  #outputTasks = 0;
  /** Told apart, what was begun before a reset comes to nothing after it. */
  #epoch = 0;
  readonly #interfaceName: string;
  readonly #errorCallback: (error: DOMException) => void;

  constructor(interfaceName: string, errorCallback: (error: DOMException) => void) {
    super();
    this.#interfaceName = interfaceName;
    this.#errorCallback = errorCallback;
  }

  get state(): CodecState {
    return this.#state;
  }

  protected get _queueSize(): number {
    return this.#queueSize;
  }

  /** Becomes the configuration of the outputs from here on. */
  protected abstract _activate(config: Config): void;

  /** *Output VideoFrames*, one of them; AudioData, chunks. */
  protected abstract _output(output: Output): void;

  /** An input that will not be sent. */
  protected abstract _discard(input: Input): void;

  /** https://w3c.github.io/webcodecs/#dom-videodecoder-configure, after its checks; `request` is null for a codec string that is none. */
  protected _configure(config: Config, request: CodecRequest | null): void {
    // Step 3
    this.#state = 'configured';
    // Steps 5 and 6
    this.#messages.enqueue(() => this.#runConfigure(config, request));
    this.#messages.process();
  }

  /** Steps 3 to 5 of https://w3c.github.io/webcodecs/#dom-videodecoder-decode and its likes. */
  protected _enqueueInput(input: Input): void {
    this.#queueSize++;
    this.#messages.enqueue(() => this.#runInput(input), () => this._discard(input));
    this.#messages.process();
  }

  /** https://w3c.github.io/webcodecs/#dom-videodecoder-flush */
  flush(): Promise<undefined> {
    const promise = newPromise<undefined>();
    // Step 1
    if (this.#state !== 'configured') {
      promise.reject(this._stateError('flush'));
      return promise.promise;
    }
    // Step 2
    this._requireKeyChunk();
    // Steps 3 to 6
    this.#pendingFlushPromises.add(promise);
    this.#messages.enqueue(() => this.#runFlush(promise));
    this.#messages.process();
    // Step 7
    return promise.promise;
  }

  /** https://w3c.github.io/webcodecs/#dom-videodecoder-reset */
  reset(): void {
    if (this.#state === 'closed') throw this._stateError('reset');
    this.#reset(this.#abortError('reset'));
  }

  /** https://w3c.github.io/webcodecs/#dom-videodecoder-close */
  close(): void {
    if (this.#state === 'closed') throw this._stateError('close');
    this.#close(this.#abortError('closed'));
  }

  /** Decoders need a key chunk after this. */
  protected _requireKeyChunk(): void {}

  protected _stateError(operation: string): DOMException {
    return new DOMException(executing(operation, this.#interfaceName, `the codec is ${this.#state}.`), 'InvalidStateError');
  }

  #abortError(what: string): DOMException {
    return new DOMException(`The ${this.#interfaceName} was ${what}.`, 'AbortError');
  }

  /** The control message of https://w3c.github.io/webcodecs/#dom-videodecoder-configure */
  #runConfigure(config: Config, request: CodecRequest | null): boolean {
    // Step 1
    this.#messages.block();
    // Outputs of what was sent for the configuration before come first.
    if (this.#codec !== null && this.#inputs > 0) this.#drain(() => this.#open(config, request));
    else this.#open(config, request);
    // Step 3
    return true;
  }

  /** Step 2 of the control message: the codec that is there serves again where it was opened for the same. */
  #open(config: Config, request: CodecRequest | null): void {
    this._activate(config);
    const epoch = this.#epoch;
    if (this.#codec !== null && request !== null && isSameRequest(request, this.#request)) {
      this.#codec.reset();
      host.queueTask(() => this.#opened(epoch));
      return;
    }
    this.#releaseCodec();
    const events = this.#events();
    // Steps 2.1 and 2.2
    openCodec(request, events.codec, (result) => {
      if (epoch !== this.#epoch) {
        if (!isHostError(result)) result.close();
      } else if (isHostError(result)) {
        this.#close(new DOMException(result.message, 'NotSupportedError'));
      } else {
        // Steps 2.3 to 2.5
        this.#codec = result;
        this.#request = request;
        events.bind(result);
        this.#opened(epoch);
      }
    });
  }

  #opened(epoch: number): void {
    if (epoch !== this.#epoch) return;
    this.#messages.unblock();
    this.#messages.process();
  }

  /** The control message of https://w3c.github.io/webcodecs/#dom-videodecoder-decode */
  #runInput(input: Input): boolean {
    // Steps 1 and 2: the codec itself says whether it has room.
    if (this.#codecSaturated || this.#drained !== null) return false;
    this.#codecSaturated = !this.#codec!.send(input);
    if (this.#codecSaturated) return false;
    this.#inputs++;
    // Step 3
    this.#queueSize--;
    this.#scheduleDequeueEvent();
    // Step 4: a codec that works at once has its output now.
    this.#scheduleOutput();
    // Step 5
    return true;
  }

  /** The control message of https://w3c.github.io/webcodecs/#dom-videodecoder-flush */
  #runFlush(promise: PromiseCapability<undefined>): boolean {
    if (this.#codecSaturated || this.#drained !== null) return false;
    // Step 1
    this.#drain(() => {
      this.#pendingFlushPromises.delete(promise);
      promise.resolve(undefined);
    });
    // Step 2
    return true;
  }

  #drain(done: () => void): void {
    this.#drained = done;
    if (this.#codec !== null && this.#inputs > 0) {
      this.#codec.flush();
    } else {
      this.#isDrained = true;
      this.#scheduleOutput();
    }
  }

  /** What the backend tells of one codec. It holds for as long as that codec is this object's. */
  #events(): { codec: CodecEvents; bind(codec: Codec): void } {
    let own: Codec | null = null;
    const whileOwn = <T extends unknown[]>(react: (...args: T) => void) => (...args: T): void => {
      if (own !== null && own === this.#codec) react(...args);
    };
    return {
      bind: (codec) => { own = codec; },
      codec: {
        progress: whileOwn(() => this.#progress()),
        flushed: whileOwn(() => {
          if (this.#drained === null) return;
          this.#isDrained = true;
          this.#emitUnlessScheduled();
        }),
        failed: whileOwn((error: HostError) => {
          if (this.#state === 'configured') this.#close(new DOMException(error.message, error.code === 'lost' ? 'OperationError' : 'EncodingError'));
          else this.#releaseCodec();
        }),
      },
    };
  }

  #progress(): void {
    this.#emitUnlessScheduled();
    if (!this.#codecSaturated) return;
    this.#codecSaturated = false;
    this.#messages.process();
  }

  #scheduleOutput(): void {
    this.#outputTasks++;
    host.queueTask(this.#outputTask);
  }

  readonly #outputTask = (): void => {
    this.#outputTasks--;
    this.#emit();
  };

  #emitUnlessScheduled(): void {
    if (this.#outputTasks === 0) this.#emit();
  }

  /** One output; each is a task of its own, so that what its callback leads to comes before the next. */
  #emit(): void {
    if (this.#state !== 'configured') return;
    const output = this.#codec?.receive() ?? null;
    if (output !== null) {
      if (this.#outputTasks === 0) this.#scheduleOutput();
      this._output(output);
      if (this.#codecSaturated && this.#state === 'configured') {
        this.#codecSaturated = false;
        this.#messages.process();
      }
      return;
    }
    if (!this.#isDrained || this.#drained === null) return;
    const drained = this.#drained;
    this.#drained = null;
    this.#isDrained = false;
    this.#inputs = 0;
    drained();
    this.#messages.process();
  }

  /** https://w3c.github.io/webcodecs/#videodecoder-schedule-dequeue-event */
  #scheduleDequeueEvent(): void {
    // Steps 1 and 2
    if (this.#dequeueEventScheduled) return;
    this.#dequeueEventScheduled = true;
    // Step 3. The flag is cleared first: a size that shrinks in a listener is told by another event.
    host.queueTask(() => {
      this.#dequeueEventScheduled = false;
      this.fire('dequeue');
    });
  }

  /** https://w3c.github.io/webcodecs/#reset-videodecoder, after step 1 */
  #reset(exception: DOMException): void {
    // Step 2
    this.#state = 'unconfigured';
    // Step 3
    this.#epoch++;
    this.#codecSaturated = false;
    this.#drained = null;
    this.#isDrained = false;
    this.#inputs = 0;
    this.#codec?.reset();
    // Step 4
    this.#messages.clear();
    // Step 5
    if (this.#queueSize > 0) {
      this.#queueSize = 0;
      this.#scheduleDequeueEvent();
    }
    // Step 6
    for (const promise of this.#pendingFlushPromises) promise.reject(exception);
    this.#pendingFlushPromises.clear();
  }

  /** https://w3c.github.io/webcodecs/#close-videodecoder */
  #close(exception: DOMException): void {
    // Step 1
    this.#reset(exception);
    // Step 2
    this.#state = 'closed';
    // Step 3
    this.#releaseCodec();
    // Step 4
    if (exception.name !== 'AbortError') this.#errorCallback(exception);
  }

  #releaseCodec(): void {
    this.#codec?.close();
    this.#codec = null;
    this.#request = null;
  }
}
