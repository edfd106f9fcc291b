import type { ImageSource } from '../Host';

/** A method of objects that show an image: it returns an `ImageSource`. Elements, canvases and bitmaps of any library can have it. */
const imageMethod = Symbol.for('mediant.image');

interface CanvasLike {
  readonly width: number;
  readonly height: number;
  getContext(type: '2d'): { getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray } } | null;
}

/** Objects with `Symbol.for('mediant.image')`, and canvases by their 2D context, as the npm packages canvas, @napi-rs/canvas and skia-canvas have them. */
export function readImage(object: object): ImageSource | undefined {
  const method = (object as Record<symbol, unknown>)[imageMethod];
  if (typeof method === 'function') return method.call(object) as ImageSource;
  return isCanvas(object) ? readCanvas(object) : undefined;
}

function isCanvas(object: object): object is CanvasLike {
  const { getContext, width, height } = object as Partial<CanvasLike>;
  return typeof getContext === 'function' && typeof width === 'number' && typeof height === 'number';
}

function readCanvas(canvas: CanvasLike): ImageSource {
  const { width, height } = canvas;
  const context = width > 0 && height > 0 ? canvas.getContext('2d') : null;
  return {
    state: context === null ? 'bad' : 'good',
    width, height, isOriginClean: true, hasAlpha: true, colorSpace: 'srgb',
    read: () => context!.getImageData(0, 0, width, height).data,
  };
}
