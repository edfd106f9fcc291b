import { fail } from '../../container/failure';
import type { MsbBits } from '../MsbBits';

/** Orders of prediction at most (RFC 9639, 9.2.6). */
const mostCoefficients = 32;
const coefficients = new Int32Array(mostCoefficients);
const few = 8;

/** Samples of up to 32 bits, or of 33, which doubles hold. */
export type Samples = Int32Array | Float64Array;

/** A subframe (RFC 9639, 9.2), wasted bits put back. */
export function readSubframe(bits: MsbBits, samples: Samples, blockSize: number, bitsPerSample: number): void {
  const header = bits.bits(8);
  if (header & 0x80) fail('a subframe header whose first bit is set', bits.at >> 3);
  const wasted = header & 1 ? readUnary(bits) + 1 : 0;
  const depth = bitsPerSample - wasted;
  if (depth < 1) fail(`${wasted} wasted bits of ${bitsPerSample}`, bits.at >> 3);
  const type = (header >> 1) & 63;
  if (type === 0) samples.fill(bits.signed(depth), 0, blockSize);
  else if (type === 1) readVerbatim(bits, samples, blockSize, depth);
  else if (type >= 32) readLinear(bits, samples, blockSize, depth, type - 31);
  else if (type >= 8 && type <= 12) readFixed(bits, samples, blockSize, depth, type - 8);
  else fail(`a subframe of the reserved type ${type}`, bits.at >> 3);
  if (wasted > 0) {
    const scale = 2 ** wasted;
    for (let index = 0; index < blockSize; index++) samples[index] *= scale;
  }
}

function readVerbatim(bits: MsbBits, samples: Samples, count: number, depth: number): void {
  if (bits.at + count * depth > bits.end) fail('a subframe cut short', bits.at >> 3);
  for (let index = 0; index < count; index++) samples[index] = bits.signed(depth);
}

/** Section 9.2.5: differences of differences. */
function readFixed(bits: MsbBits, samples: Samples, blockSize: number, depth: number, order: number): void {
  if (order > blockSize) fail(`a block of ${blockSize} predicted from ${order}`, bits.at >> 3);
  readVerbatim(bits, samples, order, depth);
  readResidual(bits, samples, blockSize, order);
  for (let difference = order; difference > 0; difference--) sumUp(samples, blockSize, order, difference);
}

/** Turns the differences of a level into those of the level before: what stands in front of them is `difference - 1` times differenced. */
function sumUp(samples: Samples, blockSize: number, order: number, difference: number): void {
  let last = 0;
  // The last of the differences of the level before, by the binomials of the warm-up samples.
  for (let back = 0, binomial = 1; back < difference; back++) {
    last += (back % 2 === 0 ? binomial : -binomial) * samples[order - 1 - back];
    binomial = (binomial * (difference - 1 - back)) / (back + 1);
  }
  for (let index = order; index < blockSize; index++) {
    last += samples[index];
    samples[index] = last;
  }
}

/** Section 9.2.6 */
function readLinear(bits: MsbBits, samples: Samples, blockSize: number, depth: number, order: number): void {
  if (order > blockSize) fail(`a block of ${blockSize} predicted from ${order}`, bits.at >> 3);
  readVerbatim(bits, samples, order, depth);
  const precision = bits.bits(4) + 1;
  if (precision === 16) fail('coefficients of a reserved precision', bits.at >> 3);
  const shift = bits.signed(5);
  if (shift < 0) fail('coefficients shifted to the left', bits.at >> 3);
  for (let index = 0; index < order; index++) coefficients[index] = bits.signed(precision);
  const most = 2 ** (depth - 1) + readResidual(bits, samples, blockSize, order);
  if (order <= few && most * 2 ** shift <= 2 ** 31) predictFew(samples, blockSize, order, shift);
  else predict(samples, blockSize, order, shift);
}

/** Up to 8 coefficients, where what is predicted needs no more than 32 bits. Sums on the way to it may go beyond: as much is lost as comes back. */
function predictFew(samples: Samples, blockSize: number, order: number, shift: number): void {
  coefficients.fill(0, order, few);
  const [c1, c2, c3, c4, c5, c6, c7, c8] = coefficients;
  const before = (back: number): number => (back <= order ? samples[order - back] | 0 : 0);
  let s1 = before(1);
  let s2 = before(2);
  let s3 = before(3);
  let s4 = before(4);
  let s5 = before(5);
  let s6 = before(6);
  let s7 = before(7);
  let s8 = before(8);
  for (let index = order; index < blockSize; index++) {
    // The last sample comes last: all else needs not wait for it.
    const sum = (Math.imul(c8, s8) + Math.imul(c7, s7) + Math.imul(c6, s6) + Math.imul(c5, s5) + Math.imul(c4, s4) + Math.imul(c3, s3) + Math.imul(c2, s2)) | 0;
    s8 = s7;
    s7 = s6;
    s6 = s5;
    s5 = s4;
    s4 = s3;
    s3 = s2;
    s2 = s1;
    s1 = (samples[index] + ((sum + Math.imul(c1, s1)) >> shift)) | 0;
    samples[index] = s1;
  }
}

