/** A repeatable sequence of choices. */
export class Random {
  #state;

  constructor(seed) {
    this.#state = (Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995) >>> 0;
    for (let index = 0; index < 4; index++) this.#next();
  }

  /** xorshift32 */
  #next() {
    let state = this.#state || 1;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (this.#state = state >>> 0);
  }

  /** 0 … count − 1 */
  below(count) {
    return Math.floor((this.#next() / 2 ** 32) * count);
  }

  oneIn(count) {
    return this.below(count) === 0;
  }

  between(low, high) {
    return low + (this.#next() / 2 ** 32) * (high - low);
  }

  of(list) {
    return list[this.below(list.length)];
  }

  /** Any value that script may pass. */
  anything() {
    return this.of(oddities)();
  }
}

const oddities = [
  () => 0, () => -1, () => 1, () => -0, () => 0.5, () => 33, () => 1e9, () => 2 ** 31, () => 2 ** 32, () => 2 ** 53, () => 1e300, () => -1e300, () => 5e-324,
  () => NaN, () => Infinity, () => -Infinity, () => undefined, () => null, () => true, () => '', () => 'x', () => '12', () => ({}), () => [],
  () => [1, 2, 3], () => [NaN], () => () => 1, () => Symbol('odd'), () => 10n, () => new Float32Array(3), () => new Float32Array(0),
  () => new Float64Array(4), () => new Uint8Array(5), () => new ArrayBuffer(16), () => new Proxy({}, {}), () => ({ valueOf: () => 3 }),
  () => ({ valueOf() { throw new RangeError('on purpose'); } }), () => ({ get length() { throw new RangeError('on purpose'); } }), () => Object.create(null),
  () => new Date(0), () => new (class extends Array {})(3),
];
