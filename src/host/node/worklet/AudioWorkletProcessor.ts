import { defineProperty, LanguageTypeError } from './intrinsics';

/** The *pending processor construction data*'s transferred port. */
let transferredPort: object | null = null;

/** The brand check. */
export let isAudioWorkletProcessor: (object: object) => boolean;

/** https://webaudio.github.io/web-audio-api/#AudioWorkletProcessor */
export class AudioWorkletProcessor {
  readonly #port: object;

  /** https://webaudio.github.io/web-audio-api/#dom-audioworkletprocessor-audioworkletprocessor */
  constructor() {
    // Step 1
    if (transferredPort === null) throw new LanguageTypeError("Failed to construct 'AudioWorkletProcessor': no AudioWorkletNode is being constructed.");
    // Steps 5 and 6
    this.#port = transferredPort;
    // Step 7
    transferredPort = null;
  }

  get port(): object {
    if (!(#port in this)) throw new LanguageTypeError('Illegal invocation');
    return this.#port;
  }

  static {
    isAudioWorkletProcessor = (object) => #port in object;
    defineProperty(this.prototype, 'port', { enumerable: true });
  }
}

/** Lets AudioWorkletProcessor's constructor be called once, for the node at the other end of `port`. */
export function withPort<Result>(port: object, construct: () => Result): Result {
  transferredPort = port;
  try {
    return construct();
  } finally {
    transferredPort = null;
  }
}
