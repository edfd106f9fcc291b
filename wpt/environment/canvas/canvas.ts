import { defineHidden, defineOperations, defineTag } from '../define';
import { registerPlatformType } from '../structured-clone';
import type { Scope } from '../scope';
import { Bitmap, type CanvasColorSpace } from './bitmap';
import { Context2D, type ContextSettings, type Surface } from './context';
import { imageOf, shownBy } from './images';

/** By which a media platform finds the pixels of a canvas or an ImageBitmap (docs/codecs.md). */
const readImage = Symbol.for('mediant.image');

interface ContextOptions {
  alpha?: boolean;
  colorSpace?: string;
}

/** OffscreenCanvas, HTMLCanvasElement's 2D context, ImageBitmap and createImageBitmap, as far as `Context2D` goes: no WebGL, no encoding. */
export function installCanvas(scope: Scope): void {
  const { global } = scope;
  const { ImageBitmap, create } = imageBitmapClass(scope);
  defineHidden(global, { OffscreenCanvas: offscreenCanvasClass(scope, create), ImageBitmap });
  defineOperations(global, {
    createImageBitmap: (image: object, ...rest: unknown[]) => new global.Promise((resolve: (value: unknown) => void, reject: (reason: unknown) => void) => {
      try {
        resolve(create(bitmapFor(image, rest, scope)));
      } catch (error) {
        reject(error);
      }
    }),
  });
  if (global.HTMLCanvasElement !== undefined) giveContext(global.HTMLCanvasElement.prototype, scope);
}

function settingsOf({ alpha = true, colorSpace = 'srgb' }: ContextOptions = {}): ContextSettings {
  return { alpha, colorSpace: (colorSpace === 'display-p3' ? 'display-p3' : 'srgb') as CanvasColorSpace };
}

interface CanvasState extends Surface {
  context: Context2D | null;
  hasAlpha: boolean;
}

function contextOf(canvas: object, state: CanvasState, type: string, options: ContextOptions | undefined, scope: Scope): Context2D | null {
  if (type !== '2d') return null;
  if (state.context === null) {
    const settings = settingsOf(options);
    state.context = new Context2D(canvas, state, settings, scope);
    state.hasAlpha = settings.alpha;
  }
  return state.context;
}

/** What the platform reads. */
function sourceOf({ bitmap, isOriginClean, hasAlpha }: { bitmap: Bitmap; isOriginClean: boolean; hasAlpha: boolean }): object {
  const { width, height, colorSpace, data } = bitmap;
  return { state: width > 0 && height > 0 ? 'good' : 'bad', width, height, isOriginClean, hasAlpha, colorSpace, read: () => new Uint8ClampedArray(data) };
}

