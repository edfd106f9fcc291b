/**
 * Bytes that do not follow their format. Parsers return this and never throw: bad bytes are data.
 */
export interface Malformed {
  /** What is wrong, as the end of a sentence: `the frame header promises 4 channels`. */
  readonly malformed: string;
  /** Where, in bytes from the beginning of the file. */
  readonly offset: number;
}

export function isMalformed(value: object): value is Malformed {
  return 'malformed' in value;
}
