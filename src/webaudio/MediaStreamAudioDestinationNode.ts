import type { AudioNodeOptions } from '../generated/webaudio-types';
import { NodeKind, NodeOp } from '../generated/commands';
import { AudioSource } from '../mediastream/AudioSource';
import { MediaStream } from '../mediastream/MediaStream';
import { MediaStreamTrack } from '../mediastream/MediaStreamTrack';
import { PcmRing } from '../mediastream/PcmRing';
import type { AudioContext } from './AudioContext';
import { AudioNode, describeNode } from './AudioNode';

const description = describeNode('MediaStreamAudioDestinationNode', NodeKind.MediaStreamDestination, {
  numberOfOutputs: 0,
  channelCountMode: 'explicit',
});

/** What a reader may be behind, beside what the context hands over at once. */
const ringSeconds = 1;

/** https://webaudio.github.io/web-audio-api/#MediaStreamAudioDestinationNode */
export class MediaStreamAudioDestinationNode extends AudioNode {
  readonly stream: MediaStream;
  #source: GraphSource | null = null;

  constructor(context: AudioContext, options: AudioNodeOptions = {}) {
    super(context, description);
    // Step 1
    this._setChannelOptions(options);
    this._create();
    const source = new GraphSource(this);
    this.#source = source;
    this.stream = new MediaStream([new MediaStreamTrack(source)]);
  }

  override get channelCount(): number {
    return super.channelCount;
  }

  /** The track has as many channels as the node. */
  override set channelCount(value: number) {
    const before = this._channelCount;
    super.channelCount = value;
    if (value !== before) this.#source?.channelsChanged();
  }
}

/** A graph as the source of a track. It keeps the node, and so the context, for as long as there is a track. */
class GraphSource extends AudioSource {
  override readonly label = 'MediaStreamAudioDestinationNode';
  readonly #node: MediaStreamAudioDestinationNode;

  constructor(node: MediaStreamAudioDestinationNode) {
    super();
    this.#node = node;
  }

  override isActive(asked: Set<object>): boolean {
    return this.#context._isActive(asked);
  }

  get #context(): AudioContext {
    return this.#node.context as AudioContext;
  }

  channelsChanged(): void {
    if (this.ring !== null) this._replaceRing(this.#openRing());
  }

  protected override _start(): PcmRing {
    this.#context._setOutput(this, true);
    return this.#openRing();
  }

  #openRing(): PcmRing {
    const context = this.#context;
    const blockSeconds = context.baseLatency;
    const memory = PcmRing.allocate(this.#node.channelCount, context.sampleRate, ringSeconds + blockSeconds);
    context._commands.messageWithData(this.#node._id, NodeOp.SetRing, [memory], []);
    return new PcmRing(memory, { blockSeconds, clock: context });
  }

  protected override _stop(): void {
    this.#context._setOutput(this, false);
    this.#context._commands.messageWithData(this.#node._id, NodeOp.SetRing, [], []);
  }
}
