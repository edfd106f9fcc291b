import type { ProcessorFailure, WorkletParameter } from '../../Host';
import { describeFailure } from './failure';
import { failed, parametersOf, toDOMString, type ProcessorConstructor } from './register-processor';

interface Definition {
  readonly constructor: ProcessorConstructor;
  readonly parameters: readonly WorkletParameter[];
}

type Channels = readonly Float32Array[];

/** One AudioWorkletProcessor and the arguments of its `process`, which are made anew only where their shape changes. */
interface Processor {
  readonly object: { process(inputs: readonly Channels[], outputs: readonly Channels[], parameters: object): unknown };
  readonly names: readonly string[];
  inputs: readonly Channels[];
  outputs: readonly Channels[];
  parameters: Readonly<Record<string, Float32Array>>;
  /** All arrays in the engine's order. */
  arrays: Float32Array[];
}

/** What `process` tells the engine; native/addon/WorkletScope.cc knows the same. */
const active = 1;
const threw = 2;
const arraysLost = 4;

export interface ProcessorEvents {
  registered(name: string, parameters: readonly WorkletParameter[]): void;
  failed(node: number, failure: ProcessorFailure): void;
  /** A node is to be rendered whose processor is not there yet: constructs what has been asked for. */
  catchUp(): void;
}

/** The *pending processor construction data*'s transferred port. */
let transferredPort: object | null = null;

/** https://webaudio.github.io/web-audio-api/#AudioWorkletProcessor */
export class AudioWorkletProcessor {
  readonly #port: object;

  /** https://webaudio.github.io/web-audio-api/#dom-audioworkletprocessor-audioworkletprocessor */
  constructor() {
    // Step 1
    if (transferredPort === null) throw new TypeError("Failed to construct 'AudioWorkletProcessor': no AudioWorkletNode is being constructed.");
    // Steps 5 and 6
    this.#port = transferredPort;
    // Step 7
    transferredPort = null;
  }

  get port(): object {
    return this.#port;
  }

  static isOne(object: object): boolean {
    return #port in object;
  }
}
const { isOne } = AudioWorkletProcessor;
delete (AudioWorkletProcessor as { isOne?: unknown }).isOne;

/** The processors of a global scope, and the classes they are made of. */
export class Processors {
  /** *node name to processor constructor map* */
  readonly #definitions = new Map<string, Definition>();
  readonly #processors = new Map<number, Processor>();
  readonly #events: ProcessorEvents;
  readonly #quantum: number;

  constructor(quantum: number, events: ProcessorEvents) {
    this.#quantum = quantum;
    this.#events = events;
  }

  /** https://webaudio.github.io/web-audio-api/#dom-audioworkletglobalscope-registerprocessor */
  register(nameValue: unknown, processorCtor: unknown): void {
    const name = toDOMString(nameValue);
    if (typeof processorCtor !== 'function') throw new TypeError(failed('parameter 2 is not a function.'));
    // Step 1
    if (name === '') throw new DOMException(failed('the name is empty.'), 'NotSupportedError');
    // Step 2
    if (this.#definitions.has(name)) throw new DOMException(failed(`a processor '${name}' is registered already.`), 'NotSupportedError');
    // Steps 3 to 7
    const parameters = parametersOf(processorCtor);
    // Step 8
    this.#definitions.set(name, { constructor: processorCtor as unknown as ProcessorConstructor, parameters });
    // Step 9
    this.#events.registered(name, parameters);
  }

  /** https://webaudio.github.io/web-audio-api/#invoking-processor-constructor; what is thrown is returned. */
  create(node: number, name: string, options: unknown, port: object): ProcessorFailure | null {
    try {
      const definition = this.#definitions.get(name)!;
      transferredPort = port;
      const object: object = new definition.constructor(options);
      if (!isOne(object)) throw new TypeError(`The class of '${name}' does not construct an AudioWorkletProcessor.`);
      this.#processors.set(node, {
        object: object as Processor['object'],
        names: definition.parameters.map((parameter) => parameter.name),
        inputs: [],
        outputs: [],
        parameters: {},
        arrays: [],
      });
      return null;
    } catch (error) {
      return describeFailure(error);
    } finally {
      transferredPort = null;
    }
  }

  release(node: number): void {
    this.#processors.delete(node);
  }

  /** Makes the arguments of `process` fit `layout`: channels of each input and output, lengths of the parameters. */
  arrays(node: number, layout: Int32Array, inputs: number, outputs: number, parameters: number): Float32Array[] | null {
    if (!this.#processors.has(node)) this.#events.catchUp();
    const processor = this.#processors.get(node);
    if (processor === undefined || parameters !== processor.names.length) return null;
    const quantum = this.#quantum;
    processor.inputs = ports(processor.inputs, layout.subarray(0, inputs), quantum);
    processor.outputs = ports(processor.outputs, layout.subarray(inputs, inputs + outputs), quantum);
    processor.parameters = parameterObject(processor, layout.subarray(inputs + outputs, inputs + outputs + parameters));
    processor.arrays = [
      ...processor.inputs.flat(),
      ...processor.outputs.flat(),
      ...processor.names.map((name) => processor.parameters[name]!),
    ];
    return processor.arrays;
  }

  /** https://webaudio.github.io/web-audio-api/#rendering-a-graph, step 4.4.5.4 of the rendering loop */
  process(node: number): number {
    const processor = this.#processors.get(node)!;
    let bits: number;
    try {
      bits = processor.object.process(processor.inputs, processor.outputs, processor.parameters) ? active : 0;
    } catch (error) {
      this.#processors.delete(node);
      this.#events.failed(node, describeFailure(error));
      return threw;
    }
    const { arrays } = processor;
    for (let index = 0; index < arrays.length; ++index) {
      if (arrays[index]!.length === 0) return bits | arraysLost;
    }
    return bits;
  }
}

/** Inputs or outputs with these numbers of channels; those of the right shape whose memory script has not transferred stay. */
function ports(current: readonly Channels[], counts: Int32Array, quantum: number): readonly Channels[] {
  const next = Array.from(counts, (count, index) => {
    const channels = current[index];
    if (channels?.length === count && channels.every((channel) => channel.length === quantum)) return channels;
    return Object.freeze(Array.from({ length: count }, () => new Float32Array(quantum)));
  });
  const isSame = next.length === current.length && next.every((channels, index) => channels === current[index]);
  return isSame ? current : Object.freeze(next);
}

function parameterObject({ names, parameters }: Processor, lengths: Int32Array): Processor['parameters'] {
  if (Object.isFrozen(parameters) && names.every((name, index) => parameters[name]?.length === lengths[index])) return parameters;
  const next: Record<string, Float32Array> = {};
  names.forEach((name, index) => {
    const current = Object.getOwnPropertyDescriptor(parameters, name)?.value as Float32Array | undefined;
    const value = current?.length === lengths[index] ? current : new Float32Array(lengths[index]!);
    Object.defineProperty(next, name, { value, enumerable: true, configurable: true, writable: true });
  });
  return Object.freeze(next);
}
