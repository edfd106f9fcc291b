import { box, fields, fullBox } from './box-writer';
import { rollGroupOf } from './movie-writer';
import type { OutputSample, OutputTrack } from './OutputTrack';
import { runFlags, trackFragmentFlags } from './track-run';

/** Of a sample that depends on no other, and of one that does and is no random access point: 8.8.3.1. */
const keyFlags = 0x02000000;
const otherFlags = 0x01010000;

/** A track's part of a fragment: at least one sample. */
export interface FragmentTrack {
  readonly output: OutputTrack;
  readonly samples: readonly OutputSample[];
  /** When the sample behind the last one is decoded, where it is known. */
  readonly nextDecodeTime: number | null;
}

const bytesOf = (samples: readonly OutputSample[]): number => samples.reduce((sum, { data: { length } }) => sum + length, 0);

/** A movie fragment, and the header of the media data box behind it, which has each track's samples in one piece: ISO/IEC 14496-12, 8.8.4. */
export function movieFragment(sequenceNumber: number, tracks: readonly FragmentTrack[]): { readonly moof: Uint8Array; readonly mdatHeader: Uint8Array } {
  const moof = (moofBytes: number) => {
    let dataOffset = moofBytes + 8;
    const parts = tracks.map((track) => {
      const part = trackFragment(track, dataOffset);
      dataOffset += bytesOf(track.samples);
      return part;
    });
    return box('moof', fullBox('mfhd', 0, 0, fields().u32(sequenceNumber)), ...parts);
  };
  const dataBytes = tracks.reduce((sum, { samples }) => sum + bytesOf(samples), 8);
  return { moof: moof(moof(0).length), mdatHeader: fields(8).u32(dataBytes).latin('mdat').finish() };
}

function trackFragment({ output, samples, nextDecodeTime }: FragmentTrack, dataOffset: number): Uint8Array {
  const durations = samples.map(({ decodeTime, duration, endTrim }, index) => {
    const next = samples[index + 1]?.decodeTime ?? nextDecodeTime;
    return Math.max(0, (next === null ? duration ?? output.lastDuration : next - decodeTime) - endTrim);
  });
  const hasOffsets = samples.some(({ decodeTime, compositionTime }) => decodeTime !== compositionTime);
  const areKeys = samples.every(({ isKey }) => isKey);
  const flags = runFlags.dataOffset | runFlags.duration | runFlags.size | (areKeys ? 0 : runFlags.flags) | (hasOffsets ? runFlags.compositionOffset : 0);
  const run = fields(64 + 16 * samples.length).u32(samples.length).u32(dataOffset);
  for (const [index, { data, isKey, decodeTime, compositionTime }] of samples.entries()) {
    run.u32(durations[index]).u32(data.length);
    if (!areKeys) run.u32(isKey ? keyFlags : otherFlags);
    if (hasOffsets) run.i32(compositionTime - decodeTime);
  }
  return box('traf',
    fullBox('tfhd', 0, trackFragmentFlags.baseIsMoof | trackFragmentFlags.flags, fields().u32(output.id).u32(areKeys ? keyFlags : otherFlags)),
    fullBox('tfdt', 1, 0, fields().u64(samples[0].decodeTime)), fullBox('trun', 1, flags, run), ...rollGroupOf(output.track, samples.length));
}

/** mvex: 8.8.1. @param duration in the movie's units; null where there is no place for it, as it can't be filled in */
export function movieExtends(outputs: readonly OutputTrack[], duration: number | null): Uint8Array {
  const defaults = outputs.map(({ id }) => fullBox('trex', 0, 0, fields().u32(id).u32(1).zeros(12)));
  return box('mvex', ...(duration === null ? [] : [fullBox('mehd', 1, 0, fields().u64(duration))]), ...defaults);
}

/** Where a fragment begins that begins with a random access point. */
export interface RandomAccessEntry {
  readonly compositionTime: number;
  readonly moofOffset: number;
  /** Place of the track's part in the fragment, from 1 on. */
  readonly trafNumber: number;
}

/** mfra, whose size stands at its end: 8.8.9. */
export function randomAccess(trackId: number, entries: readonly RandomAccessEntry[]): Uint8Array {
  const table = fields(16 + 19 * entries.length).u32(trackId).u32(0).u32(entries.length);
  for (const { compositionTime, moofOffset, trafNumber } of entries) table.u64(Math.max(0, compositionTime)).u64(moofOffset).u8(trafNumber).u8(1).u8(1);
  const tfra = fullBox('tfra', 1, 0, table);
  return box('mfra', tfra, fullBox('mfro', 0, 0, fields().u32(8 + tfra.length + 16)));
}
