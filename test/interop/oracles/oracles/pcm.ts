/** PCM may be cut into samples anywhere: it is compared as a whole. */
import type { DemuxerOutput } from '../../../../src/container/outputs';
import { initSegment, samplesOf } from '../../../support/containers/demux';

export const isPcm = (codec: string): boolean => /^(pcm-|alaw$|ulaw$)/.test(codec);

export const pcmTracks = (outputs: readonly DemuxerOutput[]): ReadonlySet<number> =>
  new Set(initSegment(outputs)!.tracks.filter(({ descriptions: [{ codec }] }) => isPcm(codec)).map(({ id }) => id));

/** Samples put together into one. */
export function joined<Piece extends { readonly data: Uint8Array; readonly duration: number | null }>(pieces: readonly Piece[]): Piece[] {
  if (pieces.length === 0) return [];
  const duration = pieces.some((piece) => piece.duration === null) ? null : pieces.reduce((sum, piece) => sum + piece.duration!, 0);
  return [{ ...pieces[0], duration, data: Uint8Array.from(Buffer.concat(pieces.map(({ data }) => data))) }];
}

export function withPcmJoined(outputs: readonly DemuxerOutput[]): DemuxerOutput[] {
  const pcm = pcmTracks(outputs);
  if (pcm.size === 0) return [...outputs];
  return [...outputs.filter((output) => output.type !== 'sample' || !pcm.has(output.trackId)), ...[...pcm].flatMap((id) => joined(samplesOf(outputs, id)))];
}
