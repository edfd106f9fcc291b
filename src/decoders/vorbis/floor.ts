import { fail } from '../../container/failure';
import { ilog, type Codebook } from './Codebook';
import type { LsbBits } from './LsbBits';

interface PartitionClass {
  readonly dimensions: number;
  readonly subclassBits: number;
  readonly masterBook: number;
  /** By subclass; -1: none. */
  readonly books: readonly number[];
}

/** Floor 1 (Vorbis I specification, 7.2): the spectrum's envelope as lines from point to point. */
export interface Floor {
  readonly classes: readonly PartitionClass[];
  readonly partitionClasses: readonly number[];
  readonly multiplier: number;
  readonly x: Uint16Array;
  /** Indices into `x`, in the order of rising values. */
  readonly order: Uint16Array;
  /** Of each point from the third on, the nearest ones before it in the list, below and above it. */
  readonly low: Uint16Array;
  readonly high: Uint16Array;
}

/** Section 7.2.2 */
export function readFloor(bits: LsbBits, books: readonly Codebook[]): Floor {
  const partitionClasses = Array.from({ length: bits.bits(5) }, () => bits.bits(4));
  const classes = Array.from({ length: Math.max(-1, ...partitionClasses) + 1 }, (): PartitionClass => {
    const dimensions = bits.bits(3) + 1;
    const subclassBits = bits.bits(2);
    const masterBook = subclassBits > 0 ? bits.bits(8) : 0;
    return { dimensions, subclassBits, masterBook, books: Array.from({ length: 1 << subclassBits }, () => bits.bits(8) - 1) };
  });
  for (const { masterBook, subclassBits, books: list } of classes) {
    if ((subclassBits > 0 && masterBook >= books.length) || list.some((book) => book >= books.length)) fail('a floor of a codebook that is not there', bits.at >> 3);
  }
  const multiplier = bits.bits(2) + 1;
  const rangeBits = bits.bits(4);
  const x = [0, 2 ** rangeBits];
  for (const index of partitionClasses) for (let dimension = 0; dimension < classes[index].dimensions; dimension++) x.push(bits.bits(rangeBits));
  if (x.length > mostPoints || new Set(x).size !== x.length) fail('a floor whose points make no sense', bits.at >> 3);
  const order = x.map((_, index) => index).sort((a, b) => x[a] - x[b]);
  // Sections 9.2.4 and 9.2.5
  const nearest = (at: number, isBetter: (candidate: number, best: number) => boolean, start: number): number => {
    let best = start;
    for (let index = 0; index < at; index++) if (isBetter(x[index], x[best])) best = index;
    return best;
  };
  const low = x.map((value, at) => nearest(at, (candidate, best) => candidate < value && candidate > best, 0));
  const high = x.map((value, at) => nearest(at, (candidate, best) => candidate > value && candidate < best, 1));
  return {
    classes, partitionClasses, multiplier, x: Uint16Array.from(x), order: Uint16Array.from(order), low: Uint16Array.from(low), high: Uint16Array.from(high),
  };
}

export const mostPoints = 65;
const ranges = [256, 128, 86, 64];

/** Section 7.2.3: the points' values into `y`. False: the channel has no sound, or the packet ends. */
export function decodeFloor(bits: LsbBits, { classes, partitionClasses, multiplier, x }: Floor, books: readonly Codebook[], y: Int32Array): boolean {
  if (!bits.flag()) return false;
  const valueBits = ilog(ranges[multiplier - 1] - 1);
  y[0] = bits.bits(valueBits);
  y[1] = bits.bits(valueBits);
  let at = 2;
  for (const index of partitionClasses) {
    const { dimensions, subclassBits, masterBook, books: list } = classes[index];
    let subclasses = 0;
    if (subclassBits > 0) {
      subclasses = books[masterBook].entry(bits);
      if (subclasses < 0) return false;
    }
    for (let dimension = 0; dimension < dimensions; dimension++, at++) {
      const book = list[subclasses & ((1 << subclassBits) - 1)];
      subclasses >>= subclassBits;
      y[at] = book < 0 ? 0 : books[book].entry(bits);
      if (y[at] < 0) return false;
    }
  }
  return !bits.isPastEnd && at === x.length;
}

/** Section 10.1: steps of 7/256 of ten decibels times ten, up to 1. */
const inverseDecibels = Float64Array.from({ length: 256 }, (_, index) => 10 ** ((7 * (index + 1)) / 256 - 7));

const isDrawn = new Uint8Array(mostPoints);

/** Section 7.2.4: multiplies the residue of `size` lines by the floor. `y` is used up. */
export function applyFloor({ multiplier, x, order, low, high }: Floor, y: Int32Array, spectrum: Float64Array, size: number): void {
  const range = ranges[multiplier - 1];
  isDrawn[0] = isDrawn[1] = 1;
  // Step 1: amplitudes
  for (let at = 2; at < x.length; at++) {
    const predicted = pointOnLine(x[low[at]], y[low[at]], x[high[at]], y[high[at]], x[at]);
    const value = y[at];
    const highRoom = range - predicted;
    const lowRoom = predicted;
    isDrawn[at] = value === 0 ? 0 : 1;
    if (value === 0) {
      y[at] = predicted;
      continue;
    }
    isDrawn[low[at]] = isDrawn[high[at]] = 1;
    if (value >= 2 * Math.min(highRoom, lowRoom)) y[at] = highRoom > lowRoom ? value - lowRoom + predicted : predicted - value + highRoom - 1;
    else y[at] = predicted + (value & 1 ? -((value + 1) >> 1) : value >> 1);
  }
  // Step 2: the curve
  let [fromX, fromY] = [0, y[0] * multiplier];
  for (let index = 1; index < order.length; index++) {
    const point = order[index];
    if (!isDrawn[point]) continue;
    const [toX, toY] = [x[point], y[point] * multiplier];
    drawLine(fromX, fromY, toX, toY, spectrum, size);
    [fromX, fromY] = [toX, toY];
  }
  const last = inverseDecibels[clamp(fromY)];
  for (let at = fromX; at < size; at++) spectrum[at] *= last;
}

const clamp = (y: number): number => (y < 0 ? 0 : y > 255 ? 255 : y);

/** Section 9.2.6 */
function pointOnLine(x0: number, y0: number, x1: number, y1: number, x: number): number {
  const rise = y1 - y0;
  const offset = Math.floor((Math.abs(rise) * (x - x0)) / (x1 - x0));
  return rise < 0 ? y0 - offset : y0 + offset;
}

/** Section 9.2.7 */
function drawLine(x0: number, y0: number, x1: number, y1: number, spectrum: Float64Array, size: number): void {
  const width = x1 - x0;
  const rise = y1 - y0;
  const base = Math.trunc(rise / width);
  const step = rise < 0 ? base - 1 : base + 1;
  const errorStep = Math.abs(rise) - Math.abs(base) * width;
  const end = Math.min(x1, size);
  let y = y0;
  let error = 0;
  for (let x = x0; x < end; x++) {
    spectrum[x] *= inverseDecibels[y < 0 ? 0 : y > 255 ? 255 : y];
    error += errorStep;
    if (error >= width) {
      error -= width;
      y += step;
    } else {
      y += base;
    }
  }
}
