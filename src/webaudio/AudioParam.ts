import type { AutomationRate } from '../generated/webaudio-types';
import { ParamEventType, StateWord } from '../generated/commands';
import type { AutomationRate as EngineRate } from '../generated/commands';
import { PlatformObject } from '../webidl/platform-object';
import type { BaseAudioContext } from './BaseAudioContext';
import { AutomationEvents } from './engine/AutomationEvents';
import type { ParamState } from './engine/CommandWriter';
import { automationRates } from './engine/enumerations';
import { mostNegativeSingleFloat, mostPositiveSingleFloat } from './engine/limits';
import { executing, setting } from './exceptions';

/** What distinguishes one AudioParam of an interface from another. */
export interface ParamDescription {
  readonly defaultValue: number;
  readonly minValue: number;
  readonly maxValue: number;
  readonly automationRate: AutomationRate;
  /** *automation rate constraints*: the rate cannot be changed. */
  readonly fixedRate: boolean;
}

export function describeParam(
  defaultValue: number,
  minValue: number = mostNegativeSingleFloat,
  maxValue: number = mostPositiveSingleFloat,
  automationRate: AutomationRate = 'a-rate',
  fixedRate = false,
): ParamDescription {
  return { defaultValue: Math.fround(defaultValue), minValue: Math.fround(minValue), maxValue: Math.fround(maxValue), automationRate, fixedRate };
}

/** The AudioNode or AudioListener that a param belongs to. */
export interface ParamOwner {
  readonly context: BaseAudioContext;
  /** The id by which the render engine knows it. */
  readonly _id: number;
}

/** https://webaudio.github.io/web-audio-api/#AudioParam */
export class AudioParam extends PlatformObject implements ParamState {
  readonly defaultValue: number;
  readonly minValue: number;
  readonly maxValue: number;
  /** Keeps its owner alive: what is connected to a param that script holds must still be heard. */
  readonly _owner: ParamOwner;
  readonly _index: number;
  /** [[current value]], as far as the control thread knows it. */
  _currentValue: number;
  #automationRate: AutomationRate;
  readonly #fixedRate: boolean;
  #events: AutomationEvents | null = null;
  /** `_currentValue` is newer than the render thread's until this batch is in force and a quantum has been rendered with it. */
  #pendingBatch: number;
  #pendingFrame: number;

  constructor(owner: ParamOwner, index: number, description: ParamDescription, initialValue: number = description.defaultValue) {
    super();
    this._owner = owner;
    this._index = index;
    this.defaultValue = description.defaultValue;
    this.minValue = description.minValue;
    this.maxValue = description.maxValue;
    this._currentValue = initialValue;
    this.#automationRate = description.automationRate;
    this.#fixedRate = description.fixedRate;
    this.#pendingBatch = owner.context._commands.openBatch;
    this.#pendingFrame = owner.context._currentFrame;
  }

