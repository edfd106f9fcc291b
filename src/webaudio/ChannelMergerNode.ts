import type { ChannelMergerOptions } from '../generated/webaudio-types';
import { NodeKind } from '../generated/commands';
import { AudioNode, describeNode } from './AudioNode';
import type { BaseAudioContext } from './BaseAudioContext';
import { maxChannels } from './engine/limits';
import { constructing } from './exceptions';

const description = describeNode('ChannelMergerNode', NodeKind.ChannelMerger, {
  channelCount: 1,
  channelCountMode: 'explicit',
  constraints: { fixedCountAndMode: 'InvalidStateError' },
});

/** https://webaudio.github.io/web-audio-api/#ChannelMergerNode */
export class ChannelMergerNode extends AudioNode {
  constructor(context: BaseAudioContext, options: Partial<ChannelMergerOptions> = {}) {
    const { numberOfInputs = 6 } = options;
    if (numberOfInputs < 1 || numberOfInputs > maxChannels) {
      throw new DOMException(
        constructing('ChannelMergerNode', `the number of inputs (${numberOfInputs}) is outside the range [1, ${maxChannels}].`),
        'IndexSizeError',
      );
    }
    super(context, description, numberOfInputs, 1);
    this._setChannelOptions(options);
    this._create();
  }
}
