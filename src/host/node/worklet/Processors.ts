import type { ProcessorFailure, WorkletParameter } from '../../Host';
import { isAudioWorkletProcessor, withPort } from './AudioWorkletProcessor';
import { describeFailure } from './failure';
import {
  construct, defineProperty, dictionary, freeze, getOwnPropertyDescriptor, isFrozen, LanguageTypeError, lengthOf, Memory, PlatformError, Samples, setSamples,
} from './intrinsics';
import { failed, parametersOf, toDOMString, type ProcessorConstructor } from './register-processor';

interface Definition {
  readonly constructor: ProcessorConstructor;
  readonly parameters: readonly WorkletParameter[];
}

type Channels = readonly Float32Array[];
type Parameters = Readonly<Record<string, Float32Array>>;

/** Copies to make before or after a call: of `from[n]` to `to[n]`. */
interface Copies {
  readonly from: Float32Array[];
  readonly to: Float32Array[];
}

/** One AudioWorkletProcessor and the arguments of its `process`, which are made anew only where their shape changes. */
interface Processor {
  readonly object: { process(inputs: readonly Channels[], outputs: readonly Channels[], parameters: object): unknown };
  readonly names: readonly string[];
  /** Of this quantum: channels of the inputs, lengths of the parameters, channels of the outputs. */
  layout: Int32Array;
  inputCount: number;
  inputs: readonly Channels[];
  outputs: readonly Channels[];
  parameters: Parameters;
  /** The engine's side of all samples, which script never sees: what it gets may be transferred away at any time. */
  exchange: Float32Array;
  incoming: Copies;
  outgoing: Copies;
}

const noLayout = new Int32Array(0);

/** What `process` tells the engine; native/addon/WorkletScope.cc knows the same. */
const active = 1;
const threw = 2;

export interface ProcessorEvents {
  registered(name: string, parameters: readonly WorkletParameter[]): void;
  failed(node: number, failure: ProcessorFailure): void;
  /** A node is to be rendered whose processor is not there yet: constructs what has been asked for. */
  catchUp(): void;
}

/** The processors of a global scope, and the classes they are made of. */
export class Processors {
  /** *node name to processor constructor map* */
  readonly #definitions = dictionary<Definition>();
  /** By node, until they are first rendered. */
  readonly #constructed = dictionary<Processor>();
  /** By the engine's number for them. */
  readonly #rendered: ({ readonly node: number; readonly processor: Processor } | null)[] = [];
  readonly #events: ProcessorEvents;
  readonly #quantum: number;
  readonly #zeros: Float32Array;

  constructor(quantum: number, events: ProcessorEvents) {
    this.#quantum = quantum;
    this.#events = events;
    this.#zeros = new Float32Array(quantum);
  }

  /** https://webaudio.github.io/web-audio-api/#dom-audioworkletglobalscope-registerprocessor */
  register(nameValue: unknown, processorCtor: unknown): void {
    const name = toDOMString(nameValue);
    if (typeof processorCtor !== 'function') throw new LanguageTypeError(failed('parameter 2 is not a function.'));
    // Step 1
    if (name === '') throw new PlatformError(failed('the name is empty.'), 'NotSupportedError');
    // Step 2
    if (name in this.#definitions) throw new PlatformError(failed(`a processor '${name}' is registered already.`), 'NotSupportedError');
    // Steps 3 to 7
    const parameters = parametersOf(processorCtor);
    // Step 8
    this.#definitions[name] = { constructor: processorCtor as unknown as ProcessorConstructor, parameters };
    // Step 9
    this.#events.registered(name, parameters);
  }

  /** https://webaudio.github.io/web-audio-api/#invoking-processor-constructor; what is thrown is returned. */
  create(node: number, name: string, options: unknown, port: object): ProcessorFailure | null {
    try {
      const { constructor, parameters } = this.#definitions[name]!;
      const object = withPort(port, () => construct(constructor, [options]) as object);
      if (!isAudioWorkletProcessor(object)) throw new LanguageTypeError(`The class of '${name}' does not construct an AudioWorkletProcessor.`);
      this.#constructed[node] = {
        object: object as Processor['object'],
        names: namesOf(parameters),
        layout: noLayout,
        inputCount: 0,
        inputs: [],
        outputs: [],
        parameters: {},
        exchange: this.#zeros,
        incoming: { from: [], to: [] },
        outgoing: { from: [], to: [] },
      };
      return null;
    } catch (error) {
      return describeFailure(error);
    }
  }

  /**
   * Makes the arguments of a node's `process` fit `layout`. Returns the exchange, in which the samples of all inputs, parameters and
   * outputs follow each other; null if the node has no processor.
   */
  prepare(index: number, node: number, layout: Int32Array, inputs: number, parameters: number): Float32Array | null {
    const processor = this.#rendered[index]?.processor ?? this.#take(index, node);
    if (processor === null || parameters !== processor.names.length) return null;
    processor.layout = layout;
    processor.inputCount = inputs;
    let length = 0;
    for (let at = 0; at < layout.length; ++at) length += isParameter(at, processor) ? layout[at]! : layout[at]! * this.#quantum;
    // A buffer of its own: memory that the collector never moves.
    processor.exchange = new Samples(new Memory(4 * length));
    this.#renew(processor);
    return processor.exchange;
  }

