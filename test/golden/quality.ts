/**
 * What docs/audio-quality.md states of each node, in decibels, against what its tests measure. The table there is the only place
 * where the figures stand.
 */
import { readFileSync } from 'node:fs';
import * as assert from 'uvu/assert';

const page = readFileSync(new URL('../../docs/audio-quality.md', import.meta.url), 'utf8');

/** Rows `| node | what | at least |`. */
const rows = [...page.matchAll(/^\| (\w+) \| ([^|]+) \| (-?\d+|exact) \|$/gm)].map(([, node, what, stated]) => ({ node, what, stated }));

/** The rows of one node. Its tests end with one that calls `complete`. */
export class Quality {
  readonly #node: string;
  readonly #stated: Map<string, string>;

  constructor(node: string) {
    this.#node = node;
    this.#stated = new Map(rows.filter((row) => row.node === node).map(({ what, stated }) => [what!, stated!]));
  }

  /** Holds a measured level to the row `what`. */
  decibels(what: string, measured: number): void {
    console.log(`measured: ${this.#node} | ${what} | ${measured === Infinity ? 'exact' : `${measured.toFixed(1)} dB`}`);
    const stated = this.#stated.get(what);
    this.#stated.delete(what);
    assert.ok(stated !== undefined, `docs/audio-quality.md has no row | ${this.#node} | ${what} |`);
    const least = stated === 'exact' ? Infinity : Number(stated);
    assert.ok(measured >= least, `${measured} dB, where docs/audio-quality.md states ${stated}`);
  }

  /** Holds the ratio of a signal to its difference from what is expected, over all channels, to the row `what`. */
  signal(what: string, actual: ArrayLike<number> | ArrayLike<number>[], expected: ArrayLike<number> | ArrayLike<number>[]): void {
    this.decibels(what, signalToNoise(channelsOf(actual), channelsOf(expected)));
  }

  /** Each row of the node has been measured. */
  readonly complete = (): void => assert.equal([...this.#stated.keys()], []);
}

const channelsOf = (signal: ArrayLike<number> | ArrayLike<number>[]): ArrayLike<number>[] =>
  typeof signal[0] === 'number' ? [signal as ArrayLike<number>] : (signal as ArrayLike<number>[]);

/** In decibels; Infinity for equal signals. */
export function signalToNoise(actual: ArrayLike<number>[], expected: ArrayLike<number>[]): number {
  assert.is(actual.length, expected.length);
  let [signal, noise] = [0, 0];
  for (const [channel, samples] of actual.entries()) {
    const reference = expected[channel]!;
    for (let frame = 0; frame < reference.length; ++frame) {
      signal += reference[frame]! ** 2;
      noise += (samples[frame]! - reference[frame]!) ** 2;
    }
  }
  assert.ok(signal > 0, 'the reference is silence');
  return 10 * Math.log10(signal / noise);
}

/** The smaller of several measurements. */
export const worst = (measured: number[]): number => Math.min(...measured);
