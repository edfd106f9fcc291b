import type { VideoColorPrimaries, VideoColorSpaceInit, VideoMatrixCoefficients, VideoTransferCharacteristics } from '../generated/webcodecs-types';
import type { ColorSpace, PixelFormat } from '../host/CodecBackend';
import { PlatformObject } from '../webidl/platform-object';
import { isRgb } from './pixels/formats';

/** https://w3c.github.io/webcodecs/#videocolorspace */
export class VideoColorSpace extends PlatformObject {
  /** [[primaries]] */
  readonly primaries: VideoColorPrimaries | null;
  /** [[transfer]] */
  readonly transfer: VideoTransferCharacteristics | null;
  /** [[matrix]] */
  readonly matrix: VideoMatrixCoefficients | null;
  /** [[full range]] */
  readonly fullRange: boolean | null;

  constructor({ primaries, transfer, matrix, fullRange }: ColorSpace = unspecified) {
    super();
    this.primaries = primaries;
    this.transfer = transfer;
    this.matrix = matrix;
    this.fullRange = fullRange;
  }

  toJSON(): VideoColorSpaceInit {
    const { primaries, transfer, matrix, fullRange } = this;
    return { primaries, transfer, matrix, fullRange };
  }
}

export const unspecified: ColorSpace = { primaries: null, transfer: null, matrix: null, fullRange: null };
/** https://w3c.github.io/webcodecs/#srgb-color-space */
export const sRgb: ColorSpace = { primaries: 'bt709', transfer: 'iec61966-2-1', matrix: 'rgb', fullRange: true };
/** https://w3c.github.io/webcodecs/#display-p3-color-space */
export const displayP3: ColorSpace = { primaries: 'smpte432', transfer: 'iec61966-2-1', matrix: 'rgb', fullRange: true };
/** https://w3c.github.io/webcodecs/#rec709-color-space */
export const rec709: ColorSpace = { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', fullRange: false };

/** https://w3c.github.io/webcodecs/#videoframe-pick-color-space */
export function pickColorSpace(override: ColorSpace | undefined, format: PixelFormat | null): VideoColorSpace {
  // Step 1
  if (override !== undefined) return new VideoColorSpace(override);
  // Steps 2 and 3
  return new VideoColorSpace(format !== null && isRgb(format) ? sRgb : rec709);
}
