/** For tests that play something and record it again. */

/** Noise that no stretch of repeats, as samples that survive any path of floats. */
export function noise(frames: number, seed: number): Float32Array {
  const samples = new Float32Array(frames);
  let state = seed;
  for (let i = 0; i < frames; ++i) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    samples[i] = (state >>> 8) / 2 ** 24 - 0.5 + 2 ** -26;
  }
  return samples;
}

/** Frame of interleaved stereo at which `left` begins, or -1. */
export function findStart(recorded: Float32Array, left: Float32Array): number {
  for (let frame = 0; frame < recorded.length / 2 - 64; ++frame) {
    let matches = 0;
    while (matches < 64 && recorded[2 * (frame + matches)] === left[matches]) ++matches;
    if (matches === 64) return frame;
  }
  return -1;
}

/**
 * Compares a recording with what was played, from frame `start` on. At a drop-out there is silence in the recording, and a few
 * milliseconds may be missing: the server takes back what the sink has not played yet and gives its monitor only the first version.
 */
export function compare(recorded: Float32Array, start: number, left: Float32Array, right: Float32Array) {
  const result = { equal: 0, dropouts: 0 };
  let at = start;
  for (let frame = 0; frame < left.length && 2 * at + 1 < recorded.length; ) {
    if (recorded[2 * at] === left[frame] && recorded[2 * at + 1] === right[frame]) {
      ++result.equal;
      ++frame;
      ++at;
      continue;
    }
    ++result.dropouts;
    while (recorded[2 * at] === 0) ++at;
    frame = left.indexOf(recorded[2 * at], frame);
    if (frame < 0) break;
  }
  return result;
}
