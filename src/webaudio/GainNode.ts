import type { GainOptions } from '../generated/webaudio-types';
import { NodeKind } from '../generated/commands';
import { AudioNode, describeNode } from './AudioNode';
import type { AudioParam } from './AudioParam';
import { describeParam } from './AudioParam';
import type { BaseAudioContext } from './BaseAudioContext';

const description = describeNode('GainNode', NodeKind.Gain);
const gain = describeParam(1);

/** https://webaudio.github.io/web-audio-api/#GainNode */
export class GainNode extends AudioNode {
  readonly gain: AudioParam;

  constructor(context: BaseAudioContext, options: Partial<GainOptions> = {}) {
    super(context, description);
    this._setChannelOptions(options);
    this.gain = this._param(gain, options.gain);
    this._create();
  }
}
