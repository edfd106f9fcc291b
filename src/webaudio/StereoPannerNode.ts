import type { StereoPannerOptions } from '../generated/webaudio-types';
import { NodeKind } from '../generated/commands';
import { AudioNode, describeNode } from './AudioNode';
import type { AudioParam } from './AudioParam';
import { describeParam } from './AudioParam';
import type { BaseAudioContext } from './BaseAudioContext';

const description = describeNode('StereoPannerNode', NodeKind.StereoPanner, {
  channelCountMode: 'clamped-max',
  constraints: { atMostStereo: true },
});
const pan = describeParam(0, -1, 1);

/** https://webaudio.github.io/web-audio-api/#stereopannernode */
export class StereoPannerNode extends AudioNode {
  readonly pan: AudioParam;

  constructor(context: BaseAudioContext, options: Partial<StereoPannerOptions> = {}) {
    super(context, description);
    this._setChannelOptions(options);
    this.pan = this._param(pan, options.pan);
    this._create();
  }
}
