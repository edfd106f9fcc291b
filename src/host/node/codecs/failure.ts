import type { HostError } from '../../Host';

/** Thrown inside the codec Worker only; leaves it as a `HostError`. */
export class CodecFailure extends Error implements HostError {
  constructor(readonly code: 'encoding' | 'no-backend', message: string) {
    super(message);
  }
}
