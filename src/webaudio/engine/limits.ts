/** Largest finite single-precision float: the specification's *most-positive-single-float*. */
export const mostPositiveSingleFloat = 3.4028234663852886e38;
export const mostNegativeSingleFloat = -mostPositiveSingleFloat;

/** Implementations must support at least 32 channels (https://webaudio.github.io/web-audio-api/#dom-baseaudiocontext-createbuffer). */
export const maxChannels = 32;

/** https://webaudio.github.io/web-audio-api/#sample-rates, in hertz. */
export const minSampleRate = 3000;
export const maxSampleRate = 768000;

export function isSupportedSampleRate(sampleRate: number): boolean {
  return sampleRate >= minSampleRate && sampleRate <= maxSampleRate;
}

/** https://webaudio.github.io/web-audio-api/#render-quantum-sizes: 1 frame up to 6 seconds. */
export function isSupportedRenderQuantumSize(frames: number, sampleRate: number): boolean {
  return frames >= 1 && frames <= Math.floor(6 * sampleRate);
}

export const defaultRenderQuantumSize = 128;
