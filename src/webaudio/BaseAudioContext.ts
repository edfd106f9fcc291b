import type { AudioContextState, PeriodicWaveConstraints } from '../generated/webaudio-types';
import { EngineEvent, StateWord } from '../generated/commands';
import type { DecodedAudio, EngineEvents, HostError, RenderEngine } from '../host/Host';
import { isHostError } from '../host/Host';
import { EventTargetObject } from '../webidl/platform-object';
import { newPromise } from '../webidl/promise';
import type { PromiseCapability } from '../webidl/promise';
import { AnalyserNode } from './AnalyserNode';
import { AudioBuffer } from './AudioBuffer';
import { AudioBufferSourceNode } from './AudioBufferSourceNode';
import { AudioDestinationNode } from './AudioDestinationNode';
import { AudioListener } from './AudioListener';
import type { AudioNode } from './AudioNode';
import { describeParam } from './AudioParam';
import type { ParamDescription } from './AudioParam';
import type { AudioScheduledSourceNode } from './AudioScheduledSourceNode';
import { AudioWorklet } from './AudioWorklet';
import { BiquadFilterNode } from './BiquadFilterNode';
import { ChannelMergerNode } from './ChannelMergerNode';
import { ChannelSplitterNode } from './ChannelSplitterNode';
import { ConstantSourceNode } from './ConstantSourceNode';
import { ConvolverNode } from './ConvolverNode';
import { DelayNode } from './DelayNode';
import { DynamicsCompressorNode } from './DynamicsCompressorNode';
import { CommandWriter, engineFailure } from './engine/CommandWriter';
import { mostPositiveSingleFloat } from './engine/limits';
import { executing, notFullyActive } from './exceptions';
import { GainNode } from './GainNode';
import { IIRFilterNode } from './IIRFilterNode';
import { OscillatorNode } from './OscillatorNode';
import { PannerNode } from './PannerNode';
import { PeriodicWave } from './PeriodicWave';
import { checkScriptProcessorArguments, ScriptProcessorNode } from './ScriptProcessorNode';
import { StereoPannerNode } from './StereoPannerNode';
import { WaveShaperNode } from './WaveShaperNode';

/** What a subclass knows before its render engine is opened. */
export interface ContextParameters<Engine extends RenderEngine> {
  /** Hertz */
  readonly sampleRate: number;
  /** Frames */
  readonly renderQuantumSize: number;
  readonly numberOfChannels: number;
  readonly maxChannelCount: number;
  readonly offline: boolean;
  open(events: EngineEvents): Engine | HostError;
}

/** Contexts that must not be collected: something is heard, or somebody waits for a promise. */
const heldContexts = new Set<BaseAudioContext>();

/** Frees the engine of a context that nobody can reach any more. */
const collectedContexts = new FinalizationRegistry<CommandWriter>((commands) => commands.close());

/** Words of one engine event. */
const eventWords = 4;

/** https://webaudio.github.io/web-audio-api/#BaseAudioContext */
export abstract class BaseAudioContext<Engine extends RenderEngine = RenderEngine> extends EventTargetObject {
  readonly destination: AudioDestinationNode;
  /** Hertz */
  readonly sampleRate: number;
  /** [[render quantum size]], frames */
  readonly renderQuantumSize: number;
  /** [[control thread state]] */
  _controlThreadState: AudioContextState = 'suspended';
  /** The `state` attribute: what the control thread has been told of the rendering thread's state. */
  _state: AudioContextState = 'suspended';
  /** [[pending promises]] */
  readonly _pendingPromises = new Set<PromiseCapability<unknown>>();
  readonly _engine: Engine;
  readonly _commands: CommandWriter;
  /** Nominal ranges that depend on the sample rate, shared by the nodes of this context. */
  readonly _paramRanges: ParamRanges;
  #listener: AudioListener | null = null;
  #audioWorklet: AudioWorklet | null = null;
  /** Sources started and not ended, by id; they live as long as they are in here. */
  readonly #sources = new Map<number, AudioScheduledSourceNode>();
  /** ScriptProcessorNodes that are connected, by id: their `audioprocess` events may be awaited by nobody else. */
  readonly #scripts = new Map<number, ScriptProcessorNode>();
  /** AudioWorkletNodes whose *active source* flag is true, by id. */
  readonly #activeWorklets = new Set<number>();
  readonly #collectedNodes: FinalizationRegistry<number>;
  #queuedEvents = 0;
  #held = false;

