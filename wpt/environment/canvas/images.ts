import { Bitmap, type CanvasColorSpace } from './bitmap';
import { drawableOf } from './drawables';

/** What can be drawn, at the size it is drawn with. */
export interface DrawnImage {
  readonly width: number;
  readonly height: number;
  readonly isOriginClean: boolean;
  read(colorSpace: CanvasColorSpace): Bitmap;
}

/** Canvases and ImageBitmaps say for themselves what they show. */
export const shownBy = Symbol('shown by');

export interface Shows {
  readonly [shownBy]: { readonly bitmap: Bitmap; readonly isOriginClean: boolean; readonly hasAlpha: boolean } | 'bad';
}

/** Null for what is no image, `bad` for one that has nothing to show. */
export function imageOf(object: object): DrawnImage | 'bad' | null {
  if (shownBy in object) {
    const shown = (object as Shows)[shownBy];
    if (shown === 'bad') return 'bad';
    const { bitmap, isOriginClean } = shown;
    return { width: bitmap.width, height: bitmap.height, isOriginClean, read: (colorSpace) => bitmap.in(colorSpace) };
  }
  const drawable = drawableOf(object);
  if (drawable === null) return Object.prototype.toString.call(object) === '[object VideoFrame]' ? 'bad' : null;
  const { width, height, displayWidth, displayHeight } = drawable;
  return {
    width: displayWidth, height: displayHeight, isOriginClean: true,
    read: (colorSpace) => new Bitmap(width, height, colorSpace, new Uint8ClampedArray(drawable.read(colorSpace).buffer)),
  };
}