/** Sums of 32 products of 33 and 15 bits are exact in doubles, and so is a power of two. */
function predict(samples: Samples, blockSize: number, order: number, shift: number): void {
  const scale = 2 ** -shift;
  const newest = coefficients[0] * scale;
  let last = samples[order - 1];
  for (let index = order; index < blockSize; index++) {
    let sum = 0;
    let back = order - 1;
    let at = index - order;
    // Four at a time: half the time is the loop's own. The last sample comes last here as well.
    for (; back >= 4; back -= 4, at += 4) {
      sum += coefficients[back] * samples[at] + coefficients[back - 1] * samples[at + 1] + (coefficients[back - 2] * samples[at + 2] + coefficients[back - 3] * samples[at + 3]);
    }
    for (; back > 0; back--, at++) sum += coefficients[back] * samples[at];
    last = samples[index] + Math.floor(sum * scale + newest * last);
    samples[index] = last;
  }
}

/** Section 9.2.7: behind the first `order` samples. Returns what none of them is beyond. */
function readResidual(bits: MsbBits, samples: Samples, blockSize: number, order: number): number {
  const method = bits.bits(2);
  if (method > 1) fail('a residual of a reserved method', bits.at >> 3);
  const parameterBits = method === 0 ? 4 : 5;
  const escape = 2 ** parameterBits - 1;
  const partitionOrder = bits.bits(4);
  const partitionSize = blockSize >> partitionOrder;
  if (partitionSize << partitionOrder !== blockSize || partitionSize < order) fail(`${2 ** partitionOrder} partitions of ${blockSize}`, bits.at >> 3);
  let folded = 0;
  for (let begin = order, end = partitionSize; end <= blockSize; begin = end, end += partitionSize) {
    const parameter = bits.bits(parameterBits);
    folded |= parameter === escape ? readEscaped(bits, samples, begin, end) : readRice(bits, samples, begin, end, parameter);
  }
  return (folded >>> 1) + 1;
}

/** Returns the bits that would be set where signs stood in the lowest. */
function readEscaped(bits: MsbBits, samples: Samples, begin: number, end: number): number {
  const depth = bits.bits(5);
  if (bits.at + (end - begin) * depth > bits.end) fail('a residual cut short', bits.at >> 3);
  for (let index = begin; index < end; index++) samples[index] = bits.signed(depth);
  return 2 ** depth - 1;
}

/** Section 9.2.7.1: the high part as zeros before a one, the low part as it is, the sign in the lowest bit. Returns the bits that are set in any. */
function readRice(reader: MsbBits, samples: Samples, begin: number, end: number, parameter: number): number {
  const { view } = reader;
  let { at } = reader;
  let folded = 0;
  for (let index = begin; index < end; index++) {
    // 25 bits at least.
    const next = view.getInt32(at >> 3) << (at & 7);
    const zeros = Math.clz32(next);
    let value: number;
    if (zeros + 1 + parameter <= 25) {
      // Shifting by 32 would shift by none.
      value = parameter === 0 ? zeros : ((zeros << parameter) | ((next << (zeros + 1)) >>> (32 - parameter))) >>> 0;
      at += zeros + 1 + parameter;
    } else {
      reader.at = at;
      value = readUnary(reader) * 2 ** parameter + reader.bits(parameter);
      ({ at } = reader);
      if (value >= 2 ** 32) fail('a residual of more than 32 bits', at >> 3);
    }
    folded |= value;
    samples[index] = (value >>> 1) ^ -(value & 1);
  }
  reader.at = at;
  return folded;
}

/** Zeros before a one. */
function readUnary(bits: MsbBits): number {
  let count = 0;
  for (;;) {
    const zeros = Math.clz32(bits.peek());
    count += zeros;
    bits.at += zeros;
    if (zeros < 32) break;
    if (bits.isPastEnd) fail('a residual cut short', bits.at >> 3);
  }
  bits.at++;
  return count;
}
