/** Conversion of a picture of any format to 8-bit RGB. */
import type { ColorSpace, Pixels, Plane, Rectangle } from '../../host/CodecBackend';
import { displayP3, sRgb } from '../VideoColorSpace';
import { knownColorSpace, lumaWeights, rgbConversion, type KnownColorSpace } from './color';
import { formats } from './formats';

export type RgbFormat = 'RGBA' | 'RGBX' | 'BGRA' | 'BGRX';
export type PredefinedColorSpace = 'srgb' | 'srgb-linear' | 'display-p3' | 'display-p3-linear';

/** https://html.spec.whatwg.org/multipage/canvas.html#predefinedcolorspace */
export function predefinedColorSpace(name: PredefinedColorSpace): ColorSpace {
  const base = name.startsWith('srgb') ? sRgb : displayP3;
  return name.endsWith('-linear') ? { ...base, transfer: 'linear' } : base;
}

/**
 * The pixels of `rect`, row by row without padding, four bytes each. Chroma is taken from the nearest sample. Alpha stays as it is
 * where both formats have it, and is 255 elsewhere.
 */
export function toRgb(source: Pixels, rect: Rectangle, sourceSpace: ColorSpace, format: RgbFormat, target: ColorSpace): Uint8ClampedArray {
  const { width, height } = rect;
  const output = new Uint8ClampedArray(width * height * 4);
  const known = knownColorSpace(sourceSpace, source.format);
  const { kind } = formats[source.format];
  if (kind === 'rgb') copyRgb(source, rect, output);
  else convertYuv(source, rect, known, output);
  rgbConversion(known, knownColorSpace(target, 'RGBA'))?.(output);
  if (format.startsWith('BGR')) swapRedAndBlue(output);
  if (!formats[format].hasAlpha || !formats[source.format].hasAlpha) fillAlpha(output);
  return output;
}

function copyRgb({ format, planes: [{ data, stride }] }: Pixels, { x, y, width, height }: Rectangle, output: Uint8ClampedArray): void {
  for (let row = 0; row < height; row++) {
    const from = (y + row) * stride + x * 4;
    output.set(data.subarray(from, from + width * 4), row * width * 4);
  }
  if (format.startsWith('BGR')) swapRedAndBlue(output);
}

function swapRedAndBlue(pixels: Uint8ClampedArray): void {
  for (let at = 0; at < pixels.length; at += 4) {
    const first = pixels[at];
    pixels[at] = pixels[at + 2];
    pixels[at + 2] = first;
  }
}

function fillAlpha(pixels: Uint8ClampedArray): void {
  for (let at = 3; at < pixels.length; at += 4) pixels[at] = 255;
}

/** Fractional bits of the tables. */
const fraction = 16;

/** H.273 equations 20 to 38 for 8-bit output, as tables over the values a sample can have, fixed point with `fraction` bits. */
function yuvTables({ matrix, fullRange }: KnownColorSpace, depth: number): Record<'luma' | 'rv' | 'gu' | 'gv' | 'bu', Int32Array> {
  const [kr, kb] = lumaWeights[matrix === 'rgb' ? 'bt709' : matrix];
  const kg = 1 - kr - kb;
  const unit = 2 ** (depth - 8);
  const highest = 2 ** depth - 1;
  const lumaOffset = fullRange ? 0 : 16 * unit;
  const lumaScale = fullRange ? 255 / highest : 255 / (219 * unit);
  const chromaScale = fullRange ? 255 / highest : 255 / (224 * unit);
  const table = (value: (sample: number) => number) => Int32Array.from({ length: highest + 1 }, (_, sample) => Math.round(value(sample) * 2 ** fraction));
  const chroma = (factor: number) => table((sample) => (sample - 128 * unit) * chromaScale * factor);
  return {
    luma: table((sample) => (sample - lumaOffset) * lumaScale + 0.5),
    rv: chroma(2 * (1 - kr)),
    gu: chroma((-2 * kb * (1 - kb)) / kg),
    gv: chroma((-2 * kr * (1 - kr)) / kg),
    bu: chroma(2 * (1 - kb)),
  };
}

function convertYuv(source: Pixels, { x, y, width, height }: Rectangle, space: KnownColorSpace, output: Uint8ClampedArray): void {
  const { depth, hasAlpha, kind, planes: planeFormats } = formats[source.format];
  const { luma, rv, gu, gv, bu } = yuvTables(space, depth);
  const mask = luma.length - 1;
  const [ys, us, vs, as] = samplePlanes(source.planes, depth, kind === 'semi-planar');
  const { sampleWidth, sampleHeight } = planeFormats[1];
  const shiftX = sampleWidth - 1;
  const chromaStep = kind === 'semi-planar' ? 2 : 1;
  // H.273 equations 41 to 43: the planes hold G, B and R.
  const isIdentity = space.matrix === 'rgb';
  let to = 0;
  for (let row = 0; row < height; row++) {
    const line = y + row;
    const lumaRow = line * ys.stride;
    const chromaLine = Math.floor(line / sampleHeight);
    const uRow = chromaLine * us.stride;
    const vRow = chromaLine * vs.stride;
    for (let column = x; column < x + width; column++) {
      const chroma = (column >> shiftX) * chromaStep;
      const l = luma[ys.data[lumaRow + column] & mask];
      const u = us.data[uRow + chroma] & mask;
      const v = vs.data[vRow + chroma] & mask;
      if (isIdentity) {
        output[to] = luma[v] >> fraction;
        output[to + 1] = l >> fraction;
        output[to + 2] = luma[u] >> fraction;
        to += 4;
        continue;
      }
      output[to] = (l + rv[v]) >> fraction;
      output[to + 1] = (l + gu[u] + gv[v]) >> fraction;
      output[to + 2] = (l + bu[u]) >> fraction;
      to += 4;
    }
  }
  if (hasAlpha) copyAlpha(as, { x, y, width, height }, depth, output);
}

interface SamplePlane {
  readonly data: Uint8Array | Uint16Array;
  /** Samples from a row to the next. */
  readonly stride: number;
}

/** Y, U, V and alpha as arrays of samples. */
function samplePlanes(planes: readonly Plane[], depth: number, interleavedChroma: boolean): SamplePlane[] {
  const [luma, chroma] = planes;
  if (interleavedChroma) return [luma, chroma, { data: chroma.data.subarray(1), stride: chroma.stride }];
  if (depth === 8) return [...planes];
  return planes.map(words);
}

/** Little-endian 16-bit samples. Memory that they are not aligned in is copied. */
function words({ data, stride }: Plane): SamplePlane {
  const rows = Math.ceil(data.byteLength / stride);
  const isAligned = data.byteOffset % 2 === 0 && stride % 2 === 0;
  if (isAligned) return { data: new Uint16Array(data.buffer, data.byteOffset, data.byteLength >> 1), stride: stride / 2 };
  const samples = stride >> 1;
  const copy = new Uint8Array(rows * samples * 2);
  for (let row = 0; row < rows; row++) copy.set(data.subarray(row * stride, row * stride + samples * 2), row * samples * 2);
  return { data: new Uint16Array(copy.buffer), stride: samples };
}

function copyAlpha({ data, stride }: SamplePlane, { x, y, width, height }: Rectangle, depth: number, output: Uint8ClampedArray): void {
  const scale = 255 / (2 ** depth - 1);
  let to = 3;
  for (let row = 0; row < height; row++) {
    const from = (y + row) * stride + x;
    for (let column = 0; column < width; column++, to += 4) output[to] = data[from + column] * scale;
  }
}
