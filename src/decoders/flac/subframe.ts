import { fail } from '../../container/failure';
import type { MsbBits } from '../MsbBits';

/** Orders of prediction at most (RFC 9639, 9.2.6). */
const mostCoefficients = 32;
const coefficients = new Float64Array(mostCoefficients);

/** A subframe (RFC 9639, 9.2), wasted bits put back. Samples are of up to 33 bits, and so are doubles. */
export function readSubframe(bits: MsbBits, samples: Float64Array, blockSize: number, bitsPerSample: number): void {
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

function readVerbatim(bits: MsbBits, samples: Float64Array, count: number, depth: number): void {
  if (bits.at + count * depth > bits.end) fail('a subframe cut short', bits.at >> 3);
  for (let index = 0; index < count; index++) samples[index] = bits.signed(depth);
}

/** Section 9.2.5: differences of differences. */
function readFixed(bits: MsbBits, samples: Float64Array, blockSize: number, depth: number, order: number): void {
  if (order > blockSize) fail(`a block of ${blockSize} predicted from ${order}`, bits.at >> 3);
  readVerbatim(bits, samples, order, depth);
  readResidual(bits, samples, blockSize, order);
  for (let difference = order; difference > 0; difference--) sumUp(samples, blockSize, order, difference);
}

/** Turns the differences of a level into those of the level before: what stands in front of them is `difference - 1` times differenced. */
function sumUp(samples: Float64Array, blockSize: number, order: number, difference: number): void {
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
function readLinear(bits: MsbBits, samples: Float64Array, blockSize: number, depth: number, order: number): void {
  if (order > blockSize) fail(`a block of ${blockSize} predicted from ${order}`, bits.at >> 3);
  readVerbatim(bits, samples, order, depth);
  const precision = bits.bits(4) + 1;
  if (precision === 16) fail('coefficients of a reserved precision', bits.at >> 3);
  const shift = bits.signed(5);
  if (shift < 0) fail('coefficients shifted to the left', bits.at >> 3);
  // Sums of 32 products of 33 and 15 bits are exact in doubles, and so is a power of two.
  const scale = 2 ** -shift;
  for (let index = 0; index < order; index++) coefficients[index] = bits.signed(precision) * scale;
  readResidual(bits, samples, blockSize, order);
  const newest = coefficients[0];
  let last = samples[order - 1];
  for (let index = order; index < blockSize; index++) {
    let sum = 0;
    let back = order - 1;
    let at = index - order;
    // Four at a time: half the time is the loop's own. The last sample comes last: all else needs not wait for it.
    for (; back >= 4; back -= 4, at += 4) {
      sum += coefficients[back] * samples[at] + coefficients[back - 1] * samples[at + 1] + (coefficients[back - 2] * samples[at + 2] + coefficients[back - 3] * samples[at + 3]);
    }
    for (; back > 0; back--, at++) sum += coefficients[back] * samples[at];
    last = samples[index] + Math.floor(sum + newest * last);
    samples[index] = last;
  }
}

/** Section 9.2.7: behind the first `order` samples. */
function readResidual(bits: MsbBits, samples: Float64Array, blockSize: number, order: number): void {
  const method = bits.bits(2);
  if (method > 1) fail('a residual of a reserved method', bits.at >> 3);
  const parameterBits = method === 0 ? 4 : 5;
  const escape = 2 ** parameterBits - 1;
  const partitionOrder = bits.bits(4);
  const partitionSize = blockSize >> partitionOrder;
  if (partitionSize << partitionOrder !== blockSize || partitionSize < order) fail(`${2 ** partitionOrder} partitions of ${blockSize}`, bits.at >> 3);
  for (let begin = order, end = partitionSize; end <= blockSize; begin = end, end += partitionSize) {
    const parameter = bits.bits(parameterBits);
    if (parameter === escape) readEscaped(bits, samples, begin, end);
    else readRice(bits, samples, begin, end, parameter);
  }
}

function readEscaped(bits: MsbBits, samples: Float64Array, begin: number, end: number): void {
  const depth = bits.bits(5);
  if (bits.at + (end - begin) * depth > bits.end) fail('a residual cut short', bits.at >> 3);
  for (let index = begin; index < end; index++) samples[index] = bits.signed(depth);
}

/** Section 9.2.7.1: the high part as zeros before a one, the low part as it is, the sign in the lowest bit. */
function readRice(reader: MsbBits, samples: Float64Array, begin: number, end: number, parameter: number): void {
  const { bytes, view } = reader;
  let { at } = reader;
  for (let index = begin; index < end; index++) {
    const byte = at >> 3;
    const bit = at & 7;
    const next = (view.getInt32(byte) << bit) | (bytes[byte + 4] >> (8 - bit));
    const zeros = Math.clz32(next);
    let value: number;
    if (zeros + 1 + parameter <= 32) {
      // Shifting by 32 would shift by none.
      value = parameter === 0 ? zeros : ((zeros << parameter) | ((next << (zeros + 1)) >>> (32 - parameter))) >>> 0;
      at += zeros + 1 + parameter;
    } else {
      reader.at = at;
      value = readUnary(reader) * 2 ** parameter + reader.bits(parameter);
      ({ at } = reader);
      if (value >= 2 ** 32) fail('a residual of more than 32 bits', at >> 3);
    }
    samples[index] = value & 1 ? -((value >>> 1) + 1) : value >>> 1;
  }
  reader.at = at;
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
