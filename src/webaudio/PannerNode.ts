import type { DistanceModelType, PannerOptions, PanningModelType } from '../generated/webaudio-types';
import { NodeKind, NodeOp } from '../generated/commands';
import { AudioNode, describeNode } from './AudioNode';
import type { AudioParam } from './AudioParam';
import { describeParam } from './AudioParam';
import type { BaseAudioContext } from './BaseAudioContext';
import { distanceModels, panningModels } from './engine/enumerations';
import { setting } from './exceptions';

const description = describeNode('PannerNode', NodeKind.Panner, {
  channelCountMode: 'clamped-max',
  constraints: { atMostStereo: true },
});
const zero = describeParam(0);
const one = describeParam(1);

/** https://webaudio.github.io/web-audio-api/#PannerNode */
export class PannerNode extends AudioNode {
  readonly positionX: AudioParam;
  readonly positionY: AudioParam;
  readonly positionZ: AudioParam;
  readonly orientationX: AudioParam;
  readonly orientationY: AudioParam;
  readonly orientationZ: AudioParam;
  #panningModel: PanningModelType;
  #distanceModel: DistanceModelType;
  #refDistance: number;
  #maxDistance: number;
  #rolloffFactor: number;
  /** Degrees */
  #coneInnerAngle: number;
  /** Degrees */
  #coneOuterAngle: number;
  #coneOuterGain: number;

  constructor(context: BaseAudioContext, options: Partial<PannerOptions> = {}) {
    super(context, description);
    const { refDistance = 1, maxDistance = 10000, rolloffFactor = 1, coneOuterGain = 0 } = options;
    checkNotNegative('refDistance', refDistance);
    checkPositive('maxDistance', maxDistance);
    checkNotNegative('rolloffFactor', rolloffFactor);
    checkUnit('coneOuterGain', coneOuterGain);
    this._setChannelOptions(options);
    this.positionX = this._param(zero, options.positionX);
    this.positionY = this._param(zero, options.positionY);
    this.positionZ = this._param(zero, options.positionZ);
    this.orientationX = this._param(one, options.orientationX);
    this.orientationY = this._param(zero, options.orientationY);
    this.orientationZ = this._param(zero, options.orientationZ);
    this.#panningModel = options.panningModel ?? 'equalpower';
    this.#distanceModel = options.distanceModel ?? 'inverse';
    this.#refDistance = refDistance;
    this.#maxDistance = maxDistance;
    this.#rolloffFactor = rolloffFactor;
    this.#coneInnerAngle = options.coneInnerAngle ?? 360;
    this.#coneOuterAngle = options.coneOuterAngle ?? 360;
    this.#coneOuterGain = coneOuterGain;
    this._create();
    this.#send();
  }

  get panningModel(): PanningModelType {
    return this.#panningModel;
  }

  set panningModel(panningModel: PanningModelType) {
    this.#panningModel = panningModel;
    this.#send();
  }

  get distanceModel(): DistanceModelType {
    return this.#distanceModel;
  }

  set distanceModel(distanceModel: DistanceModelType) {
    this.#distanceModel = distanceModel;
    this.#send();
  }

  /** https://webaudio.github.io/web-audio-api/#dom-pannernode-refdistance */
  get refDistance(): number {
    return this.#refDistance;
  }

  set refDistance(refDistance: number) {
    checkNotNegative('refDistance', refDistance);
    this.#refDistance = refDistance;
    this.#send();
  }

  /** https://webaudio.github.io/web-audio-api/#dom-pannernode-maxdistance */
  get maxDistance(): number {
    return this.#maxDistance;
  }

  set maxDistance(maxDistance: number) {
    checkPositive('maxDistance', maxDistance);
    this.#maxDistance = maxDistance;
    this.#send();
  }

  /** https://webaudio.github.io/web-audio-api/#dom-pannernode-rollofffactor; the clamping to its nominal range is the renderer's. */
  get rolloffFactor(): number {
    return this.#rolloffFactor;
  }

  set rolloffFactor(rolloffFactor: number) {
    checkNotNegative('rolloffFactor', rolloffFactor);
    this.#rolloffFactor = rolloffFactor;
    this.#send();
  }

  get coneInnerAngle(): number {
    return this.#coneInnerAngle;
  }

  set coneInnerAngle(coneInnerAngle: number) {
    this.#coneInnerAngle = coneInnerAngle;
    this.#send();
  }

  get coneOuterAngle(): number {
    return this.#coneOuterAngle;
  }

  set coneOuterAngle(coneOuterAngle: number) {
    this.#coneOuterAngle = coneOuterAngle;
    this.#send();
  }

  /** https://webaudio.github.io/web-audio-api/#dom-pannernode-coneoutergain */
  get coneOuterGain(): number {
    return this.#coneOuterGain;
  }

  set coneOuterGain(coneOuterGain: number) {
    checkUnit('coneOuterGain', coneOuterGain);
    this.#coneOuterGain = coneOuterGain;
    this.#send();
  }

  /** https://webaudio.github.io/web-audio-api/#dom-pannernode-setposition */
  setPosition(x: number, y: number, z: number): void {
    this.positionX.value = x;
    this.positionY.value = y;
    this.positionZ.value = z;
  }

  /** https://webaudio.github.io/web-audio-api/#dom-pannernode-setorientation */
  setOrientation(x: number, y: number, z: number): void {
    this.orientationX.value = x;
    this.orientationY.value = y;
    this.orientationZ.value = z;
  }

  #send(): void {
    if (this.#panningModel === 'HRTF') this.context.listener._provideResponses();
    this.context._commands.messageWithData(
      this._id,
      NodeOp.SetPanner,
      [],
      [
        panningModels[this.#panningModel],
        distanceModels[this.#distanceModel],
        this.#refDistance,
        this.#maxDistance,
        this.#rolloffFactor,
        this.#coneInnerAngle,
        this.#coneOuterAngle,
        this.#coneOuterGain,
      ],
    );
  }
}

function checkNotNegative(attribute: string, value: number): void {
  if (value < 0) throw new RangeError(setting(attribute, 'PannerNode', `the value (${value}) must not be negative.`));
}

function checkPositive(attribute: string, value: number): void {
  if (value <= 0) throw new RangeError(setting(attribute, 'PannerNode', `the value (${value}) must be greater than 0.`));
}

function checkUnit(attribute: string, value: number): void {
  if (value >= 0 && value <= 1) return;
  throw new DOMException(setting(attribute, 'PannerNode', `the value (${value}) is outside the range [0, 1].`), 'InvalidStateError');
}