  constructor(parameters: ContextParameters<Engine>) {
    super();
    const context = new WeakRef(this);
    const engine = parameters.open((words, count) => context.deref()?._handleEvents(words, count));
    if (isHostError(engine)) throw engineFailure(engine);
    this._engine = engine;
    const commands = new CommandWriter(engine);
    this._commands = commands;
    collectedContexts.register(this, commands);
    this.#collectedNodes = new FinalizationRegistry((node) => commands.releaseNode(node));
    this.sampleRate = parameters.sampleRate;
    this.renderQuantumSize = parameters.renderQuantumSize;
    this._paramRanges = paramRanges(parameters.sampleRate);
    this.destination = new AudioDestinationNode(this, parameters.numberOfChannels, parameters.maxChannelCount, parameters.offline);
  }

  /** Unloading a document closes its contexts: https://webaudio.github.io/web-audio-api/#unloading-a-document */
  get state(): AudioContextState {
    return host.isFullyActive?.() === false ? 'closed' : this._state;
  }

  /** The first frame of the next render quantum. */
  get _currentFrame(): number {
    return this._engine.state[StateWord.CurrentFrame]!;
  }

  /** https://webaudio.github.io/web-audio-api/#dom-baseaudiocontext-currenttime, seconds */
  get currentTime(): number {
    return this._currentFrame / this.sampleRate;
  }

