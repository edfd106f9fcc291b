/**
 * The outgoing connections of one node. A destination is mapped to the pairs (output, input) that reach it; a pair is one
 * integer, and the usual single pair is stored without an array. Holding the destination strongly here is what keeps
 * everything downstream of a live node alive.
 */
export class Connections<Destination extends object> {
  readonly #pairs = new Map<Destination, number | number[]>();

  /** Returns false where the same connection exists already. */
  add(destination: Destination, output: number, input: number): boolean {
    const pair = encode(output, input);
    const present = this.#pairs.get(destination);
    if (present === undefined) {
      this.#pairs.set(destination, pair);
      return true;
    }
    if (typeof present === 'number') {
      if (present === pair) return false;
      this.#pairs.set(destination, [present, pair]);
      return true;
    }
    if (present.includes(pair)) return false;
    present.push(pair);
    return true;
  }

  /**
   * Removes the connections that match and calls `removed` for each; an undefined argument matches all.
   * Returns how many there were.
   */
  remove(
    destination: Destination | undefined,
    output: number | undefined,
    input: number | undefined,
    removed: (destination: Destination, output: number, input: number) => void,
  ): number {
    if (destination !== undefined) return this.#removeFrom(destination, output, input, removed);
    let count = 0;
    for (const each of [...this.#pairs.keys()]) count += this.#removeFrom(each, output, input, removed);
    return count;
  }

  #removeFrom(
    destination: Destination,
    output: number | undefined,
    input: number | undefined,
    removed: (destination: Destination, output: number, input: number) => void,
  ): number {
    const present = this.#pairs.get(destination);
    if (present === undefined) return 0;
    const pairs = typeof present === 'number' ? [present] : present;
    const kept: number[] = [];
    for (const pair of pairs) {
      const pairOutput = Math.floor(pair / inputRange);
      const pairInput = pair % inputRange;
      const matches = (output === undefined || output === pairOutput) && (input === undefined || input === pairInput);
      if (matches) removed(destination, pairOutput, pairInput);
      else kept.push(pair);
    }
    if (kept.length === 0) this.#pairs.delete(destination);
    else this.#pairs.set(destination, kept.length === 1 ? kept[0]! : kept);
    return pairs.length - kept.length;
  }
}

/** More than any node has inputs; the product with the number of outputs stays an exact integer. */
const inputRange = 2 ** 20;

function encode(output: number, input: number): number {
  return output * inputRange + input;
}
