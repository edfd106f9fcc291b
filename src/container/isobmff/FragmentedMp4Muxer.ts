import { Muxer, MuxerError, type MuxerSample, type MuxerTrack } from '../Muxer';
import { box, fields } from './box-writer';
import { type FragmentTrack, movieExtends, movieFragment, randomAccess, type RandomAccessEntry } from './fragment-writer';
import { movieBox, movieTimescale } from './movie-writer';
import { type OutputSample, OutputTrack } from './OutputTrack';
import { checkSampleEntry } from './sample-entry-writer';
import { emptyTables } from './SampleTableWriter';

/** A fragment begins with a random access point when the last one has so much, and without one when it has so much: seconds. */
const shortestFragment = 1;
const longestFragment = 4;

/**
 * MP4 in fragments, as Media Source Extensions and live streams have it: an initialization segment before the first one, and all that can't be known then left out. Fragments begin with
 * random access points of the first video track, about every second. What is before the first sound to be heard, an edit list tells; what is behind the last one is cut from its duration.
 */
export class FragmentedMp4Muxer extends Muxer {
  #outputs: OutputTrack[] = [];
  #pending: OutputSample[][] = [];
  #main = 0;
  #sequenceNumber = 0;
  #randomAccess: RandomAccessEntry[] = [];
  #durationOffset = 0;

  protected checkTrack(track: MuxerTrack): void {
    checkSampleEntry(track);
    this.#outputs.push(new OutputTrack(track, this.tracks.length + 1, false));
    this.#pending.push([]);
  }

  protected writeStart(): void {
    this.#main = Math.max(0, this.tracks.findIndex(({ type }) => type === 'video'));
    this.emit(box('ftyp', fields().latin('iso6').u32(0).latin('iso6').latin('isom').latin('mp41')));
  }

  protected writeSample(track: number, sample: MuxerSample): void {
    this.#take(track, this.#outputs[track].push(sample));
  }

  #take(track: number, samples: readonly OutputSample[]): void {
    for (const sample of samples) {
      const pending = this.#pending[track];
      const seconds = pending.length > 0 ? (sample.decodeTime - pending[0].decodeTime) / this.#outputs[track].timescale : 0;
      if (seconds >= longestFragment || (track === this.#main && sample.isKey && seconds >= shortestFragment)) this.#writeFragment(track, sample.decodeTime);
      pending.push(sample);
    }
  }

  /** @param nextDecodeTime of the sample of `track` behind the fragment */
  #writeFragment(track: number | null, nextDecodeTime: number | null): void {
    if (this.#sequenceNumber === 0) {
      // The first sample of a track may have to tell what it is.
      if (this.#outputs.some(({ form }) => !form.isReady) && track !== null) return;
      this.#writeMovie();
    }
    const tracks = this.#outputs.flatMap((output, index): FragmentTrack[] => {
      const samples = this.#pending[index].splice(0);
      return samples.length > 0 ? [{ output, samples, nextDecodeTime: index === track ? nextDecodeTime : null }] : [];
    });
    if (tracks.length === 0) return;
    const main = tracks.findIndex(({ output }) => output === this.#outputs[this.#main]);
    const first = tracks[main]?.samples[0];
    if (first?.isKey) this.#randomAccess.push({ compositionTime: first.compositionTime, moofOffset: this.position, trafNumber: main + 1 });
    const { moof, mdatHeader } = movieFragment(++this.#sequenceNumber, tracks);
    this.emit(moof);
    this.emit(mdatHeader);
    for (const { samples } of tracks) for (const { data } of samples) this.emit(data);
  }

  #writeMovie(): void {
    const outputs = this.#outputs.filter(({ form }) => form.isReady || form.description);
    if (outputs.length === 0) throw new MuxerError('MP4: no sample tells what its track is.');
    const extension = movieExtends(outputs, this.target.canSeek ? 0 : null);
    const tracks = outputs.map((output) => ({ output, tables: emptyTables(), sampleCount: 0, mediaDuration: 0, presentedEnd: 0 }));
    const moov = movieBox(tracks, extension);
    // The extension is the last box, the duration the first field of the first box in it: behind three headers and a version.
    this.#durationOffset = this.position + moov.length - extension.length + 8 + 12;
    this.emit(moov);
  }

  protected writeEnd(): void {
    for (const [track, output] of this.#outputs.entries()) this.#take(track, output.flush());
    this.#writeFragment(null, null);
    this.emit(randomAccess(this.#outputs[this.#main].id, this.#randomAccess));
    if (!this.target.canSeek) return;
    const timescale = movieTimescale(this.#outputs);
    const duration = Math.max(...this.#outputs.map((output) => Math.round((output.end / output.timescale) * timescale)));
    this.emitAt(this.#durationOffset, fields(8).u64(duration).finish());
  }
}
