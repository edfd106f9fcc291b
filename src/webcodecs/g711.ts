/** ITU-T G.711: 8-bit codes of 16-bit samples. */

/** A-law: 13 bits, left-justified in 16. */
export function expandALaw(code: number): number {
  const bits = code ^ 0x55;
  const exponent = (bits >> 4) & 7;
  const mantissa = ((bits & 15) << 4) + 8;
  const magnitude = exponent === 0 ? mantissa : (mantissa + 256) << (exponent - 1);
  return bits & 0x80 ? magnitude : -magnitude;
}

/** µ-law: 14 bits, left-justified in 16. */
export function expandMuLaw(code: number): number {
  const bits = ~code & 0xff;
  const magnitude = ((((bits & 15) << 3) + 0x84) << ((bits >> 4) & 7)) - 0x84;
  return bits & 0x80 ? -magnitude : magnitude;
}

/** The code of each 16-bit sample, from -32768 on: that whose value is nearest, and of two the one nearer to zero. */
export function compressionTable(expand: (code: number) => number): Uint8Array {
  // µ-law has two zeros; the later one, positive zero, is the usual.
  const codeOf = new Map(Array.from({ length: 256 }, (_, code) => [expand(code), code]));
  const codes = [...codeOf].map(([value, code]) => ({ code, value })).sort((a, b) => a.value - b.value);
  const table = new Uint8Array(65536);
  let nearest = 0;
  for (let sample = -32768; sample < 32768; sample++) {
    while (nearest + 1 < codes.length && isNearer(sample, codes[nearest + 1].value, codes[nearest].value)) nearest++;
    table[sample + 32768] = codes[nearest].code;
  }
  return table;
}

function isNearer(sample: number, next: number, current: number): boolean {
  const difference = Math.abs(next - sample) - Math.abs(current - sample);
  return difference < 0 || (difference === 0 && Math.abs(next) < Math.abs(current));
}
