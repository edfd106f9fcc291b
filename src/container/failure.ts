/**
 * Thrown inside of a parser where bytes do not follow their format, and caught by `Demuxer.read()`, which tells it as an output:
 * it never leaves `src/container`.
 */
export class ParseFailure {
  /** @param offset in bytes from the beginning of the file, or stream */
  constructor(readonly malformed: string, readonly offset: number) {}
}

/** @param malformed what is wrong, as the end of a sentence: `a box of 3 bytes` */
export function fail(malformed: string, offset: number): never {
  throw new ParseFailure(malformed, offset);
}
