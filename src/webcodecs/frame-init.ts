/** How the slots of a VideoFrame come from the dictionaries that it is made with. */
import type { VideoFrameBufferInit, VideoFrameInit, VideoFrameMetadata } from '../generated/webcodecs-types';
import type { PixelFormat, Rectangle } from '../host/CodecBackend';
import { isAligned, isFiniteAndPositive } from './pixels/layout';
import type { VideoColorSpace } from './VideoColorSpace';

/** The internal slots that a clone copies: https://w3c.github.io/webcodecs/#videoframe-internal-slots */
export interface FrameSlots {
  /** [[format]] */
  readonly format: PixelFormat | null;
  /** [[coded width]] and [[coded height]], pixels */
  readonly codedWidth: number;
  readonly codedHeight: number;
  /** [[visible left]], [[visible top]], [[visible width]], [[visible height]] */
  readonly visibleRect: Rectangle;
  /** [[rotation]], degrees clockwise: 0, 90, 180 or 270 */
  readonly rotation: number;
  /** [[flip]] */
  readonly flip: boolean;
  /** [[display width]] and [[display height]] */
  readonly displayWidth: number;
  readonly displayHeight: number;
  /** [[duration]], microseconds */
  readonly duration: number | null;
  /** [[timestamp]], microseconds */
  readonly timestamp: number;
  /** [[color space]] */
  readonly colorSpace: VideoColorSpace;
  /** [[metadata]] */
  readonly metadata: VideoFrameMetadata;
}

/** https://w3c.github.io/webcodecs/#validate-videoframeinit; a string says what is wrong. */
export function invalidFrameInit(init: VideoFrameInit, format: PixelFormat | null, codedWidth: number, codedHeight: number): string | null {
  const { visibleRect } = init;
  // Step 1
  if (visibleRect !== undefined) {
    if (!isFiniteAndPositive(visibleRect)) return 'visibleRect has a member that is negative or not finite';
    if (!isAligned(format, visibleRect)) return `visibleRect does not begin at a sample of each plane of ${format}`;
    if (visibleRect.width === 0 || visibleRect.height === 0) return 'visibleRect is empty';
    if (visibleRect.y + visibleRect.height > codedHeight || visibleRect.x + visibleRect.width > codedWidth) return 'visibleRect reaches beyond the coded size';
  }
  // Step 2
  if (codedWidth === 0 || codedHeight === 0) return 'the coded size is zero';
  // Steps 3 to 5
  return invalidDisplaySize(init);
}

/** https://w3c.github.io/webcodecs/#valid-videoframebufferinit; a string says what is wrong. */
export function invalidBufferInit(init: VideoFrameBufferInit): string | null {
  const { codedWidth, codedHeight, visibleRect } = init;
  // Step 1
  if (codedWidth === 0 || codedHeight === 0) return 'the coded size is zero';
  // Steps 2 to 4
  if (visibleRect !== undefined) {
    if (!isFiniteAndPositive(visibleRect)) return 'visibleRect has a member that is negative or not finite';
    if (visibleRect.y + visibleRect.height > codedHeight || visibleRect.x + visibleRect.width > codedWidth) return 'visibleRect reaches beyond the coded size';
  }
  // Steps 5 to 7
  return invalidDisplaySize(init);
}

function invalidDisplaySize({ displayWidth, displayHeight }: { displayWidth?: number; displayHeight?: number }): string | null {
  if ((displayWidth === undefined) !== (displayHeight === undefined)) return 'displayWidth and displayHeight belong together';
  return displayWidth === 0 || displayHeight === 0 ? 'the display size is zero' : null;
}

/** https://w3c.github.io/webcodecs/#videoframe-parse-rotation */
export function parseRotation(rotation: number): number {
  // Step 1: ties go towards positive infinity, as Math.round has it.
  const alignedRotation = Math.round(rotation / 90) * 90;
  // Steps 2 and 3
  return alignedRotation - Math.floor(alignedRotation / 360) * 360;
}

/** https://w3c.github.io/webcodecs/#videoframe-add-rotations */
function addRotations(baseRotation: number, baseFlip: boolean, rotation: number): number {
  const combinedRotation = baseFlip ? baseRotation - rotation : baseRotation + rotation;
  return combinedRotation - Math.floor(combinedRotation / 360) * 360;
}

const isUpright = (rotation: number): boolean => rotation === 0 || rotation === 180;

export interface Orientation {
  readonly rotation: number;
  readonly flip: boolean;
}

export type PlacementSlots = Pick<FrameSlots, 'visibleRect' | 'rotation' | 'flip' | 'displayWidth' | 'displayHeight'>;

/** https://w3c.github.io/webcodecs/#videoframe-initialize-visible-rect-orientation-and-display-size; `init` has been validated. */
export function placement(
  init: VideoFrameInit, defaultVisibleRect: Rectangle, base: Orientation, defaultDisplayWidth: number, defaultDisplayHeight: number,
): PlacementSlots {
  // Steps 1 to 3
  const visibleRect = truncated(init.visibleRect ?? defaultVisibleRect);
  // Steps 4 to 6
  const rotation = addRotations(base.rotation, base.flip, parseRotation(init.rotation));
  const flip = base.flip !== init.flip;
  // Step 7
  if (init.displayWidth !== undefined && init.displayHeight !== undefined) {
    return { visibleRect, rotation, flip, displayWidth: init.displayWidth, displayHeight: init.displayHeight };
  }
  // Steps 8.1 and 8.2
  const [width, height] = isUpright(base.rotation) ? [defaultDisplayWidth, defaultDisplayHeight] : [defaultDisplayHeight, defaultDisplayWidth];
  const widthScale = width / defaultVisibleRect.width;
  const heightScale = height / defaultVisibleRect.height;
  // Steps 8.3 and 8.4
  const displaySize = orient(Math.round(visibleRect.width * widthScale), Math.round(visibleRect.height * heightScale), rotation);
  // Steps 8.5 and 8.6: the rotation that counts is the frame's whole one, since the size above is that of an upright picture.
  return { visibleRect, rotation, flip, ...displaySize };
}

/** The display size of an upright picture that is then rotated. */
export function orient(width: number, height: number, rotation: number): { displayWidth: number; displayHeight: number } {
  return isUpright(rotation) ? { displayWidth: width, displayHeight: height } : { displayWidth: height, displayHeight: width };
}

/** Pixels have integer coordinates: https://w3c.github.io/webcodecs/#videoframe-domrect */
export function truncated({ x, y, width, height }: Rectangle): Rectangle {
  return { x: Math.trunc(x), y: Math.trunc(y), width: Math.trunc(width), height: Math.trunc(height) };
}
