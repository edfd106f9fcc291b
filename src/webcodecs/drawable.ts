import type { Drawable } from '../host/Core';
import { implOf } from '../webidl/platform-object';
import { computeLayout, type CombinedBufferLayout } from './pixels/layout';
import { VideoFrame } from './VideoFrame';

/** https://w3c.github.io/webcodecs/#videoframe-rendering */
export function drawableOf(value: object): Drawable | null {
  const frame = implOf(value);
  if (!(frame instanceof VideoFrame) || frame._isDetached) return null;
  const { visibleRect, rotation, flip, displayWidth, displayHeight } = frame._state.slots;
  const isUpright = rotation % 180 === 0;
  const [width, height] = isUpright ? [visibleRect.width, visibleRect.height] : [visibleRect.height, visibleRect.width];
  return {
    width, height, displayWidth, displayHeight,
    read(colorSpace = 'srgb') {
      const bytes = new Uint8Array(width * height * 4);
      const layout = computeLayout({ ...visibleRect, x: 0, y: 0 }, 'RGBA', undefined) as CombinedBufferLayout;
      frame._copyAsRgb(bytes, layout, visibleRect, 'RGBA', colorSpace);
      return rotation === 0 && !flip ? bytes : orientated(bytes, visibleRect.width, visibleRect.height, rotation, flip);
    },
  };
}

/** Turns a picture clockwise, then mirrors it from left to right. */
function orientated(bytes: Uint8Array, width: number, height: number, rotation: number, flip: boolean): Uint8Array {
  const source = new Uint32Array(bytes.buffer, bytes.byteOffset, width * height);
  const target = new Uint32Array(width * height);
  const targetWidth = rotation % 180 === 0 ? width : height;
  const places: Readonly<Record<number, (x: number, y: number) => readonly [number, number]>> = {
    0: (x, y) => [x, y], 90: (x, y) => [height - 1 - y, x], 180: (x, y) => [width - 1 - x, height - 1 - y], 270: (x, y) => [y, width - 1 - x],
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [toX, toY] = places[rotation](x, y);
      target[toY * targetWidth + (flip ? targetWidth - 1 - toX : toX)] = source[y * width + x];
    }
  }
  return new Uint8Array(target.buffer);
}
