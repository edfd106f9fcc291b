import type { AudioNodeOptions, ChannelCountMode, ChannelInterpretation } from '../generated/webaudio-types';
import type { NodeKind } from '../generated/commands';
import { EventTargetObject } from '../webidl/platform-object';
import { AudioParam } from './AudioParam';
import type { ParamDescription } from './AudioParam';
import type { BaseAudioContext } from './BaseAudioContext';
import { Connections } from './engine/Connections';
import { channelCountModes, channelInterpretations } from './engine/enumerations';
import { maxChannels } from './engine/limits';
import { executing, setting } from './exceptions';

/** *channelCount constraints*, *channelCountMode constraints* and *channelInterpretation constraints* of an interface. */
export interface ChannelConstraints {
  /** The exception for any change of the count and of the mode. */
  readonly fixedCountAndMode?: 'InvalidStateError' | 'NotSupportedError';
  /** The exception for any change of the interpretation. */
  readonly fixedInterpretation?: 'InvalidStateError';
  /** The count is at most two and the mode is not "max"; NotSupportedError otherwise. */
  readonly atMostStereo?: boolean;
}

/** The values that the specification's table of each interface gives. */
export interface NodeDescription {
  readonly interfaceName: string;
  readonly kind: NodeKind;
  readonly numberOfInputs: number;
  readonly numberOfOutputs: number;
  readonly channelCount: number;
  readonly channelCountMode: ChannelCountMode;
  readonly channelInterpretation: ChannelInterpretation;
  readonly constraints: ChannelConstraints;
}

const unconstrained: ChannelConstraints = {};
const noArguments: readonly number[] = [];

/** The common table: one input, one output, up to as many channels as come, mixed as speakers. */
export function describeNode(interfaceName: string, kind: NodeKind, exceptions: Partial<NodeDescription> = {}): NodeDescription {
  return {
    interfaceName,
    kind,
    numberOfInputs: 1,
    numberOfOutputs: 1,
    channelCount: 2,
    channelCountMode: 'max',
    channelInterpretation: 'speakers',
    constraints: unconstrained,
    ...exceptions,
  };
}

/** https://webaudio.github.io/web-audio-api/#AudioNode */
export abstract class AudioNode extends EventTargetObject {
  readonly context: BaseAudioContext;
  readonly numberOfInputs: number;
  readonly numberOfOutputs: number;
  readonly _id: number;
  readonly _description: NodeDescription;
  _channelCount: number;
  _channelCountMode: ChannelCountMode;
  _channelInterpretation: ChannelInterpretation;
  /** Params in the order of their indices. */
  readonly _params: AudioParam[] = [];
  /** Whether the render engine has been told of this node. */
  #created = false;
  #connections: Connections<AudioNode | AudioParam> | null = null;

  constructor(
    context: BaseAudioContext,
    description: NodeDescription,
    numberOfInputs = description.numberOfInputs,
    numberOfOutputs = description.numberOfOutputs,
    id = context._commands.allocateNode(),
  ) {
    super();
    // Initializing an AudioNode, steps 1 and 2: https://webaudio.github.io/web-audio-api/#audionode-constructor-init
    this.context = context;
    this.numberOfInputs = numberOfInputs;
    this.numberOfOutputs = numberOfOutputs;
    this._id = id;
    this._description = description;
    this._channelCount = description.channelCount;
    this._channelCountMode = description.channelCountMode;
    this._channelInterpretation = description.channelInterpretation;
  }

  /**
   * Makes the next param of this node.
   *
   * Deviation from step 3.1 of initializing an AudioNode, which sets the `value` attribute and so schedules an event: the
   * value is the param's first one, without an event. Every member of the options has a default, so that otherwise no
   * param would ever be without a preceding event, a case which the ramps define; browsers do likewise.
   */
  protected _param(description: ParamDescription, initialValue?: number): AudioParam {
    const param = new AudioParam(this, this._params.length, description, initialValue);
    this._params.push(param);
    return param;
  }

  /** Step 3.2 of initializing an AudioNode, for the members of AudioNodeOptions; before `_create`. */
  protected _setChannelOptions(options: AudioNodeOptions): void {
    if (options.channelCount !== undefined) this.channelCount = options.channelCount;
    if (options.channelCountMode !== undefined) this.channelCountMode = options.channelCountMode;
    if (options.channelInterpretation !== undefined) this.channelInterpretation = options.channelInterpretation;
  }

  /** Tells the render engine of this node, once its constructor can throw no more. */
  protected _create(argumentValues: readonly number[] = noArguments): void {
    this.#created = true;
    this.context._commands.createNode(
      this._id,
      this._description.kind,
      this.numberOfInputs,
      this.numberOfOutputs,
      this._channelCount,
      channelCountModes[this._channelCountMode],
      channelInterpretations[this._channelInterpretation],
      this._params,
      argumentValues,
    );
    this.context._releaseWhenCollected(this);
  }

  /** In place of `_create`, for a node that the render engine makes itself. */
  protected _existing(): void {
    this.#created = true;
  }

  /** https://webaudio.github.io/web-audio-api/#dom-audionode-channelcount */
  get channelCount(): number {
    return this._channelCount;
  }

  set channelCount(value: number) {
    this._checkChannelCount(value);
    this._channelCount = value;
    this.#sendChannels();
  }

  /** https://webaudio.github.io/web-audio-api/#dom-audionode-channelcountmode */
  get channelCountMode(): ChannelCountMode {
    return this._channelCountMode;
  }

  set channelCountMode(value: ChannelCountMode) {
    this._checkChannelCountMode(value);
    this._channelCountMode = value;
    this.#sendChannels();
  }

  /** https://webaudio.github.io/web-audio-api/#dom-audionode-channelinterpretation */
  get channelInterpretation(): ChannelInterpretation {
    return this._channelInterpretation;
  }

