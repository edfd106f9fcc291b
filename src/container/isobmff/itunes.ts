import { ParseFailure } from '../failure';
import type { Gapless, Track } from '../tracks';
import type { Box } from './Box';

/** The items of all metadata of a movie. */
function* items(moov: Box): Generator<Box, void> {
  for (const udta of childrenOf(moov, 'udta')) {
    const meta = udta.child('meta');
    // Boxes of ISO begin with version and flags, those of QuickTime don't.
    for (const ilst of meta ? [...meta.children(0, true), ...meta.children(4, true)].filter(({ type }) => type === 'ilst') : []) yield* childrenOf(ilst, '----');
  }
}

const childrenOf = (box: Box, type: string): Box[] => [...box.children()].filter((child) => child.type === type);

/** A comment of iTunes; null where there is none, or it stands in what is no box. */
function comment(moov: Box, name: string): string | null {
  try {
    for (const item of items(moov)) {
      const [named, data] = [item.child('name'), item.child('data')];
      if (named && data && latin(named.bytes.subarray(4)) === name) return latin(data.bytes.subarray(8));
    }
  } catch (error) {
    if (!(error instanceof ParseFailure)) throw error;
  }
  return null;
}

const latin = (bytes: Uint8Array): string => String.fromCharCode(...bytes.subarray(0, 256));

/** What the iTunSMPB comment tells: hexadecimal words, of which the second to fourth are delay, padding and length in frames. */
export function iTunesGapless(moov: Box, { duration, timescale, descriptions: [{ audio }] }: Track): Gapless | null {
  const words = comment(moov, 'iTunSMPB')?.trim().split(/\s+/).map((word) => parseInt(word, 16)) ?? [];
  const [, delay, padding, length] = words;
  if (words.length < 4 || !(delay >= 0 && padding >= 0 && length > 0)) return null;
  const frames = duration && audio ? Math.round((duration * audio.sampleRate) / timescale) : delay + padding + length;
  return { startFrames: delay, endFrames: Math.max(0, frames - delay - length), isBeforeZero: false };
}
