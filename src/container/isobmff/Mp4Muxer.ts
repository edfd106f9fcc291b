import { ByteWriter } from '../ByteWriter';
import { Muxer, MuxerError, type MuxerSample, type MuxerTrack } from '../Muxer';
import { box, fields } from './box-writer';
import { movieBox } from './movie-writer';
import { OutputTrack, type OutputSample } from './OutputTrack';
import { checkSampleEntry } from './sample-entry-writer';
import { SampleTableWriter } from './SampleTableWriter';

/** Of a box whose size takes 64 bits. */
const longHeaderBytes = 16;

/**
 * MP4 of one piece: all data, then the movie box with the tables of it. Needs a target that can seek. Edit lists tell what is before and behind what is to be heard, and tracks that
 * begin late. H.264 and H.265 in the byte stream format and AAC in ADTS frames are turned into what MP4 has.
 */
export class Mp4Muxer extends Muxer {
  #outputs: OutputTrack[] = [];
  #tables: SampleTableWriter[] = [];
  #dataBoxOffset = 0;

  protected checkTrack(track: MuxerTrack): void {
    if (!this.target.canSeek) throw new MuxerError('MP4: a target that can\'t seek, which takes fragments only.');
    checkSampleEntry(track);
    this.#outputs.push(new OutputTrack(track, this.tracks.length + 1, true));
  }

  protected writeStart(): void {
    this.#tables = this.#outputs.map(({ timescale }) => new SampleTableWriter(timescale));
    this.emit(box('ftyp', fields().latin('isom').u32(0).latin('isom').latin('iso6').latin('mp41')));
    this.#dataBoxOffset = this.position;
    this.emit(new ByteWriter(longHeaderBytes).u32(1).latin('mdat').u64(longHeaderBytes).finish());
  }

  protected writeSample(track: number, sample: MuxerSample): void {
    this.#write(track, this.#outputs[track].push(sample));
  }

  #write(track: number, samples: readonly OutputSample[]): void {
    for (const sample of samples) {
      this.#tables[track].add(sample, this.position);
      this.emit(sample.data);
    }
  }

  protected writeEnd(): void {
    for (const [track, output] of this.#outputs.entries()) this.#write(track, output.flush());
    this.emitAt(this.#dataBoxOffset + 8, new ByteWriter(8).u64(this.position - this.#dataBoxOffset).finish());
    // A track without samples, which never told what it is, has no sample entry.
    const tracks = this.#outputs.flatMap((output, index) => {
      const tables = this.#tables[index];
      if (!output.form.isReady && output.form.description === null) return [];
      const mediaDuration = tables.end(output.lastDuration);
      return [{ output, tables: tables.boxes(), sampleCount: tables.count, mediaDuration, presentedEnd: output.end }];
    });
    if (tracks.length === 0) throw new MuxerError('MP4: no sample tells what its track is.');
    this.emit(movieBox(tracks));
  }
}
