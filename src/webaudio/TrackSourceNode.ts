import { NodeKind, NodeOp } from '../generated/commands';
import type { MediaStreamTrack } from '../mediastream/MediaStreamTrack';
import type { PcmRing } from '../mediastream/PcmRing';
import type { TrackSink } from '../mediastream/TrackSinks';
import type { AudioContext } from './AudioContext';
import { AudioNode, describeNode } from './AudioNode';

/**
 * What the two nodes that read a MediaStreamTrack share. The track is read only while the node is connected to something, and the context
 * holds the node for as long as more may come of that.
 */
export abstract class TrackSourceNode extends AudioNode implements TrackSink {
  /** [[input track]] */
  readonly #track: MediaStreamTrack;
  #outgoing = 0;
  #isReading = false;
  /** What the renderer reads. */
  #ring: PcmRing | null = null;

  constructor(context: AudioContext, interfaceName: string, track: MediaStreamTrack) {
    super(context, describeNode(interfaceName, NodeKind.MediaStreamSource, { numberOfInputs: 0 }));
    this.#track = track;
    this._create();
  }

  /** Whether sound comes out of it that a process should wait for. */
  _isActive(asked: Set<object>): boolean {
    return this.#track._isFlowing && this.#track._source.isActive(asked);
  }

  override _outgoingChanged(change: 1 | -1): void {
    this.#outgoing += change;
    this.trackChanged();
  }

  trackChanged(): void {
    const context = this.context as AudioContext;
    const isReading = this.#outgoing > 0 && this.#track.readyState === 'live' && context._controlThreadState !== 'closed';
    if (isReading !== this.#isReading) {
      this.#isReading = isReading;
      if (isReading) this.#track._addSink(this);
      else this.#track._removeSink(this);
      context._setInput(this, isReading);
    }
    const ring = isReading ? this.#track._ring : null;
    if (ring !== this.#ring) {
      this.#ring = ring;
      const isSameClock = ring?.clock === context;
      context._commands.messageWithData(this._id, NodeOp.SetRing, ring === null ? [] : [ring.memory], [isSameClock ? 1 : 0, context.baseLatency]);
    }
    context._updateHold();
  }
}
