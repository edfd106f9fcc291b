import type { OscillatorOptions, OscillatorType } from '../generated/webaudio-types';
import { NodeKind, NodeOp } from '../generated/commands';
import { describeNode } from './AudioNode';
import type { AudioParam } from './AudioParam';
import { AudioScheduledSourceNode } from './AudioScheduledSourceNode';
import type { BaseAudioContext } from './BaseAudioContext';
import { oscillatorTypes } from './engine/enumerations';
import { constructing, setting } from './exceptions';
import type { PeriodicWave } from './PeriodicWave';

const description = describeNode('OscillatorNode', NodeKind.Oscillator, { numberOfInputs: 0 });

/** https://webaudio.github.io/web-audio-api/#OscillatorNode */
export class OscillatorNode extends AudioScheduledSourceNode {
  readonly frequency: AudioParam;
  readonly detune: AudioParam;
  #type: OscillatorType = 'sine';

  constructor(context: BaseAudioContext, options: Partial<OscillatorOptions> = {}) {
    super(context, description);
    const { type = 'sine', periodicWave } = options;
    if (periodicWave === undefined && type === 'custom') {
      throw new DOMException(constructing('OscillatorNode', 'a periodicWave is required for the type "custom".'), 'InvalidStateError');
    }
    this._setChannelOptions(options);
    this.frequency = this._param(context._paramRanges.oscillatorFrequency, options.frequency);
    this.detune = this._param(context._paramRanges.detune, options.detune);
    this._create();
    // A periodicWave makes the type "custom", whatever `type` says.
    if (periodicWave !== undefined) this.setPeriodicWave(periodicWave);
    else if (type !== 'sine') this.#setType(type);
  }

  /** https://webaudio.github.io/web-audio-api/#dom-oscillatornode-type */
  get type(): OscillatorType {
    return this.#type;
  }

  set type(type: OscillatorType) {
    if (type === 'custom') {
      // Only setPeriodicWave() makes the type "custom"; where it is that already, nothing changes.
      if (this.#type === 'custom') return;
      throw new DOMException(setting('type', 'OscillatorNode', `'custom' cannot be set directly; use setPeriodicWave().`), 'InvalidStateError');
    }
    this.#setType(type);
  }

  /**
   * https://webaudio.github.io/web-audio-api/#dom-oscillatornode-setperiodicwave
   *
   * The wave may be one of another context. That waves "can't be shared" is written beside the constructor's argument, but no step
   * refuses one; browsers take it, and Tone.js keeps one cache of waves for all its contexts.
   */
  setPeriodicWave(periodicWave: PeriodicWave): void {
    this.#type = 'custom';
    this.context._commands.messageWithData(
      this._id,
      NodeOp.SetPeriodicWave,
      [periodicWave._real, periodicWave._imag],
      [periodicWave._normalize ? 0 : 1],
    );
  }

  #setType(type: OscillatorType): void {
    this.#type = type;
    this.context._commands.message(this._id, NodeOp.SetOscillatorType, 1, oscillatorTypes[type]);
  }
}
