/**
 * What a parser takes at most, whatever a file says. A demuxer holds at any time no more than one structure of `structureBytes`, one sample, a few
 * hundred kilobytes of its own, and the pieces that were pushed and not read yet (what its caller decides).
 */
export const limits = {
  /** A structure that must be whole to be understood: a movie box, a table of cues, a packet of headers. */
  structureBytes: 256 * 2 ** 20,
  /** The data of one sample. */
  sampleBytes: 128 * 2 ** 20,
  tracks: 256,
  /** Sample descriptions of a track. */
  descriptions: 256,
  /** Structures inside of structures. */
  depth: 16,
  /** Samples of a track fragment that does not list them one by one: without data, and with. */
  emptySamples: 1024,
  unlistedSamples: 2 ** 24,
  /** Entries of tables that are gone through, again and again, to find where edits or a seek begin. */
  steps: 2 ** 24,
  /** Parts of a track that are presented one after the other. */
  edits: 4096,
  /** What is kept of one list without bytes of its own for each entry: editions of a description, edits, keys. */
  entries: 65_536,
} as const;
