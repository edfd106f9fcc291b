import type { ChannelSplitterOptions } from '../generated/webaudio-types';
import { NodeKind } from '../generated/commands';
import { AudioNode, describeNode } from './AudioNode';
import type { BaseAudioContext } from './BaseAudioContext';
import { maxChannels } from './engine/limits';
import { constructing } from './exceptions';

const description = describeNode('ChannelSplitterNode', NodeKind.ChannelSplitter, {
  channelCountMode: 'explicit',
  channelInterpretation: 'discrete',
  constraints: { fixedCountAndMode: 'InvalidStateError', fixedInterpretation: 'InvalidStateError' },
});

/** https://webaudio.github.io/web-audio-api/#ChannelSplitterNode */
export class ChannelSplitterNode extends AudioNode {
  constructor(context: BaseAudioContext, options: Partial<ChannelSplitterOptions> = {}) {
    const { numberOfOutputs = 6 } = options;
    if (numberOfOutputs < 1 || numberOfOutputs > maxChannels) {
      throw new DOMException(
        constructing('ChannelSplitterNode', `the number of outputs (${numberOfOutputs}) is outside the range [1, ${maxChannels}].`),
        'IndexSizeError',
      );
    }
    super(context, description, 1, numberOfOutputs);
    this._channelCount = numberOfOutputs;
    this._setChannelOptions(options);
    this._create();
  }
}