  #take(index: number, node: number): Processor | null {
    if (!(node in this.#constructed)) this.#events.catchUp();
    const processor = this.#constructed[node];
    if (processor === undefined) return null;
    delete this.#constructed[node];
    this.#rendered[index] = { node, processor };
    return processor;
  }

  release(index: number, node: number): void {
    delete this.#constructed[node];
    if (index >= 0) this.#rendered[index] = null;
  }

  /** https://webaudio.github.io/web-audio-api/#rendering-a-graph, step 4.5.4 of the rendering loop */
  process(index: number): number {
    const { node, processor } = this.#rendered[index]!;
    try {
      this.#copyIn(processor);
      const result = processor.object.process(processor.inputs, processor.outputs, processor.parameters) ? active : 0;
      this.#copyOut(processor);
      return result;
    } catch (error) {
      this.#rendered[index] = null;
      this.#events.failed(node, describeFailure(error));
      return threw;
    }
  }

  #copyIn(processor: Processor): void {
    try {
      copyAll(processor.incoming);
    } catch {
      // Script has transferred some of these arrays away.
      this.#renew(processor);
      copyAll(processor.incoming);
    }
  }

  #copyOut({ outgoing }: Processor): void {
    try {
      copyAll(outgoing);
    } catch {
      // An output that was transferred away is silent.
      for (let at = 0; at < outgoing.from.length; ++at) {
        const samples = outgoing.from[at]!;
        setSamples(outgoing.to[at]!, lengthOf(samples) === 0 ? this.#zeros : samples);
      }
    }
  }

  /** Arrays of the right length whose memory script has not transferred stay, and so do the frozen arrays around them. */
  #renew(processor: Processor): void {
    const { layout, inputCount, names } = processor;
    const firstOutput = inputCount + names.length;
    processor.inputs = this.#ports(processor.inputs, layout, 0, inputCount);
    processor.parameters = parameterObject(processor);
    processor.outputs = this.#ports(processor.outputs, layout, firstOutput, layout.length);
    const incoming: Copies = { from: [], to: [] };
    const outgoing: Copies = { from: [], to: [] };
    let offset = 0;
    const view = (length: number): Float32Array => {
      const samples = new Samples(processor.exchange.buffer, 4 * offset, length);
      offset += length;
      return samples;
    };
    forEachChannel(processor.inputs, (samples) => add(incoming, view(this.#quantum), samples));
    for (let at = 0; at < names.length; ++at) add(incoming, view(layout[inputCount + at]!), processor.parameters[names[at]!]!);
    forEachChannel(processor.outputs, (samples) => {
      add(incoming, this.#zeros, samples);
      add(outgoing, samples, view(this.#quantum));
    });
    processor.incoming = incoming;
    processor.outgoing = outgoing;
  }

  /** Inputs or outputs with the numbers of channels that `layout` has from `start` on. */
  #ports(current: readonly Channels[], layout: Int32Array, start: number, end: number): readonly Channels[] {
    let isSame = current.length === end - start;
    const next: Channels[] = [];
    for (let at = start; at < end; ++at) {
      const channels = this.#channels(current[at - start], layout[at]!);
      isSame = isSame && channels === current[at - start];
      next[at - start] = channels;
    }
    return isSame ? current : freeze(next);
  }

  #channels(current: Channels | undefined, count: number): Channels {
    let isSame = current?.length === count;
    const next: Float32Array[] = [];
    for (let at = 0; at < count; ++at) {
      const samples = current?.[at];
      const isWhole = samples !== undefined && lengthOf(samples) === this.#quantum;
      isSame = isSame && isWhole;
      next[at] = isWhole ? samples : new Samples(this.#quantum);
    }
    return isSame ? current! : freeze(next);
  }
}

function namesOf(parameters: readonly WorkletParameter[]): readonly string[] {
  const names: string[] = [];
  for (let at = 0; at < parameters.length; ++at) names[at] = parameters[at]!.name;
  return names;
}

function copyAll({ from, to }: Copies): void {
  for (let at = 0; at < from.length; ++at) setSamples(to[at]!, from[at]!);
}

function forEachChannel(ports: readonly Channels[], callback: (samples: Float32Array) => void): void {
  for (let port = 0; port < ports.length; ++port) {
    const channels = ports[port]!;
    for (let channel = 0; channel < channels.length; ++channel) callback(channels[channel]!);
  }
}

function add(copies: Copies, from: Float32Array, to: Float32Array): void {
  copies.from[copies.from.length] = from;
  copies.to[copies.to.length] = to;
}

function isParameter(at: number, { inputCount, names }: Processor): boolean {
  return at >= inputCount && at < inputCount + names.length;
}

function parameterObject({ names, parameters, layout, inputCount }: Processor): Parameters {
  let isSame = isFrozen(parameters);
  const next: Record<string, Float32Array> = {};
  for (let at = 0; at < names.length; ++at) {
    const name = names[at]!;
    const length = layout[inputCount + at]!;
    const current = getOwnPropertyDescriptor(parameters, name)?.value as Float32Array | undefined;
    const isWhole = current !== undefined && lengthOf(current) === length;
    isSame = isSame && isWhole;
    defineProperty(next, name, { value: isWhole ? current : new Samples(length), enumerable: true, configurable: true, writable: true });
  }
  return isSame ? parameters : freeze(next);
}
