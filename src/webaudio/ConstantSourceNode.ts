import type { ConstantSourceOptions } from '../generated/webaudio-types';
import { NodeKind } from '../generated/commands';
import { describeNode } from './AudioNode';
import type { AudioParam } from './AudioParam';
import { describeParam } from './AudioParam';
import { AudioScheduledSourceNode } from './AudioScheduledSourceNode';
import type { BaseAudioContext } from './BaseAudioContext';

const description = describeNode('ConstantSourceNode', NodeKind.ConstantSource, { numberOfInputs: 0 });
const offset = describeParam(1);

/** https://webaudio.github.io/web-audio-api/#ConstantSourceNode */
export class ConstantSourceNode extends AudioScheduledSourceNode {
  readonly offset: AudioParam;

  constructor(context: BaseAudioContext, options: Partial<ConstantSourceOptions> = {}) {
    super(context, description);
    this.offset = this._param(offset, options.offset);
    this._create();
  }
}
