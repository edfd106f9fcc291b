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
const numberOfBlocks = 2;

/** Memory shared with the render thread. */
interface Block {
  readonly inputs: readonly Float32Array[];
  readonly outputs: readonly Float32Array[];
}

/** https://webaudio.github.io/web-audio-api/#ScriptProcessorNode */
export class ScriptProcessorNode extends AudioNode {
  /** Frames */
  readonly bufferSize: number;
  readonly #blocks: readonly Block[];
  #incoming = 0;
  #outgoing = 0;

  constructor(context: BaseAudioContext, bufferSize: number, numberOfInputChannels: number, numberOfOutputChannels: number) {
    super(context, description);
    const frames = bufferSize === 0 ? defaultBufferSize : bufferSize;
    this.bufferSize = frames;
    this._channelCount = Math.max(1, numberOfInputChannels);
    this.#blocks = Array.from({ length: numberOfBlocks }, () => ({
      inputs: allocateChannels(numberOfInputChannels, frames),
      outputs: allocateChannels(numberOfOutputChannels, frames),
    }));
    this._create([frames, numberOfInputChannels, numberOfOutputChannels]);
    const memory = this.#blocks.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]);
    context._commands.messageWithData(this._id, NodeOp.SetScriptBlocks, memory, []);
    context._expectScript(context._currentFrame + frames);
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

  /** A block of input is complete at `frame`; what script makes of it is heard when the other block has been played. */
  _process(frame: number, block: number): void {
    const { context, bufferSize } = this;
    context._expectScript(frame + bufferSize);
    const { inputs, outputs } = this.#blocks[block]!;
    if (!hasWrapper(this)) return;
    const inputBuffer = this.#makeBuffer(inputs.map((samples) => new Float32Array(samples)));
    const outputBuffer = this.#makeBuffer(allocateChannels(outputs.length, bufferSize));
    const playbackTime = (frame + bufferSize) / context.sampleRate;
    this.fire('audioprocess', { playbackTime, inputBuffer, outputBuffer }, 'AudioProcessingEvent');
    // When the dispatch completes, it acquires the contents of the output buffer.
    const contents = outputBuffer._acquireContents();
    outputs.forEach((samples, channel) => {
      const produced = contents[channel];
      if (produced === undefined) samples.fill(0);
      else samples.set(produced);
    });
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
