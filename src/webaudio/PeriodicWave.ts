import type { PeriodicWaveOptions } from '../generated/webaudio-types';
import { PlatformObject } from '../webidl/platform-object';
import type { BaseAudioContext } from './BaseAudioContext';
import { constructing } from './exceptions';

/** https://webaudio.github.io/web-audio-api/#PeriodicWave */
export class PeriodicWave extends PlatformObject {
  /** [[real]]: cosine terms */
  readonly _real: Float32Array;
  /** [[imag]]: sine terms */
  readonly _imag: Float32Array;
  /** [[normalize]] */
  readonly _normalize: boolean;

  /** https://webaudio.github.io/web-audio-api/#dom-periodicwave-periodicwave */
  constructor(_context: BaseAudioContext, options: Partial<PeriodicWaveOptions> = {}) {
    super();
    // Step 2: process the options.
    const { real, imag } = options;
    if (real !== undefined && imag !== undefined && real.length !== imag.length) {
      throw new DOMException(
        constructing('PeriodicWave', `length of real array (${real.length}) must match length of imaginary array (${imag.length}).`),
        'IndexSizeError',
      );
    }
    const given = real ?? imag;
    if (given !== undefined && given.length < 2) {
      throw new DOMException(constructing('PeriodicWave', `the length (${given.length}) must be at least 2.`), 'IndexSizeError');
    }
    const length = given?.length ?? 2;
    // Steps 2.1 to 2.3: copies, with zeros for what is absent.
    this._real = real === undefined ? new Float32Array(length) : Float32Array.from(real);
    this._imag = imag === undefined ? new Float32Array(length) : Float32Array.from(imag);
    // Step 2.4: a sine where neither is present.
    if (given === undefined) this._imag[1] = 1;
    // Step 3: no DC component.
    this._real[0] = 0;
    this._imag[0] = 0;
    // Step 4
    this._normalize = !(options.disableNormalization ?? false);
  }
}