  get _rate(): EngineRate {
    return automationRates[this.#automationRate];
  }

  /** https://webaudio.github.io/web-audio-api/#dom-audioparam-automationrate */
  get automationRate(): AutomationRate {
    return this.#automationRate;
  }

  set automationRate(rate: AutomationRate) {
    if (rate === this.#automationRate) return;
    if (this.#fixedRate) {
      throw new DOMException(
        setting('automationRate', 'AudioParam', `the rate of this parameter cannot be changed from "${this.#automationRate}".`),
        'InvalidStateError',
      );
    }
    this.#automationRate = rate;
    this.#commands.setParamRate(this._owner._id, this._index, automationRates[rate]);
  }

  /**
   * https://webaudio.github.io/web-audio-api/#dom-audioparam-value
   *
   * Deviation: the value read is clamped to the nominal range, as browsers do and web-platform-tests expect; the
   * specification returns [[current value]] as it is.
   */
  get value(): number {
    const { _commands: commands } = this._owner.context;
    const { state } = commands.engine;
    if (!commands.closed && commands.isApplied(this.#pendingBatch) && state[StateWord.CurrentFrame]! > this.#pendingFrame) {
      this._currentValue = commands.engine.paramValue(this._owner._id, this._index);
    }
    return Math.min(Math.max(this._currentValue, this.minValue), this.maxValue);
  }

  set value(value: number) {
    // Setting assigns [[current value]] and calls setValueAtTime() with it and the current time; what that throws, this throws.
    const { currentTime } = this._owner.context;
    this.#insert('value', ParamEventType.SetValue, value, currentTime);
    this._currentValue = value;
    this.#pendingBatch = this.#commands.openBatch;
    this.#pendingFrame = this._owner.context._currentFrame;
  }

  /** https://webaudio.github.io/web-audio-api/#dom-audioparam-setvalueattime */
  setValueAtTime(value: number, startTime: number): this {
    checkTime('setValueAtTime', 'start time', startTime);
    this.#insert('setValueAtTime', ParamEventType.SetValue, value, startTime);
    return this;
  }

  /** https://webaudio.github.io/web-audio-api/#dom-audioparam-linearramptovalueattime */
  linearRampToValueAtTime(value: number, endTime: number): this {
    checkTime('linearRampToValueAtTime', 'end time', endTime);
    this.#insert('linearRampToValueAtTime', ParamEventType.LinearRamp, value, endTime);
    return this;
  }

  /** https://webaudio.github.io/web-audio-api/#dom-audioparam-exponentialramptovalueattime */
  exponentialRampToValueAtTime(value: number, endTime: number): this {
    if (value === 0) {
      throw new RangeError(executing('exponentialRampToValueAtTime', 'AudioParam', 'the target value (0) must not be zero.'));
    }
    checkTime('exponentialRampToValueAtTime', 'end time', endTime);
    this.#insert('exponentialRampToValueAtTime', ParamEventType.ExponentialRamp, value, endTime);
    return this;
  }

  /** https://webaudio.github.io/web-audio-api/#dom-audioparam-settargetattime */
  setTargetAtTime(target: number, startTime: number, timeConstant: number): this {
    checkTime('setTargetAtTime', 'start time', startTime);
    if (timeConstant < 0) {
      throw new RangeError(executing('setTargetAtTime', 'AudioParam', `the time constant (${timeConstant}) must not be negative.`));
    }
    this.#insert('setTargetAtTime', ParamEventType.SetTarget, target, startTime, timeConstant);
    return this;
  }

  /** https://webaudio.github.io/web-audio-api/#dom-audioparam-setvaluecurveattime */
  setValueCurveAtTime(values: readonly number[] | Float32Array, startTime: number, duration: number): this {
    if (values.length < 2) {
      throw new DOMException(
        executing('setValueCurveAtTime', 'AudioParam', `the curve has ${values.length} elements; it must have at least 2.`),
        'InvalidStateError',
      );
    }
    checkTime('setValueCurveAtTime', 'start time', startTime);
    if (!(duration > 0)) {
      throw new RangeError(executing('setValueCurveAtTime', 'AudioParam', `the duration (${duration}) must be greater than 0.`));
    }
    const time = Math.max(startTime, this._owner.context.currentTime);
    // A curve may not contain other events, but may start or end at the time of one.
    if (this.#events?.hasEventBetween(time, time + duration)) {
      throw new DOMException(
        executing('setValueCurveAtTime', 'AudioParam', `the curve from ${time} s for ${duration} s overlaps other automation events.`),
        'NotSupportedError',
      );
    }
    this.#insert('setValueCurveAtTime', ParamEventType.SetValueCurve, values[values.length - 1]!, startTime, duration, Float32Array.from(values));
    return this;
  }

  /** https://webaudio.github.io/web-audio-api/#dom-audioparam-cancelscheduledvalues */
  cancelScheduledValues(cancelTime: number): this {
    checkTime('cancelScheduledValues', 'cancel time', cancelTime);
    const time = Math.max(cancelTime, this._owner.context.currentTime);
    this.#events?.cancel(time);
    this.#commands.paramCancel(this._owner._id, this._index, time);
    return this;
  }

  /** https://webaudio.github.io/web-audio-api/#dom-audioparam-cancelandholdattime */
  cancelAndHoldAtTime(cancelTime: number): this {
    checkTime('cancelAndHoldAtTime', 'cancel time', cancelTime);
    const time = Math.max(cancelTime, this._owner.context.currentTime);
    this.#events?.cancelAndHold(time);
    this.#commands.paramCancelAndHold(this._owner._id, this._index, time);
    return this;
  }

  get #commands(): BaseAudioContext['_commands'] {
    return this._owner.context._commands;
  }

  /** Adds an *automation event* and queues it for the render thread. `extra` is a time constant or a duration. */
  #insert(
    member: string,
    type: ParamEventType,
    value: number,
    requestedTime: number,
    extra = 0,
    curve: Float32Array | null = null,
  ): void {
    // A time before the current time is clamped to it.
    const { currentTime } = this._owner.context;
    const time = Math.max(requestedTime, currentTime);
    const events = (this.#events ??= new AutomationEvents());
    // No automation method may be called at a time contained in [T, T + D) of a value curve.
    if (events.isInsideCurve(time)) {
      const detail = `the time ${time} s is within a value curve.`;
      const message = member === 'value' ? setting(member, 'AudioParam', detail) : executing(member, 'AudioParam', detail);
      throw new DOMException(message, 'NotSupportedError');
    }
    events.insert(type, time, curve === null ? time : time + extra, currentTime);
    this.#commands.paramEvent(this._owner._id, this._index, type, value, time, extra, curve);
  }
}

/** Times are non-negative; that they are finite is a matter of the IDL type `double`. */
function checkTime(operation: string, what: string, time: number): void {
  if (time < 0) throw new RangeError(executing(operation, 'AudioParam', `the ${what} (${time}) must not be negative.`));
}
