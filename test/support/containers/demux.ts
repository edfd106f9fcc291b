import type { Demuxer } from '../../../src/container/Demuxer';
import type { DemuxerOutput, InitSegmentOutput, Sample } from '../../../src/container/outputs';

/** Pushes a whole stream in pieces and reads all there is. */
export function demuxStream(demuxer: Demuxer, bytes: Uint8Array, pieceBytes = bytes.length): DemuxerOutput[] {
  const outputs: DemuxerOutput[] = [];
  const drain = () => { for (let output = demuxer.read(); output; output = demuxer.read()) outputs.push(output); };
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    demuxer.push(bytes.subarray(at, at + pieceBytes));
    drain();
  }
  demuxer.end();
  drain();
  return outputs;
}

/** Serves the ranges that a demuxer wants. @param served counts the bytes */
export const demuxFile = (demuxer: Demuxer, bytes: Uint8Array, pieceBytes = 4096, served = { bytes: 0, ranges: 0 }): DemuxerOutput[] => partOf(demuxer, bytes, Infinity, served, pieceBytes);

/** The same, up to a number of samples. */
export function partOf(demuxer: Demuxer, bytes: Uint8Array, mostSamples: number, served = { bytes: 0, ranges: 0 }, pieceBytes = 4096): DemuxerOutput[] {
  const outputs: DemuxerOutput[] = [];
  let samples = 0;
  let position = 0;
  for (;;) {
    for (let output = demuxer.read(); output; output = demuxer.read()) {
      outputs.push(output);
      if (output.type === 'sample') samples++;
      if (samples >= mostSamples || output.type === 'end' || output.type === 'error') return outputs;
    }
    const { begin } = demuxer.wanted;
    const piece = bytes.subarray(begin, begin + pieceBytes);
    if (begin !== position) served.ranges++;
    position = begin + piece.length;
    served.bytes += piece.length;
    if (piece.length > 0) demuxer.push(piece);
    else demuxer.end();
  }
}

export const initSegment = (outputs: readonly DemuxerOutput[]): InitSegmentOutput | undefined => outputs.find((output) => output.type === 'init-segment');

export const samplesOf = (outputs: readonly DemuxerOutput[], trackId?: number): Sample[] =>
  outputs.filter((output): output is Sample => output.type === 'sample' && (trackId === undefined || output.trackId === trackId));