function offscreenCanvasClass(scope: Scope, createImageBitmap: (bitmap: Bitmap) => object): unknown {
  class OffscreenCanvas extends scope.global.EventTarget {
    readonly #state: CanvasState;

    constructor(width: number, height: number) {
      super();
      this.#state = { bitmap: new Bitmap(width, height), isOriginClean: true, context: null, hasAlpha: true };
    }

    get width(): number {
      return this.#state.bitmap.width;
    }

    set width(width: number) {
      this.#state.bitmap = new Bitmap(width, this.height, this.#state.bitmap.colorSpace);
    }

    get height(): number {
      return this.#state.bitmap.height;
    }

    set height(height: number) {
      this.#state.bitmap = new Bitmap(this.width, height, this.#state.bitmap.colorSpace);
    }

    getContext(type: string, options?: ContextOptions): Context2D | null {
      return contextOf(this, this.#state, type, options, scope);
    }

    transferToImageBitmap(): object {
      const { bitmap } = this.#state;
      this.#state.bitmap = new Bitmap(bitmap.width, bitmap.height, bitmap.colorSpace);
      return createImageBitmap(bitmap);
    }

    get [shownBy]() {
      const { bitmap, isOriginClean, hasAlpha } = this.#state;
      return bitmap.width > 0 && bitmap.height > 0 ? { bitmap, isOriginClean, hasAlpha } : 'bad';
    }

    [readImage](): object {
      return sourceOf(this.#state);
    }
  }
  defineTag(OffscreenCanvas.prototype, 'OffscreenCanvas');
  return OffscreenCanvas;
}

/** The bitmaps of jsdom's elements, which have none of their own. */
const elements = new WeakMap<object, CanvasState>();

function giveContext(prototype: any, scope: Scope): void {
  const stateOf = (element: any): CanvasState => {
    let state = elements.get(element);
    if (state === undefined || state.bitmap.width !== element.width || state.bitmap.height !== element.height) {
      const colorSpace = state?.bitmap.colorSpace ?? 'srgb';
      state = Object.assign(state ?? { isOriginClean: true, context: null, hasAlpha: true }, { bitmap: new Bitmap(element.width, element.height, colorSpace) });
      elements.set(element, state);
    }
    return state;
  };
  defineOperations(prototype, {
    getContext(this: object, type: string, options?: ContextOptions) {
      return contextOf(this, stateOf(this), type, options, scope);
    },
  });
  Object.defineProperty(prototype, shownBy, {
    get(this: object) {
      const { bitmap, isOriginClean, hasAlpha } = stateOf(this);
      return bitmap.width > 0 && bitmap.height > 0 ? { bitmap, isOriginClean, hasAlpha } : 'bad';
    },
  });
  Object.defineProperty(prototype, readImage, { value(this: object) { return sourceOf(stateOf(this)); } });
}

function imageBitmapClass(scope: Scope): { ImageBitmap: unknown; create: (bitmap: Bitmap) => object } {
  const { TypeError } = scope.global;
  let made: Bitmap | undefined;
  class ImageBitmap {
    #bitmap: Bitmap | null;

    constructor() {
      if (made === undefined) throw new TypeError('Illegal constructor');
      this.#bitmap = made;
    }

    get width(): number {
      return this.#bitmap?.width ?? 0;
    }

    get height(): number {
      return this.#bitmap?.height ?? 0;
    }

    close(): void {
      this.#bitmap = null;
    }

    get [shownBy]() {
      return this.#bitmap === null ? 'bad' : { bitmap: this.#bitmap, isOriginClean: true, hasAlpha: true };
    }

    [readImage](): object {
      return this.#bitmap === null ? { state: 'bad', width: 0, height: 0, isOriginClean: true, hasAlpha: false, colorSpace: 'srgb', read: () => new Uint8Array(0) }
        : sourceOf({ bitmap: this.#bitmap, isOriginClean: true, hasAlpha: true });
    }
  }
  defineTag(ImageBitmap.prototype, 'ImageBitmap');
  const create = (bitmap: Bitmap): object => {
    made = bitmap;
    const object = new ImageBitmap();
    made = undefined;
    return object;
  };
  registerImageBitmap(scope, ImageBitmap, create);
  return { ImageBitmap, create };
}

/** Makers by global; one type serves all scopes of this thread. */
const makers = new Map<object, (bitmap: Bitmap) => object>();
const classes: Function[] = [];

function registerImageBitmap({ global }: Scope, ImageBitmap: Function, create: (bitmap: Bitmap) => object): void {
  makers.set(global, create);
  classes.push(ImageBitmap);
  const dataOf = (value: any): object => {
    const shown = value[shownBy];
    if (shown === 'bad') throw new global.DOMException('The ImageBitmap is closed.', 'DataCloneError');
    const { width, height, colorSpace, data } = shown.bitmap;
    return { width, height, colorSpace, data };
  };
  registerPlatformType({
    name: 'ImageBitmap',
    is: (value) => classes.some((type) => value instanceof type),
    serialize: dataOf,
    transfer(value) {
      const data = dataOf(value);
      value.close();
      return data;
    },
    make: ({ width, height, colorSpace, data }, scope) => makers.get(scope.global)!(new Bitmap(width, height, colorSpace, new Uint8ClampedArray(data))),
  });
}

function bitmapFor(image: object, rest: unknown[], { global }: Scope): Bitmap {
  const source = imageOf(image);
  if (source === null) throw new global.TypeError('Failed to execute \'createImageBitmap\': the image is none of the types allowed.');
  if (source === 'bad') throw new global.DOMException('Failed to execute \'createImageBitmap\': the image has nothing to show.', 'InvalidStateError');
  const bitmap = source.read('srgb');
  const isScaled = bitmap.width !== source.width || bitmap.height !== source.height;
  const whole = isScaled ? scaled(bitmap, source.width, source.height) : bitmap;
  if (typeof rest[0] !== 'number') return whole;
  const [x, y, width, height] = rest as [number, number, number, number];
  return whole.crop(x, y, width, height);
}

function scaled(bitmap: Bitmap, width: number, height: number): Bitmap {
  const result = new Bitmap(width, height, bitmap.colorSpace);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (Math.floor((y * bitmap.height) / height) * bitmap.width + Math.floor((x * bitmap.width) / width)) * 4;
      result.data.set(bitmap.data.subarray(from, from + 4), (y * width + x) * 4);
    }
  }
  return result;
}
