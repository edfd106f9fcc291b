import { NodeOp } from '../generated/commands';
import { AudioNode } from './AudioNode';
import { executing } from './exceptions';

/** https://webaudio.github.io/web-audio-api/#AudioScheduledSourceNode */
export abstract class AudioScheduledSourceNode extends AudioNode {
  /** [[source started]] */
  _sourceStarted = false;

  /** https://webaudio.github.io/web-audio-api/#dom-audioscheduledsourcenode-start */
  start(when = 0): void {
    // Step 1: a source starts once.
    this._checkNotStarted();
    // Step 2: parameter constraints.
    checkNotNegative('start', 'AudioScheduledSourceNode', 'start time', when);
    // Step 3
    this._sourceStarted = true;
    // Step 4: queue a control message.
    this.context._commands.message(this._id, NodeOp.Start, 3, when, 0, -1);
    // Step 5: start running the rendering thread.
    this.context._sourceStarted(this);
  }

  /** https://webaudio.github.io/web-audio-api/#dom-audioscheduledsourcenode-stop */
  stop(when = 0): void {
    // Step 1: a source that was not started can't be stopped.
    if (!this._sourceStarted) {
      throw new DOMException(executing('stop', 'AudioScheduledSourceNode', 'cannot call stop without calling start first.'), 'InvalidStateError');
    }
    // Step 2: parameter constraints.
    checkNotNegative('stop', 'AudioScheduledSourceNode', 'stop time', when);
    // Step 3: queue a control message.
    this.context._commands.message(this._id, NodeOp.Stop, 1, when);
  }

  protected _checkNotStarted(): void {
    if (this._sourceStarted) {
      throw new DOMException(executing('start', 'AudioScheduledSourceNode', 'cannot call start more than once.'), 'InvalidStateError');
    }
  }
}

export function checkNotNegative(operation: string, interfaceName: string, what: string, value: number): void {
  if (value < 0) throw new RangeError(executing(operation, interfaceName, `the ${what} (${value}) must not be negative.`));
}
