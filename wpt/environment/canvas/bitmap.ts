import { knownColorSpace, rgbConversion } from '../../../src/webcodecs/pixels/color';
import { displayP3, sRgb } from '../../../src/webcodecs/VideoColorSpace';

export type CanvasColorSpace = 'srgb' | 'display-p3';

/** Pixels of a canvas, RGBA and not premultiplied. */
export class Bitmap {
  readonly data: Uint8ClampedArray;

  constructor(readonly width: number, readonly height: number, readonly colorSpace: CanvasColorSpace = 'srgb', data?: Uint8ClampedArray) {
    this.data = data ?? new Uint8ClampedArray(width * height * 4);
  }

  /** A copy in a colour space. */
  in(colorSpace: CanvasColorSpace): Bitmap {
    const copy = new Bitmap(this.width, this.height, colorSpace, new Uint8ClampedArray(this.data));
    convert(copy.data, this.colorSpace, colorSpace);
    return copy;
  }

  /** A rectangle of it; transparent black beyond its edges. */
  crop(left: number, top: number, width: number, height: number): Bitmap {
    const cropped = new Bitmap(width, height, this.colorSpace);
    const from = Math.max(0, left);
    const to = Math.min(this.width, left + width);
    for (let y = 0; y < height; y++) {
      const row = top + y;
      if (row < 0 || row >= this.height || to <= from) continue;
      cropped.data.set(this.data.subarray((row * this.width + from) * 4, (row * this.width + to) * 4), (y * width + from - left) * 4);
    }
    return cropped;
  }
}

const spaces = { srgb: knownColorSpace(sRgb, 'RGBA'), 'display-p3': knownColorSpace(displayP3, 'RGBA') };

export function convert(pixels: Uint8ClampedArray, from: CanvasColorSpace, to: CanvasColorSpace): void {
  rgbConversion(spaces[from], spaces[to])?.(pixels);
}
