import { NodeKind, NodeOp } from '../generated/commands';
import { hasWrapper } from '../webidl/platform-object';
import { allocateChannels, AudioBuffer } from './AudioBuffer';
import { AudioNode, describeNode } from './AudioNode';
import type { BaseAudioContext } from './BaseAudioContext';
import { maxChannels } from './engine/limits';
import { executing } from './exceptions';

const description = describeNode('ScriptProcessorNode', NodeKind.ScriptProcessor, {
  channelCountMode: 'explicit',
  constraints: { fixedCountAndMode: 'NotSupportedError' },
});

const bufferSizes = [256, 512, 1024, 2048, 4096, 8192, 16384];
/** Chosen where script leaves the choice: 21 ms at 48 kHz. */
const defaultBufferSize = 1024;
/** How late script may be in a context that does not wait for it, without losing input. */
const patienceSeconds = 0.5;

/** https://webaudio.github.io/web-audio-api/#ScriptProcessorNode */
export class ScriptProcessorNode extends AudioNode {
  /** Frames */
  readonly bufferSize: number;
  readonly #inputChannels: number;
  readonly #outputChannels: number;
  /** Memory shared with the render thread: a ring of blocks, each its input channels, then its output channels. */
  readonly #memory: Float32Array;
  readonly #numberOfBlocks: number;
  /** Blocks from one's input to the output that is made of it: two, or as many as it takes for a render quantum to end in between. */
  readonly #latencyBlocks: number;
  #incoming = 0;
  #outgoing = 0;

  constructor(context: BaseAudioContext, bufferSize: number, numberOfInputChannels: number, numberOfOutputChannels: number) {
    super(context, description);
    const frames = bufferSize === 0 ? defaultBufferSize : bufferSize;
    this.bufferSize = frames;
    this._channelCount = Math.max(1, numberOfInputChannels);
    this.#latencyBlocks = 1 + Math.ceil(context.renderQuantumSize / frames);
    this.#numberOfBlocks = 2 * this.#latencyBlocks + Math.ceil((patienceSeconds * context.sampleRate) / frames);
    this.#inputChannels = numberOfInputChannels;
    this.#outputChannels = numberOfOutputChannels;
    this.#memory = new Float32Array(this.#numberOfBlocks * frames * (numberOfInputChannels + numberOfOutputChannels));
    this._create([frames, numberOfInputChannels, numberOfOutputChannels, this.#latencyBlocks]);
    context._commands.messageWithData(this._id, NodeOp.SetScriptBlocks, [this.#memory], []);
  }

  override _incomingChanged(change: 1 | -1): void {
    this.#incoming += change;
    this.#connectionsChanged();
  }

  override _outgoingChanged(change: 1 | -1): void {
    this.#outgoing += change;
    this.#connectionsChanged();
  }

  /** Events are dispatched while at least one input or output is connected. */
  #connectionsChanged(): void {
    this.context._setScript(this, this.#incoming > 0 || this.#outgoing > 0);
  }

  /** A block of input ends at `frame`. */
  _process(frame: number, block: number): void {
    if (!hasWrapper(this)) return;
    const { context, bufferSize } = this;
    const playbackFrame = frame + (this.#latencyBlocks - 1) * bufferSize;
    const inputs = Array.from({ length: this.#inputChannels }, (_, channel) => new Float32Array(this.#samples(block, channel)));
    const inputBuffer = this.#makeBuffer(inputs);
    const outputBuffer = this.#makeBuffer(allocateChannels(this.#outputChannels, bufferSize));
    this.fire('audioprocess', { playbackTime: playbackFrame / context.sampleRate, inputBuffer, outputBuffer }, 'AudioProcessingEvent');
    // When the dispatch completes, it acquires the contents of the output buffer. What comes too late is not heard.
    const contents = outputBuffer._acquireContents();
    if (context._currentFrame > playbackFrame) return;
    const outputBlock = (block + this.#latencyBlocks) % this.#numberOfBlocks;
    contents.forEach((samples, channel) => this.#samples(outputBlock, this.#inputChannels + channel).set(samples));
  }

  /** One channel of a block. */
  #samples(block: number, channel: number): Float32Array {
    const index = block * (this.#inputChannels + this.#outputChannels) + channel;
    return new Float32Array(this.#memory.buffer, index * this.bufferSize * Float32Array.BYTES_PER_ELEMENT, this.bufferSize);
  }

  #makeBuffer(channels: Float32Array[]): AudioBuffer {
    const options = { numberOfChannels: channels.length, length: this.bufferSize, sampleRate: this.context.sampleRate };
    return new AudioBuffer(options, channels);
  }
}

/** https://webaudio.github.io/web-audio-api/#dom-baseaudiocontext-createscriptprocessor */
export function checkScriptProcessorArguments(bufferSize: number, numberOfInputChannels: number, numberOfOutputChannels: number): void {
  const problem =
    bufferSize !== 0 && !bufferSizes.includes(bufferSize)
      ? `the buffer size (${bufferSize}) must be 0 or a power of two in the range [256, 16384].`
      : numberOfInputChannels > maxChannels
        ? `the number of input channels (${numberOfInputChannels}) exceeds the maximum (${maxChannels}).`
        : numberOfOutputChannels > maxChannels
          ? `the number of output channels (${numberOfOutputChannels}) exceeds the maximum (${maxChannels}).`
          : numberOfInputChannels === 0 && numberOfOutputChannels === 0
            ? 'the numbers of input and of output channels are both zero.'
            : null;
  if (problem !== null) {
    throw new DOMException(executing('createScriptProcessor', 'BaseAudioContext', problem), 'IndexSizeError');
  }
}
