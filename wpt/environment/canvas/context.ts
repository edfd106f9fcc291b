import type { Scope } from '../scope';
import { Bitmap, convert, type CanvasColorSpace } from './bitmap';
import { parseColor } from './colors';
import { imageOf } from './images';

export interface Surface {
  bitmap: Bitmap;
  isOriginClean: boolean;
}

export interface ContextSettings {
  readonly alpha: boolean;
  readonly colorSpace: CanvasColorSpace;
}

/**
 * The part of CanvasRenderingContext2D that pixels need: filling rectangles, drawing images without smoothing, reading and writing. Text
 * is accepted and not drawn.
 */
export class Context2D {
  font = '10px sans-serif';
  readonly #scope: Scope;
  readonly #surface: Surface;
  readonly #settings: ContextSettings;
  #fill: readonly [number, number, number, number] = [0, 0, 0, 255];
  #fillText = '#000000';

  constructor(readonly canvas: object, surface: Surface, settings: ContextSettings, scope: Scope) {
    this.#scope = scope;
    this.#surface = surface;
    this.#settings = settings;
    surface.bitmap = new Bitmap(surface.bitmap.width, surface.bitmap.height, settings.colorSpace);
    if (!settings.alpha) this.#eachPixel(0, 0, Infinity, Infinity, (data, at) => { data[at + 3] = 255; });
  }

  getContextAttributes(): object {
    return { ...this.#settings };
  }

  get fillStyle(): string {
    return this.#fillText;
  }

  set fillStyle(value: unknown) {
    const color = parseColor(String(value));
    if (color === null) return;
    this.#fillText = String(value);
    const pixel = Uint8ClampedArray.from(color);
    convert(pixel, 'srgb', this.#settings.colorSpace);
    this.#fill = [...pixel] as unknown as typeof color;
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    const [r, g, b, a] = this.#fill;
    this.#eachPixel(x, y, width, height, (data, at) => blend(data, at, r, g, b, a));
  }

  clearRect(x: number, y: number, width: number, height: number): void {
    this.#eachPixel(x, y, width, height, (data, at) => data.fill(0, at, at + 4));
  }

  fillText(): void {}

  save(): void {}

  restore(): void {}

  drawImage(image: object, ...numbers: number[]): void {
    const { DOMException, TypeError } = this.#scope.global;
    const source = imageOf(image);
    if (source === null) throw new TypeError('Failed to execute \'drawImage\': the image is none of the types allowed.');
    if (source === 'bad') throw new DOMException('Failed to execute \'drawImage\': the image has nothing to draw.', 'InvalidStateError');
    if (!source.isOriginClean) this.#surface.isOriginClean = false;
    const { width: w, height: h } = source;
    const [sx, sy, sw, sh, dx, dy, dw, dh] = numbers.length >= 8 ? numbers as [number, number, number, number, number, number, number, number]
      : [0, 0, w, h, numbers[0] ?? 0, numbers[1] ?? 0, numbers[2] ?? w, numbers[3] ?? h];
    const pixels = source.read(this.#settings.colorSpace);
    const { width: columns, height: rows } = pixels;
    this.#eachPixel(dx, dy, dw, dh, (data, at, x, y) => {
      const column = Math.floor(((sx + ((x + 0.5 - dx) / dw) * sw) * columns) / w);
      const row = Math.floor(((sy + ((y + 0.5 - dy) / dh) * sh) * rows) / h);
      if (column < 0 || row < 0 || column >= columns || row >= rows) return;
      const from = (row * columns + column) * 4;
      const p = pixels.data;
      blend(data, at, p[from] as number, p[from + 1] as number, p[from + 2] as number, p[from + 3] as number);
    });
  }

  createImageData(width: number, height: number, { colorSpace = this.#settings.colorSpace }: { colorSpace?: CanvasColorSpace } = {}): object {
    return this.#imageData(new Bitmap(width, height, colorSpace));
  }

  getImageData(x: number, y: number, width: number, height: number, { colorSpace = this.#settings.colorSpace }: { colorSpace?: CanvasColorSpace } = {}): object {
    if (!this.#surface.isOriginClean) throw new this.#scope.global.DOMException('The canvas has been tainted by cross-origin data.', 'SecurityError');
    return this.#imageData(this.#surface.bitmap.crop(Math.floor(x), Math.floor(y), width, height).in(colorSpace === 'display-p3' ? 'display-p3' : 'srgb'));
  }

  putImageData({ data, width, height, colorSpace = 'srgb' }: { data: Uint8ClampedArray; width: number; height: number; colorSpace?: CanvasColorSpace }, left: number, top: number): void {
    const source = new Bitmap(width, height, colorSpace, data).in(this.#settings.colorSpace);
    this.#eachPixel(left, top, width, height, (target, at, x, y) => {
      const from = ((y - top) * width + x - left) * 4;
      target.set(source.data.subarray(from, from + 4), at);
    });
  }

  #imageData({ width, height, data, colorSpace }: Bitmap): object {
    return { width, height, colorSpace, data: new this.#scope.global.Uint8ClampedArray(data) };
  }

  #eachPixel(x: number, y: number, width: number, height: number, visit: (data: Uint8ClampedArray, at: number, x: number, y: number) => void): void {
    const { bitmap } = this.#surface;
    const [left, top] = [Math.max(0, Math.round(x)), Math.max(0, Math.round(y))];
    const [right, bottom] = [Math.min(bitmap.width, Math.round(x + width)), Math.min(bitmap.height, Math.round(y + height))];
    for (let row = top; row < bottom; row++) {
      for (let column = left; column < right; column++) visit(bitmap.data, (row * bitmap.width + column) * 4, column, row);
    }
  }
}

/** Source over destination. */
function blend(data: Uint8ClampedArray, at: number, r: number, g: number, b: number, a: number): void {
  if (a === 255) {
    data[at] = r;
    data[at + 1] = g;
    data[at + 2] = b;
    data[at + 3] = 255;
    return;
  }
  const below = ((data[at + 3] as number) * (255 - a)) / 255;
  const alpha = a + below;
  if (alpha === 0) return;
  const mix = (over: number, under: number) => (over * a + under * below) / alpha;
  data[at] = mix(r, data[at] as number);
  data[at + 1] = mix(g, data[at + 1] as number);
  data[at + 2] = mix(b, data[at + 2] as number);
  data[at + 3] = alpha;
}
