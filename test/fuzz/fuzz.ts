import { SeededRandom } from '../virtual/support/SeededRandom';

/**
 * A fuzz target: `begin` makes a fresh subject, and each call of what it returns gives it one more input, and tells whether the subject
 * is still of use. A target throws when something is wrong that the subject did not throw itself.
 */
export interface FuzzTarget {
  readonly name: string;
  /** Inputs that one subject gets at most. */
  readonly inputsPerSubject: number;
  begin(random: SeededRandom): () => boolean;
}

/**
 * Gives `inputs` inputs to a target and returns the first seed that was not used. A failure names the seed of its subject, which repeats it:
 * `--seed N --inputs M`.
 */
export function fuzz(target: FuzzTarget, seed: number, inputs: number): number {
  let next = seed;
  for (let given = 0; given < inputs; next++) {
    const random = new SeededRandom(next);
    let input = 0;
    try {
      const give = target.begin(random);
      for (let isOfUse = true; isOfUse && input < target.inputsPerSubject && given < inputs; input++, given++) isOfUse = give();
    } catch (error) {
      throw new Error(`${target.name}: seed ${next}, input ${input}`, { cause: error });
    }
  }
  return next;
}

/** A copy of `bytes` that was damaged in one of the usual ways. */
export function damaged(random: SeededRandom, bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  if (copy.length === 0) return copy;
  switch (random.below(6)) {
    case 0: // Bits
      for (let count = 1 + random.below(4); count > 0; count--) copy[random.below(copy.length)] ^= 1 << random.below(8);
      return copy;
    case 1: // Bytes
      for (let count = 1 + random.below(4); count > 0; count--) copy[random.below(copy.length)] = random.pick([0, 1, 0x7f, 0x80, 0xff, random.below(256)]);
      return copy;
    case 2: // Cut off
      return copy.subarray(0, random.below(copy.length + 1));
    case 3: { // A part twice
      const start = random.below(copy.length);
      const end = start + random.below(copy.length - start + 1);
      return joined(copy.subarray(0, end), copy.subarray(start));
    }
    case 4: { // A number of 16 bits, as lengths and counts are
      if (copy.length < 2) return copy;
      const at = random.below(copy.length - 1);
      const value = random.pick([0, 1, 3, 4, 5, 0xfffe, 0xffff, copy.length, random.below(0x10000)]);
      copy[at] = value >> 8;
      copy[at + 1] = value;
      return copy;
    }
    default: // Noise behind
      return joined(copy, Uint8Array.from({ length: random.below(40) }, () => random.below(256)));
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
