import type { OverSampleType, WaveShaperOptions } from '../generated/webaudio-types';
import { NodeKind, NodeOp } from '../generated/commands';
import { AudioNode, describeNode } from './AudioNode';
import type { BaseAudioContext } from './BaseAudioContext';
import { overSampleTypes } from './engine/enumerations';
import { constructing, setting } from './exceptions';

const description = describeNode('WaveShaperNode', NodeKind.WaveShaper);

/** https://webaudio.github.io/web-audio-api/#WaveShaperNode */
export class WaveShaperNode extends AudioNode {
  #curve: Float32Array | null = null;
  #oversample: OverSampleType;

  constructor(context: BaseAudioContext, options: Partial<WaveShaperOptions> = {}) {
    super(context, description);
    const { curve, oversample = 'none' } = options;
    if (curve !== undefined) checkCurve(curve, (detail) => constructing('WaveShaperNode', detail));
    this._setChannelOptions(options);
    this.#oversample = oversample;
    this._create();
    if (curve !== undefined) this.#curve = Float32Array.from(curve);
    if (curve !== undefined || oversample !== 'none') this.#send();
  }

  /** https://webaudio.github.io/web-audio-api/#dom-waveshapernode-curve */
  get curve(): Float32Array | null {
    return this.#curve;
  }

  set curve(newCurve: Float32Array | null) {
    if (newCurve !== null) checkCurve(newCurve, (detail) => setting('curve', 'WaveShaperNode', detail));
    // Deviation: steps 2 and 3 let a curve be set only once. No browser has them, and pages set one at each turn of a knob.
    // Step 4; the render thread gets a copy.
    this.#curve = newCurve;
    this.#send();
  }

  /** https://webaudio.github.io/web-audio-api/#dom-waveshapernode-oversample */
  get oversample(): OverSampleType {
    return this.#oversample;
  }

  set oversample(oversample: OverSampleType) {
    this.#oversample = oversample;
    this.#send();
  }

  #send(): void {
    // A copy here, since the commands are submitted later.
    const curve = this.#curve === null ? [] : [new Float32Array(this.#curve)];
    this.context._commands.messageWithData(this._id, NodeOp.SetCurve, curve, [overSampleTypes[this.#oversample]]);
  }
}

function checkCurve(curve: ArrayLike<number>, message: (detail: string) => string): void {
  if (curve.length >= 2) return;
  throw new DOMException(message(`the curve has ${curve.length} elements; it must have at least 2.`), 'InvalidStateError');
}