  set channelInterpretation(value: ChannelInterpretation) {
    const exception = this._description.constraints.fixedInterpretation;
    if (exception !== undefined && value !== this._channelInterpretation) {
      throw this.#fixed('channelInterpretation', this._channelInterpretation, exception);
    }
    this._channelInterpretation = value;
    this.#sendChannels();
  }

  protected _checkChannelCount(value: number): void {
    const { constraints, interfaceName } = this._description;
    if (constraints.fixedCountAndMode !== undefined) {
      if (value !== this._channelCount) throw this.#fixed('channelCount', this._channelCount, constraints.fixedCountAndMode);
      return;
    }
    const largest = constraints.atMostStereo ? 2 : maxChannels;
    if (value < 1 || value > largest) {
      throw new DOMException(
        setting('channelCount', interfaceName, `the channel count (${value}) is outside the range [1, ${largest}].`),
        'NotSupportedError',
      );
    }
  }

  protected _checkChannelCountMode(value: ChannelCountMode): void {
    const { constraints, interfaceName } = this._description;
    if (constraints.fixedCountAndMode !== undefined && value !== this._channelCountMode) {
      throw this.#fixed('channelCountMode', this._channelCountMode, constraints.fixedCountAndMode);
    }
    if (constraints.atMostStereo && value === 'max') {
      throw new DOMException(setting('channelCountMode', interfaceName, 'the mode cannot be "max".'), 'NotSupportedError');
    }
  }

  #fixed(attribute: string, value: number | string, exception: string): DOMException {
    return new DOMException(setting(attribute, this._description.interfaceName, `the value cannot be changed from '${value}'.`), exception);
  }

  #sendChannels(): void {
    if (!this.#created) return;
    this.context._commands.setChannels(
      this._id,
      this._channelCount,
      channelCountModes[this._channelCountMode],
      channelInterpretations[this._channelInterpretation],
    );
  }

  /**
   * https://webaudio.github.io/web-audio-api/#dom-audionode-connect
   * https://webaudio.github.io/web-audio-api/#dom-audionode-connect-destinationparam-output
   */
  connect(destination: AudioNode, output?: number, input?: number): AudioNode;
  connect(destination: AudioParam, output?: number): undefined;
  connect(destination: AudioNode | AudioParam, output = 0, input = 0): AudioNode | undefined {
    const toParam = destination instanceof AudioParam;
    const context = toParam ? destination._owner.context : destination.context;
    if (context !== this.context) {
      throw new DOMException(
        executing('connect', 'AudioNode', `cannot connect to an ${toParam ? 'AudioParam' : 'AudioNode'} of a different audio context.`),
        'InvalidAccessError',
      );
    }
    this.#checkOutput('connect', output);
    if (!toParam) checkInput('connect', destination, input);
    // Multiple connections with the same termini are ignored.
    this.#connections ??= new Connections();
    if (this.#connections.add(destination, output, input)) {
      const { _commands: commands } = this.context;
      if (toParam) {
        commands.connectParam(this._id, output, destination._owner._id, destination._index);
      } else {
        commands.connect(this._id, output, destination._id, input);
        destination._incomingChanged(1);
      }
      this._outgoingChanged(1);
    }
    return toParam ? undefined : destination;
  }

  /** https://webaudio.github.io/web-audio-api/#dom-audionode-disconnect and its overloads. */
  disconnect(destinationOrOutput?: AudioNode | AudioParam | number, output?: number, input?: number): void {
    // disconnect(): all outgoing connections
    if (destinationOrOutput === undefined) {
      this.#remove(undefined, undefined, undefined);
      return;
    }
    // disconnect(output)
    if (typeof destinationOrOutput === 'number') {
      this.#checkOutput('disconnect', destinationOrOutput);
      this.#remove(undefined, destinationOrOutput, undefined);
      return;
    }
    // disconnect(destination, output, input)
    if (output !== undefined) this.#checkOutput('disconnect', output);
    if (input !== undefined && !(destinationOrOutput instanceof AudioParam)) checkInput('disconnect', destinationOrOutput, input);
    if (this.#remove(destinationOrOutput, output, input) === 0) {
      throw new DOMException(executing('disconnect', 'AudioNode', 'the given destination is not connected.'), 'InvalidAccessError');
    }
  }

  /** Removes the connections that match, undefined matching all, and returns how many there were. */
  #remove(destination: AudioNode | AudioParam | undefined, output: number | undefined, input: number | undefined): number {
    if (this.#connections === null) return 0;
    const { _commands: commands } = this.context;
    return this.#connections.remove(destination, output, input, (removed, fromOutput, toInput) => {
      if (removed instanceof AudioParam) {
        commands.disconnectParam(this._id, fromOutput, removed._owner._id, removed._index);
      } else {
        commands.disconnect(this._id, fromOutput, removed._id, toInput);
        removed._incomingChanged(-1);
      }
      this._outgoingChanged(-1);
    });
  }

  /** For nodes that care whether they are connected. */
  _incomingChanged(_change: 1 | -1): void {}
  _outgoingChanged(_change: 1 | -1): void {}

  #checkOutput(operation: string, output: number): void {
    if (output < this.numberOfOutputs) return;
    throw new DOMException(
      executing(operation, 'AudioNode', `output index (${output}) exceeds number of outputs (${this.numberOfOutputs}).`),
      'IndexSizeError',
    );
  }
}

function checkInput(operation: string, destination: AudioNode, input: number): void {
  if (input < destination.numberOfInputs) return;
  throw new DOMException(
    executing(operation, 'AudioNode', `input index (${input}) exceeds number of inputs (${destination.numberOfInputs}).`),
    'IndexSizeError',
  );
}
