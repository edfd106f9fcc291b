/** Predictions and channels told by each other are exact at the limits of samples and coefficients; files that ffmpeg wrote are in test/unit/codecs. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FlacDecoder } from '../../../src/decoders/flac/FlacDecoder';
import { isMalformed } from '../../../src/container/malformed';
import { checksum } from '../../support/containers/flac-files';
import { SeededRandom } from '../../virtual/support/SeededRandom';

const blockSize = 192;
const depthCodes: Readonly<Record<number, number>> = { 8: 1, 16: 4, 24: 6, 32: 7 };
const independent = 1;
const midSide = 10;

/** Bits, the most significant first, of a number of any sign. */
const bits = (value: number | bigint, count: number): string => BigInt.asUintN(count, BigInt(value)).toString(2).padStart(count, '0');

const verbatim = (samples: readonly number[], depth: number): string => bits(2, 8) + samples.map((sample) => bits(sample, depth)).join('');

/** A linear prediction, what is left over as 31 bits each. */
function linear(samples: readonly number[], depth: number, coefficients: readonly number[], shift: number): string {
  const order = coefficients.length;
  const residual = samples.slice(order).map((sample, index) => {
    const sum = coefficients.reduce((so, coefficient, back) => so + BigInt(coefficient) * BigInt(samples[order + index - 1 - back]), 0n);
    return BigInt(sample) - (sum >> BigInt(shift));
  });
  for (const value of residual) assert.is(BigInt.asIntN(31, value), value);
  return [
    bits((32 + order - 1) << 1, 8), ...samples.slice(0, order).map((sample) => bits(sample, depth)), bits(14, 4), bits(shift, 5),
    ...coefficients.map((coefficient) => bits(coefficient, 15)), bits(1, 2), bits(0, 4), bits(31, 5), bits(31, 5), ...residual.map((value) => bits(value, 31)),
  ].join('');
}

function frame(depth: number, assignment: number, ...subframes: readonly string[]): Uint8Array {
  const header = [0xff, 0xf8, 0x19, (assignment << 4) | (depthCodes[depth] << 1), 0];
  const content = subframes.join('');
  const bytes = [...header, checksum(header, 8, 0x07), ...(content.padEnd(Math.ceil(content.length / 8) * 8, '0').match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2))];
  const crc = checksum(bytes, 16, 0x8005);
  return Uint8Array.from([...bytes, crc >> 8, crc & 255]);
}

/** What a frame decodes to, as whole numbers. */
function decode(packet: Uint8Array, depth: number): number[] {
  const decoded = FlacDecoder.open(null)!.decode(packet);
  if (decoded === null || isMalformed(decoded)) throw new Error(decoded?.malformed ?? 'nothing');
  const { buffer } = decoded.planes[0];
  return depth <= 16 ? [...new Int16Array(buffer)].map((sample) => sample >> (16 - depth)) : [...new Int32Array(buffer)].map((sample) => sample >> (32 - depth));
}

const repeat = (count: number, sample: (index: number) => number): number[] => Array.from({ length: count }, (_, index) => sample(index));

test('predictions of every order', () => {
  const random = new SeededRandom(1);
  for (let order = 1; order <= 32; order++) {
    for (const [depth, shift] of [[8, 0], [8, 9], [16, 5], [16, 14], [24, 12], [24, 15], [32, 15]] as const) {
      const most = 2 ** (depth - 1);
      // What is left over has 31 bits.
      const scale = Math.min(16_383, Math.floor((2 ** (30 + shift - depth)) / order));
      const coefficients = repeat(order, () => random.below(2 * scale + 1) - scale);
      const samples = repeat(blockSize, () => Math.floor((random.below(2 ** 30) / 2 ** 30 - 0.5) * most) >> 1);
      assert.equal(decode(frame(depth, independent, linear(samples, depth, coefficients, shift), verbatim(samples, depth)), depth), samples.flatMap((sample) => [sample, sample]), `${order}, ${depth} bits by ${shift}`);
    }
  }
});

test('sums that go beyond 32 bits and come back', () => {
  const coefficients = [-16_384, -16_384, -16_384, -16_384, 16_383, 16_383, 16_383, 16_383];
  for (const [sample, signs] of [[32_767, 1], [-32_768, 1], [32_767, -1]] as const) {
    for (const shift of [0, 7, 14]) {
      const samples = repeat(blockSize, (index) => sample * (signs === 1 || index % 2 === 0 ? 1 : -1));
      const subframe = linear(samples, 16, signs === 1 ? coefficients : coefficients.map((coefficient, back) => (back % 2 === 0 ? coefficient : -coefficient - 1)), shift);
      assert.equal(decode(frame(16, independent, subframe, subframe), 16), samples.flatMap((value) => [value, value]), `${sample} by ${shift}`);
    }
  }
});

test('mid and side of the loudest channels, of up to 33 bits', () => {
  for (const depth of [8, 16, 24, 32]) {
    const [most, least] = [2 ** (depth - 1) - 1, -(2 ** (depth - 1))];
    const pairs = [[most, least], [least, most], [most, most - 1], [least, least], [least, least + 1], [0, -1], [-1, 0]];
    const stereo = repeat(blockSize, (index) => index).map((index) => pairs[index % pairs.length]);
    const mid = stereo.map(([left, right]) => Math.floor((left + right) / 2));
    const side = stereo.map(([left, right]) => left - right);
    assert.equal(decode(frame(depth, midSide, verbatim(mid, depth), verbatim(side, depth + 1)), depth), stereo.flat(), `${depth} bits`);
  }
});

test.run();
