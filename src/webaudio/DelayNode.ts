import type { DelayOptions } from '../generated/webaudio-types';
import { NodeKind } from '../generated/commands';
import { AudioNode, describeNode } from './AudioNode';
import type { AudioParam } from './AudioParam';
import { describeParam } from './AudioParam';
import type { BaseAudioContext } from './BaseAudioContext';
import { constructing } from './exceptions';

const description = describeNode('DelayNode', NodeKind.Delay);

/** Seconds; the delay must be less than three minutes. */
const maxDelayTimeLimit = 180;

/** https://webaudio.github.io/web-audio-api/#DelayNode */
export class DelayNode extends AudioNode {
  readonly delayTime: AudioParam;

  constructor(context: BaseAudioContext, options: Partial<DelayOptions> = {}) {
    const { maxDelayTime = 1, delayTime = 0 } = options;
    // https://webaudio.github.io/web-audio-api/#dom-baseaudiocontext-createdelay-maxdelaytime-maxdelaytime
    if (!(maxDelayTime > 0 && maxDelayTime < maxDelayTimeLimit)) {
      throw new DOMException(
        constructing('DelayNode', `the maximum delay time (${maxDelayTime}) is outside the range (0, ${maxDelayTimeLimit}).`),
        'NotSupportedError',
      );
    }
    super(context, description);
    this._setChannelOptions(options);
    this.delayTime = this._param(describeParam(0, 0, maxDelayTime), Math.fround(delayTime));
    this._create([maxDelayTime]);
  }
}
