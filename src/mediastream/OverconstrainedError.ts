import { DOMExceptionObject } from '../webidl/platform-object';

/** https://w3c.github.io/mediacapture-main/#overconstrainederror-interface */
export class OverconstrainedError extends DOMExceptionObject {
  readonly constraint: string;

  constructor(constraint: string, message = '') {
    // Step 4
    super(message, 'OverconstrainedError');
    // Step 5
    this.constraint = constraint;
  }
}
