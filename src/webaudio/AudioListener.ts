import { ChannelCountMode, ChannelInterpretation, NodeKind, NodeOp } from '../generated/commands';
import { PlatformObject } from '../webidl/platform-object';
import { AudioParam, describeParam } from './AudioParam';
import type { ParamOwner } from './AudioParam';
import type { BaseAudioContext } from './BaseAudioContext';
import { headRelatedResponses } from './engine/hrtf';

const zero = describeParam(0);
const minusOne = describeParam(-1);
const one = describeParam(1);

/** https://webaudio.github.io/web-audio-api/#AudioListener */
export class AudioListener extends PlatformObject implements ParamOwner {
  readonly context: BaseAudioContext;
  readonly _id: number;
  readonly positionX: AudioParam;
  readonly positionY: AudioParam;
  readonly positionZ: AudioParam;
  readonly forwardX: AudioParam;
  readonly forwardY: AudioParam;
  readonly forwardZ: AudioParam;
  readonly upX: AudioParam;
  readonly upY: AudioParam;
  readonly upZ: AudioParam;
  #hasResponses = false;

  constructor(context: BaseAudioContext) {
    super();
    this.context = context;
    this._id = context._commands.allocateNode();
    // Indices 0 to 8: position, forward, up.
    const params = [zero, zero, zero, zero, zero, minusOne, zero, one, zero].map(
      (description, index) => new AudioParam(this, index, description),
    );
    [this.positionX, this.positionY, this.positionZ] = params as [AudioParam, AudioParam, AudioParam];
    [this.forwardX, this.forwardY, this.forwardZ] = params.slice(3) as [AudioParam, AudioParam, AudioParam];
    [this.upX, this.upY, this.upZ] = params.slice(6) as [AudioParam, AudioParam, AudioParam];
    context._commands.createNode(this._id, NodeKind.Listener, 0, 0, 1, ChannelCountMode.Max, ChannelInterpretation.Speakers, params, []);
  }

  /** https://webaudio.github.io/web-audio-api/#dom-audiolistener-setposition */
  setPosition(x: number, y: number, z: number): void {
    this.positionX.value = x;
    this.positionY.value = y;
    this.positionZ.value = z;
  }

  /** https://webaudio.github.io/web-audio-api/#dom-audiolistener-setorientation */
  setOrientation(x: number, y: number, z: number, xUp: number, yUp: number, zUp: number): void {
    this.forwardX.value = x;
    this.forwardY.value = y;
    this.forwardZ.value = z;
    this.upX.value = xUp;
    this.upY.value = yUp;
    this.upZ.value = zUp;
  }

  /** Gives the engine the responses through which panners with the "HRTF" model made from now on hear, if there are any. */
  _provideResponses(): void {
    if (this.#hasResponses) return;
    this.#hasResponses = true;
    const responses = headRelatedResponses();
    if (responses !== null) this.context._commands.messageWithData(this._id, NodeOp.SetHrtf, [responses], []);
  }
}
