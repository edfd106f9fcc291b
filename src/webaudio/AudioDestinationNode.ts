import type { ChannelCountMode } from '../generated/webaudio-types';
import { NodeKind } from '../generated/commands';
import { AudioNode, describeNode } from './AudioNode';
import type { BaseAudioContext } from './BaseAudioContext';
import { setting } from './exceptions';

const description = describeNode('AudioDestinationNode', NodeKind.Destination, { channelCountMode: 'explicit' });

/** The id by which the render engine knows the destination, which it makes itself. */
const destinationId = 1;

/** https://webaudio.github.io/web-audio-api/#AudioDestinationNode */
export class AudioDestinationNode extends AudioNode {
  readonly maxChannelCount: number;
  /** Whether it is the destination of an OfflineAudioContext, whose channels are fixed. */
  readonly #offline: boolean;

  constructor(context: BaseAudioContext, numberOfChannels: number, maxChannelCount: number, offline: boolean) {
    super(context, description, 1, 1, destinationId);
    this.maxChannelCount = maxChannelCount;
    this.#offline = offline;
    this._channelCount = numberOfChannels;
    this._existing();
  }

  protected override _checkChannelCount(value: number): void {
    if (this.#offline) {
      // https://webaudio.github.io/web-audio-api/#dom-audionode-channelcount: it cannot be changed.
      if (value !== this._channelCount) throw this.#fixed('channelCount', this._channelCount);
      return;
    }
    if (value < 1 || value > this.maxChannelCount) {
      const detail = `the channel count (${value}) is outside the range [1, ${this.maxChannelCount}].`;
      // Zero is never supported, on any node; what the device lacks is out of range here.
      throw new DOMException(setting('channelCount', 'AudioDestinationNode', detail), value < 1 ? 'NotSupportedError' : 'IndexSizeError');
    }
  }

  protected override _checkChannelCountMode(value: ChannelCountMode): void {
    if (this.#offline && value !== this._channelCountMode) throw this.#fixed('channelCountMode', this._channelCountMode);
  }

  #fixed(attribute: string, value: number | string): DOMException {
    return new DOMException(setting(attribute, 'AudioDestinationNode', `the value cannot be changed from '${value}'.`), 'InvalidStateError');
  }
}