  get listener(): AudioListener {
    return (this.#listener ??= new AudioListener(this));
  }

  /** https://webaudio.github.io/web-audio-api/#dom-baseaudiocontext-audioworklet */
  get audioWorklet(): AudioWorklet {
    return (this.#audioWorklet ??= new AudioWorklet(this));
  }

  _unrefWorkletPorts(): void {
    this.#audioWorklet?._unrefPorts();
  }

  createAnalyser(): AnalyserNode {
    return new AnalyserNode(this);
  }

  createBiquadFilter(): BiquadFilterNode {
    return new BiquadFilterNode(this);
  }

  /** https://webaudio.github.io/web-audio-api/#dom-baseaudiocontext-createbuffer */
  createBuffer(numberOfChannels: number, length: number, sampleRate: number): AudioBuffer {
    return new AudioBuffer({ numberOfChannels, length, sampleRate });
  }

  createBufferSource(): AudioBufferSourceNode {
    return new AudioBufferSourceNode(this);
  }

  createChannelMerger(numberOfInputs: number): ChannelMergerNode {
    return new ChannelMergerNode(this, { numberOfInputs });
  }

  createChannelSplitter(numberOfOutputs: number): ChannelSplitterNode {
    return new ChannelSplitterNode(this, { numberOfOutputs });
  }

  createConstantSource(): ConstantSourceNode {
    return new ConstantSourceNode(this);
  }

  createConvolver(): ConvolverNode {
    return new ConvolverNode(this);
  }

  createDelay(maxDelayTime: number): DelayNode {
    return new DelayNode(this, { maxDelayTime });
  }

  createDynamicsCompressor(): DynamicsCompressorNode {
    return new DynamicsCompressorNode(this);
  }

  createGain(): GainNode {
    return new GainNode(this);
  }

  createIIRFilter(feedforward: number[], feedback: number[]): IIRFilterNode {
    return new IIRFilterNode(this, { feedforward, feedback });
  }

  createOscillator(): OscillatorNode {
    return new OscillatorNode(this);
  }

  createPanner(): PannerNode {
    return new PannerNode(this);
  }

  /** https://webaudio.github.io/web-audio-api/#dom-baseaudiocontext-createperiodicwave */
  createPeriodicWave(real: number[], imag: number[], constraints: Partial<PeriodicWaveConstraints> = {}): PeriodicWave {
    // Steps 1 to 6: the lengths are compared by the constructor, with the same exception.
    return new PeriodicWave(this, { real, imag, disableNormalization: constraints.disableNormalization ?? false });
  }

  /** https://webaudio.github.io/web-audio-api/#dom-baseaudiocontext-createscriptprocessor */
  createScriptProcessor(bufferSize: number, numberOfInputChannels: number, numberOfOutputChannels: number): ScriptProcessorNode {
    checkScriptProcessorArguments(bufferSize, numberOfInputChannels, numberOfOutputChannels);
    return new ScriptProcessorNode(this, bufferSize, numberOfInputChannels, numberOfOutputChannels);
  }

  createStereoPanner(): StereoPannerNode {
    return new StereoPannerNode(this);
  }

  createWaveShaper(): WaveShaperNode {
    return new WaveShaperNode(this);
  }

  /** https://webaudio.github.io/web-audio-api/#dom-baseaudiocontext-decodeaudiodata */
  decodeAudioData(
    audioData: ArrayBuffer,
    successCallback?: ((decodedData: AudioBuffer) => void) | null,
    errorCallback?: ((error: DOMException) => void) | null,
  ): Promise<AudioBuffer> {
    const capability = newPromise<AudioBuffer>();
    // Step 1
    const inactive = notFullyActive((detail) => executing('decodeAudioData', 'BaseAudioContext', detail));
    if (inactive !== null) {
      capability.reject(inactive);
      return capability.promise;
    }
    // Step 2 is done above.
    // Step 3: detach what is not detached.
    const bytes = detach(audioData);
    if (bytes !== null) {
      this._addPending(capability);
      // Step 3.3: queue a decoding operation.
      host.codecs.decodeAudioData(bytes, this.sampleRate, (result) => {
        this._removePending(capability);
        this.#decoded(result, capability, successCallback, errorCallback);
      });
    } else {
      // Step 4: the error steps.
      const error = new DOMException(
        executing('decodeAudioData', 'BaseAudioContext', 'the audio data is detached or cannot be detached.'),
        'DataCloneError',
      );
      capability.reject(error);
      if (errorCallback) host.queueTask(() => errorCallback(error));
    }
    // Step 5
    return capability.promise;
  }

  /** The last steps of *queuing a decoding operation*, in a media element task. */
  #decoded(
    result: DecodedAudio | HostError,
    capability: PromiseCapability<AudioBuffer>,
    successCallback?: ((decodedData: AudioBuffer) => void) | null,
    errorCallback?: ((error: DOMException) => void) | null,
  ): void {
    if (isHostError(result) || result.channels.length === 0 || result.channels[0]!.length === 0) {
      // Step 4: it can't be decoded.
      const detail = isHostError(result) ? result.message : 'the file holds no audio.';
      // Without a decoder it's not the data that is at fault.
      const name = isHostError(result) && result.code === 'no-backend' ? 'NotSupportedError' : 'EncodingError';
      const error = new DOMException(executing('decodeAudioData', 'BaseAudioContext', detail), name);
      capability.reject(error);
      errorCallback?.(error);
      return;
    }
    // Step 5.2: make the buffer, of memory of this realm.
    const channels = result.channels.map((channel) => (isWholeBuffer(channel) ? channel : new Float32Array(channel)));
    const buffer = new AudioBuffer(
      { numberOfChannels: channels.length, length: channels[0]!.length, sampleRate: result.sampleRate },
      channels,
    );
    capability.resolve(buffer);
    successCallback?.(buffer);
  }

  // ---- for nodes ----

  /** The id of a node that script can't reach any more is handed to the render engine. */
  _releaseWhenCollected(node: AudioNode): void {
    this.#collectedNodes.register(node, node._id);
  }

  /** A started source lives until it ends, whoever else knows it: it is heard, and its `ended` event may be. */
  _sourceStarted(source: AudioScheduledSourceNode): void {
    this.#sources.set(source._id, source);
    this._startRenderingThread();
    this._updateHold();
  }

  /** A ScriptProcessorNode that is connected gets events. */
  _setScript(node: ScriptProcessorNode, isConnected: boolean): void {
    if (isConnected) this.#scripts.set(node._id, node);
    else this.#scripts.delete(node._id);
    this._updateHold();
  }

  /** An AudioWorkletNode is heard though nothing feeds it. */
  _setActiveWorklet(node: number, isActive: boolean): void {
    if (isActive) this.#activeWorklets.add(node);
    else this.#activeWorklets.delete(node);
    this._updateHold();
  }

  /** The last steps of `start()`; nothing to do where the rendering thread is not started by sources. */
  protected _startRenderingThread(): void {}

  // ---- events of the render engine ----

  /** Called from a task. What follows in the same batch an event that needs a task of its own, waits for that task. */
  _handleEvents(words: Float64Array, count: number): void {
    for (let at = 0; at < count; at += eventWords) {
      const type = words[at]!;
      const first = words[at + 1]!;
      const second = words[at + 2]!;
      const third = words[at + 3]!;
      const isOfNode = type === EngineEvent.Ended || type === EngineEvent.ScriptProcess || type === EngineEvent.ActiveSource;
      if (isOfNode && this.#queuedEvents === 0) {
        this.#handleNodeEvent(type, first, second, third);
      } else if (type !== EngineEvent.BatchApplied) {
        ++this.#queuedEvents;
        host.queueTask(() => {
          --this.#queuedEvents;
          if (isOfNode) this.#handleNodeEvent(type, first, second, third);
          else this._handleEvent(type, first, second);
        });
      }
    }
  }

  #handleNodeEvent(type: number, node: number, frame: number, block: number): void {
    if (type === EngineEvent.Ended) this.#ended(node);
    else if (type === EngineEvent.ActiveSource) this._setActiveWorklet(node, frame !== 0);
    else this.#scripts.get(node)?._process(frame, block);
  }

