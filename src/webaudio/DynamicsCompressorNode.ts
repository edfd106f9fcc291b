import type { DynamicsCompressorOptions } from '../generated/webaudio-types';
import { NodeKind } from '../generated/commands';
import { AudioNode, describeNode } from './AudioNode';
import type { AudioParam } from './AudioParam';
import { describeParam } from './AudioParam';
import type { BaseAudioContext } from './BaseAudioContext';

const description = describeNode('DynamicsCompressorNode', NodeKind.DynamicsCompressor, {
  channelCountMode: 'clamped-max',
  constraints: { atMostStereo: true },
});
const threshold = describeParam(-24, -100, 0, 'k-rate', true);
const knee = describeParam(30, 0, 40, 'k-rate', true);
const ratio = describeParam(12, 1, 20, 'k-rate', true);
const attack = describeParam(0.003, 0, 1, 'k-rate', true);
const release = describeParam(0.25, 0, 1, 'k-rate', true);

/** https://webaudio.github.io/web-audio-api/#DynamicsCompressorNode */
export class DynamicsCompressorNode extends AudioNode {
  /** Decibels */
  readonly threshold: AudioParam;
  /** Decibels */
  readonly knee: AudioParam;
  readonly ratio: AudioParam;
  /** Seconds */
  readonly attack: AudioParam;
  /** Seconds */
  readonly release: AudioParam;

  constructor(context: BaseAudioContext, options: Partial<DynamicsCompressorOptions> = {}) {
    super(context, description);
    this._setChannelOptions(options);
    this.threshold = this._param(threshold, options.threshold);
    this.knee = this._param(knee, options.knee);
    this.ratio = this._param(ratio, options.ratio);
    this.attack = this._param(attack, options.attack);
    this.release = this._param(release, options.release);
    this._create();
  }

  /** https://webaudio.github.io/web-audio-api/#dom-dynamicscompressornode-reduction, decibels */
  get reduction(): number {
    const { _commands: commands } = this.context;
    if (commands.closed || this.context._currentFrame === 0) return 0;
    commands.flush();
    return commands.engine.reduction(this._id);
  }
}
