/** What `mediant convert` makes of channels that Web Audio has no mixes for. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { canMix, mix } from '../../../src/cli/convert/mixing';

const half = Math.SQRT1_2;
/** What each channel of the output takes of each of the input, by giving them 1 one at a time. */
function sharesOf(from: number, to: number): number[][] {
  const planes = Array.from({ length: from }, (_, channel) => Float32Array.from({ length: from }, (_, frame) => Number(frame === channel)));
  return mix(planes, to).map((plane) => [...plane]);
}
function equal(found: readonly (readonly number[])[], expected: readonly (readonly number[])[]): void {
  assert.equal(found.map((row) => row.map((share) => Math.round(share * 1e6))), expected.map((row) => row.map((share) => Math.round(share * 1e6))));
}

test('7.1, 6.1, 5.0 and 3.0 by way of 5.1', () => {
  equal(sharesOf(8, 6).slice(4), [[0, 0, 0, 0, half, 0, half, 0], [0, 0, 0, 0, 0, half, 0, half]]);
  equal(sharesOf(8, 2), [[1, 0, half, 0, 0.5, 0, 0.5, 0], [0, 1, half, 0, 0, 0.5, 0, 0.5]]);
  equal(sharesOf(7, 2), [[1, 0, half, 0, 0.5, half, 0], [0, 1, half, 0, 0.5, 0, half]]);
  equal(sharesOf(5, 2), [[1, 0, half, half, 0], [0, 1, half, 0, half]]);
  equal(sharesOf(3, 2), [[1, 0, half], [0, 1, half]]);
  equal(sharesOf(3, 6).slice(2), [[0, 0, 1], [0, 0, 0], [0, 0, 0], [0, 0, 0]]);
});

test('no others', () => {
  assert.ok(canMix(8, 1) && canMix(12, 12));
  assert.not(canMix(12, 2) || canMix(2, 8) || canMix(6, 5));
  assert.throws(() => sharesOf(12, 2), /there is no mix of 12 channels to 2/);
});

test.run();