  protected abstract _handleEvent(type: number, first: number, second: number): void;

  #ended(id: number): void {
    const source = this.#sources.get(id);
    if (source === undefined) return;
    this.#sources.delete(id);
    this._updateHold();
    source.fire('ended');
  }

  // ---- lifetime ----

  _addPending(capability: PromiseCapability<unknown>): void {
    this._pendingPromises.add(capability);
    this._updateHold();
  }

  _removePending(capability: PromiseCapability<unknown>): void {
    this._pendingPromises.delete(capability);
    this._updateHold();
  }

  /** Whether sources are started that have not ended, or scripts or active processors run. */
  protected get _hasSources(): boolean {
    return this.#sources.size > 0 || this.#scripts.size > 0 || this.#activeWorklets.size > 0;
  }

  /** Whether anything is under way that must come to its end. */
  protected abstract _isBusy(): boolean;

  /** Called when `_isBusy()` has changed. */
  protected _hold(_busy: boolean): void {}

  _updateHold(): void {
    const busy = this._isBusy() || this._pendingPromises.size > 0;
    if (busy === this.#held) return;
    this.#held = busy;
    if (busy) heldContexts.add(this);
    else heldContexts.delete(this);
    this._hold(busy);
  }

  /** Sets the `state` attribute; if that changes it, queues a task to fire `statechange`. */
  protected _setState(state: AudioContextState): void {
    if (this._state === state) return;
    this._state = state;
    this._updateHold();
    host.queueTask(() => this.fire('statechange'));
  }
}

export interface ParamRanges {
  readonly oscillatorFrequency: ParamDescription;
  readonly filterFrequency: ParamDescription;
  readonly detune: ParamDescription;
}

/** The whole range of frequencies in cents: ±1200 log2(FLT_MAX), about 153600. */
const detune = describeParam(0, -1200 * Math.log2(mostPositiveSingleFloat), 1200 * Math.log2(mostPositiveSingleFloat));

function paramRanges(sampleRate: number): ParamRanges {
  const nyquistFrequency = sampleRate / 2;
  return {
    oscillatorFrequency: describeParam(440, -nyquistFrequency, nyquistFrequency),
    filterFrequency: describeParam(350, 0, nyquistFrequency),
    detune,
  };
}

/** Whether an array is of this realm and all of its buffer, as an AudioBuffer's channels are. */
function isWholeBuffer(array: Float32Array): boolean {
  const { buffer } = array;
  return array instanceof Float32Array && buffer instanceof ArrayBuffer && buffer.byteLength === array.byteLength;
}

/** Takes the memory of `buffer`; null where it is detached or cannot be. */
function detach(buffer: ArrayBuffer): Uint8Array | null {
  if (isDetached(buffer)) return null;
  const bytes = new Uint8Array(host.transferArrayBuffer(buffer));
  // A host copies what can't be detached, such as a WebAssembly memory.
  return isDetached(buffer) ? bytes : null;
}

function isDetached(buffer: ArrayBuffer): boolean {
  try {
    void new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}
