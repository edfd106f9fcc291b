/** Where the planes of a rectangle lie in a buffer. */
import type { PlaneLayout } from '../../generated/webcodecs-types';
import type { PixelFormat, Pixels, Plane, Rectangle } from '../../host/CodecBackend';
import { formats } from './formats';

/** https://w3c.github.io/webcodecs/#computed-plane-layout; bytes and rows of samples. */
export interface ComputedPlaneLayout {
  readonly destinationOffset: number;
  readonly destinationStride: number;
  readonly sourceTop: number;
  readonly sourceHeight: number;
  readonly sourceLeftBytes: number;
  readonly sourceWidthBytes: number;
}

/** https://w3c.github.io/webcodecs/#combined-buffer-layout */
export interface CombinedBufferLayout {
  readonly allocationSize: number;
  readonly computedLayouts: readonly ComputedPlaneLayout[];
}

const unsignedLongMax = 2 ** 32 - 1;

/** https://w3c.github.io/webcodecs/#videoframe-verify-rect-offset-alignment */
export function isAligned(format: PixelFormat | null, rect: Rectangle): boolean {
  return format === null || formats[format].planes.every(({ sampleWidth, sampleHeight }) => rect.x % sampleWidth === 0 && rect.y % sampleHeight === 0);
}

/** https://w3c.github.io/webcodecs/#videoframe-parse-visible-rect; a string says what is wrong. */
export function parseVisibleRect(
  defaultRect: Rectangle, override: Rectangle | undefined, codedWidth: number, codedHeight: number, format: PixelFormat | null,
): Rectangle | string {
  // Step 1
  let sourceRect = defaultRect;
  // Step 2
  if (override !== undefined) {
    if (!isFiniteAndPositive(override)) return 'the rectangle has a coordinate that is negative or not finite';
    if (override.width === 0 || override.height === 0) return 'the rectangle is empty';
    if (override.x + override.width > codedWidth || override.y + override.height > codedHeight) return 'the rectangle reaches beyond the coded size';
    sourceRect = override;
  }
  // Steps 3 and 4
  if (!isAligned(format, sourceRect)) return `the rectangle does not begin at a sample of each plane of ${format}`;
  // Step 5
  return sourceRect;
}

export function isFiniteAndPositive({ x, y, width, height }: Rectangle): boolean {
  return [x, y, width, height].every((value) => value >= 0 && value < Infinity);
}

/** https://w3c.github.io/webcodecs/#videoframe-compute-layout-and-allocation-size; a string says what is wrong. */
export function computeLayout(rect: Rectangle, format: PixelFormat, layout: readonly PlaneLayout[] | undefined): CombinedBufferLayout | string {
  // Steps 1 and 2
  const { planes } = formats[format];
  if (layout !== undefined && layout.length !== planes.length) return `${format} has ${planes.length} planes, the layout ${layout.length}`;
  // Steps 3 to 5
  let minAllocationSize = 0;
  const computedLayouts: ComputedPlaneLayout[] = [];
  const endOffsets: number[] = [];
  // Deviation: widths are rounded up like heights, so that the last column of an odd width is there, as web-platform-tests have it.
  const [x, y, width, height] = [rect.x, rect.y, rect.width, rect.height].map(Math.trunc);
  // Steps 6 and 7
  for (const [planeIndex, { sampleBytes, sampleWidth, sampleHeight }] of planes.entries()) {
    // Steps 7.6 to 7.9
    const sourceTop = Math.ceil(y / sampleHeight);
    const sourceHeight = Math.ceil(height / sampleHeight);
    const sourceLeftBytes = Math.floor(x / sampleWidth) * sampleBytes;
    const sourceWidthBytes = Math.ceil(width / sampleWidth) * sampleBytes;
    // Steps 7.10 and 7.11
    const { offset: destinationOffset, stride: destinationStride } = layout?.[planeIndex] ?? { offset: minAllocationSize, stride: sourceWidthBytes };
    if (destinationStride < sourceWidthBytes) return `the stride of plane ${planeIndex} is less than its ${sourceWidthBytes} bytes a row`;
    // Steps 7.12 to 7.16
    const planeSize = destinationStride * sourceHeight;
    const planeEnd = planeSize + destinationOffset;
    if (planeSize > unsignedLongMax || planeEnd > unsignedLongMax) return 'it would be larger than 4 GiB';
    endOffsets.push(planeEnd);
    minAllocationSize = Math.max(minAllocationSize, planeEnd);
    // Steps 7.17 and 7.18
    const overlaps = computedLayouts.some((earlier, index) => planeEnd > earlier.destinationOffset && endOffsets[index] > destinationOffset);
    if (overlaps) return 'planes overlap in the layout';
    // Step 7.19
    computedLayouts.push({ destinationOffset, destinationStride, sourceTop, sourceHeight, sourceLeftBytes, sourceWidthBytes });
  }
  // Steps 8 and 9
  return { allocationSize: minAllocationSize, computedLayouts };
}

/** Copies the rectangle that `layout` was computed for. */
export function copyPlanes(source: readonly Plane[], target: Uint8Array, { computedLayouts }: CombinedBufferLayout): void {
  for (const [index, computed] of computedLayouts.entries()) {
    const { data, stride } = source[index];
    const { sourceHeight, sourceWidthBytes, destinationStride } = computed;
    let from = computed.sourceTop * stride + computed.sourceLeftBytes;
    let to = computed.destinationOffset;
    if (stride === sourceWidthBytes && destinationStride === sourceWidthBytes) {
      target.set(data.subarray(from, from + sourceWidthBytes * sourceHeight), to);
      continue;
    }
    for (let row = 0; row < sourceHeight; row++) {
      target.set(data.subarray(from, from + sourceWidthBytes), to);
      from += stride;
      to += destinationStride;
    }
  }
}

/** The planes of a buffer that holds a picture of this size, as `computeLayout` lays it out. */
export function planesIn(bytes: Uint8Array, { computedLayouts }: CombinedBufferLayout): Plane[] {
  return computedLayouts.map(({ destinationOffset, destinationStride, sourceHeight, sourceWidthBytes }) => {
    const length = sourceHeight === 0 ? 0 : destinationStride * (sourceHeight - 1) + sourceWidthBytes;
    return { data: bytes.subarray(destinationOffset, destinationOffset + length), stride: destinationStride };
  });
}

/** The tight layout of a whole picture; sizes have been checked. */
export function tightLayout(format: PixelFormat, codedWidth: number, codedHeight: number): CombinedBufferLayout {
  return computeLayout({ x: 0, y: 0, width: codedWidth, height: codedHeight }, format, undefined) as CombinedBufferLayout;
}

/** A picture of that format in new memory. */
export function allocatePixels(format: PixelFormat, codedWidth: number, codedHeight: number): Pixels {
  const layout = tightLayout(format, codedWidth, codedHeight);
  return { format, codedWidth, codedHeight, planes: planesIn(new Uint8Array(layout.allocationSize), layout) };
}
