/** The polyphase filter bank (ISO/IEC 11172-3, 2.4.3.2.2). */

/** The window D (table B.3) × 65536, up to its middle: the other half mirrors it, with the sign turned but at multiples of 64. */
const halfWindow = [
  0, -1, -1, -1, -1, -1, -1, -2, -2, -2, -2, -3, -3, -4, -4, -5, -5, -6, -7, -7, -8, -9, -10, -11, -13, -14, -16, -17, -19, -21, -24, -26,
  -29, -31, -35, -38, -41, -45, -49, -53, -58, -63, -68, -73, -79, -85, -91, -97, -104, -111, -117, -125, -132, -139, -147, -154, -161, -169, -176, -183, -190, -196,
  -202, -208, 213, 218, 222, 225, 227, 228, 228, 227, 224, 221, 215, 208, 200, 189, 177, 163, 146, 127, 106, 83, 57, 29, -2, -36, -72, -111, -153, -197, -244, -294,
  -347, -401, -459, -519, -581, -645, -711, -779, -848, -919, -991, -1064, -1137, -1210, -1283, -1356, -1428, -1498, -1567, -1634, -1698, -1759, -1817, -1870, -1919,
  -1962, -2001, -2032, -2057, -2075, -2085, -2087, -2080, -2063, 2037, 2000, 1952, 1893, 1822, 1739, 1644, 1535, 1414, 1280, 1131, 970, 794, 605, 402, 185, -45, -288,
  -545, -814, -1095, -1388, -1692, -2006, -2330, -2663, -3004, -3351, -3705, -4063, -4425, -4788, -5153, -5517, -5879, -6237, -6589, -6935, -7271, -7597, -7910, -8209,
  -8491, -8755, -8998, -9219, -9416, -9585, -9727, -9838, -9916, -9959, -9966, -9935, -9863, -9750, -9592, -9389, -9139, -8840, -8492, -8092, -7640, -7134, 6574, 5959,
  5288, 4561, 3776, 2935, 2037, 1082, 70, -998, -2122, -3300, -4533, -5818, -7154, -8540, -9975, -11455, -12980, -14548, -16155, -17799, -19478, -21189, -22929, -24694,
  -26482, -28289, -30112, -31947, -33791, -35640, -37489, -39336, -41176, -43006, -44821, -46617, -48390, -50137, -51853, -53534, -55178, -56778, -58333, -59838, -61289,
  -62684, -64019, -65290, -66494, -67629, -68692, -69679, -70590, -71420, -72169, -72835, -73415, -73908, -74313, -74630, -74856, -74992, 75038,
];

const windowAt = (at: number): number => (at <= 256 ? halfWindow[at] : halfWindow[512 - at] * (at % 64 === 0 ? 1 : -1)) / 65536;

const taps = 16;
/** Outputs j and 32 - j come of the same values, but for signs: 17 columns of them. */
const columns = 17;

/** By column and age: what a value counts in output j, and in output 32 - j. */
const factors = new Float64Array(columns * taps);
const mirroredFactors = new Float64Array(columns * taps);
for (let column = 0; column < columns; column++) {
  for (let age = 0; age < taps; age++) {
    factors[column * taps + age] = windowAt(32 * age + column);
    // V[32 - j] is -V[j], V[64 - j] is V[32 + j].
    if (column > 0) mirroredFactors[column * taps + age] = windowAt(32 * age + 32 - column) * (age % 2 === 0 ? -1 : 1);
  }
}

/** 1 / 2cos(π (2k + 1) / 2n) for n = 32, 16, 8, 4, 2. */
const secants = [32, 16, 8, 4, 2].map((size) => Float64Array.from({ length: size / 2 }, (_, at) => 0.5 / Math.cos((Math.PI * (2 * at + 1)) / (2 * size))));
const scratch = new Float64Array(32);
const result = new Float64Array(32);

/** DCT-II of 32 values from `at` on, into `result`, by halves of halves (Lee). */
function dct32(values: Float64Array, at: number): void {
  let [from, to] = [result, scratch];
  let secant = secants[0];
  for (let index = 0, low = at, high = at + 31; index < 16; index++, low++, high--) {
    const a = values[low];
    const b = values[high];
    from[index] = a + b;
    from[16 + index] = (a - b) * secant[index];
  }
  for (let stage = 1, half = 8; stage < 5; stage++, half >>= 1) {
    secant = secants[stage];
    for (let begin = 0; begin < 32; begin += 2 * half) {
      for (let index = 0, low = begin, high = begin + 2 * half - 1; index < half; index++, low++, high--) {
        const a = from[low];
        const b = from[high];
        to[low] = a + b;
        to[begin + half + index] = (a - b) * secant[index];
      }
    }
    [from, to] = [to, from];
  }
  // Halves become the even values, and the sums of neighbours the odd ones.
  for (let half = 2; half <= 16; half <<= 1) {
    for (let begin = 0; begin < 32; begin += 2 * half) {
      const end = begin + half;
      for (let even = begin, odd = end, write = begin; even < end; even++, odd++, write += 2) {
        to[write] = from[even];
        to[write + 1] = odd + 1 < end + half ? from[odd] + from[odd + 1] : from[odd];
      }
    }
    [from, to] = [to, from];
  }
}

export class Synthesis {
  /** The last 16 values of each column, twice one behind the other; for even and for odd slots, which take the halves of V in turn. */
  readonly #values = [new Float64Array(columns * 2 * taps), new Float64Array(columns * 2 * taps)];
  #slot = 0;

  reset(): void {
    for (const values of this.#values) values.fill(0);
  }

  /** @param samples rows of 32 subbands @param output gets 32 samples a row from `begin` on */
  process(samples: Float64Array, rows: number, output: Float32Array, begin: number): void {
    for (let row = 0, at = begin; row < rows; row++, at += 32) {
      dct32(samples, row * 32);
      const slot = this.#slot = (this.#slot + taps - 1) % taps;
      const own = this.#values[slot & 1];
      const other = this.#values[1 - (slot & 1)];
      for (let column = 0, place = slot; column < columns; column++, place += 2 * taps) {
        own[place] = own[place + taps] = column < 16 ? result[16 + column] : 0;
        other[place] = other[place + taps] = -result[16 - column];
      }
      for (let column = 0, factor = 0; column < columns; column++, factor += taps) {
        let sum = 0;
        let mirrored = 0;
        for (let age = 0, place = column * 2 * taps + slot; age < taps; age++, place++) {
          const value = own[place];
          sum += value * factors[factor + age];
          mirrored += value * mirroredFactors[factor + age];
        }
        output[at + column] = sum;
        if (column > 0 && column < 16) output[at + 32 - column] = mirrored;
      }
    }
  }
}
