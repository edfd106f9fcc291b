import { ByteWriter } from '../ByteWriter';
import { Muxer, MuxerError, type MuxerSample, type MuxerTrack } from '../Muxer';
import { mostChannels } from './header';

interface Form {
  readonly tag: 1 | 3 | 6 | 7;
  readonly sampleBytes: number;
}

const forms: Readonly<Record<string, Form>> = {
  'pcm-s16': { tag: 1, sampleBytes: 2 }, 'pcm-u8': { tag: 1, sampleBytes: 1 }, 'pcm-s24': { tag: 1, sampleBytes: 3 }, 'pcm-s32': { tag: 1, sampleBytes: 4 },
  'pcm-f32': { tag: 3, sampleBytes: 4 }, 'alaw': { tag: 6, sampleBytes: 1 }, 'ulaw': { tag: 7, sampleBytes: 1 },
};

export const pcmCodecs: readonly string[] = Object.keys(forms);

/** `ds64`, or as long a piece of padding in its place until the file turns out to need it (EBU Tech 3306). */
const longSizesBytes = 28;
const mostRiffBytes = 0xffffffff;
const unknownSize = 0xffffffff;

/**
 * WAV of one PCM, A-law or µ-law track, its samples interleaved as its codec string says. Where the target can't seek both sizes are left open, as
 * streams have them; where it can, a file of over 4 GiB becomes RF64. Timestamps are not written: samples follow each other.
 */
export class WavMuxer extends Muxer {
  #dataOffset = 0;
  #frames = 0;
  #form!: Form;
  #frameBytes = 0;

  protected checkTrack({ description: { codec, audio } }: MuxerTrack): void {
    if (this.tracks.length > 0) throw new MuxerError('WAV: a second track.');
    if (!forms[codec]) throw new MuxerError(`WAV: the codec ${codec}. It holds ${pcmCodecs.join(', ')}.`);
    if (!audio || audio.sampleRate < 1 || audio.numberOfChannels < 1 || audio.numberOfChannels > mostChannels) {
      throw new MuxerError(`WAV: ${audio ? `${audio.numberOfChannels} channels at ${audio.sampleRate} Hz` : 'a track that is not audio'}.`);
    }
  }

  protected writeStart(): void {
    const [{ description: { codec, audio } }] = this.tracks;
    const { sampleRate, numberOfChannels } = audio!;
    this.#form = forms[codec];
    const { tag, sampleBytes } = this.#form;
    this.#frameBytes = sampleBytes * numberOfChannels;
    const header = new ByteWriter()
      .latin('RIFF').u32le(unknownSize).latin('WAVE')
      .latin('JUNK').u32le(longSizesBytes).zeros(longSizesBytes)
      .latin('fmt ').u32le(tag === 1 ? 16 : 18)
      .u16le(tag).u16le(numberOfChannels).u32le(sampleRate).u32le(sampleRate * this.#frameBytes).u16le(this.#frameBytes).u16le(8 * sampleBytes);
    if (tag !== 1) {
      // cbSize, and the number of frames, which every format but PCM tells.
      header.u16le(0).latin('fact').u32le(4).u32le(unknownSize);
    }
    header.latin('data').u32le(unknownSize);
    this.#dataOffset = header.length;
    this.emit(header.finish().slice());
  }

  protected writeSample(_track: number, { data }: MuxerSample): void {
    if (data.length % this.#frameBytes !== 0) throw new MuxerError(`WAV: ${data.length} bytes, which are no whole number of frames of ${this.#frameBytes} bytes.`);
    this.#frames += data.length / this.#frameBytes;
    this.emit(data);
  }

  protected writeEnd(): void {
    const dataBytes = this.position - this.#dataOffset;
    if (dataBytes % 2 === 1) this.emit(new Uint8Array(1));
    if (!this.target.canSeek) return;
    const riffBytes = this.position - 8;
    const isLong = riffBytes > mostRiffBytes;
    const size = (value: number) => new ByteWriter(4).u32le(isLong ? unknownSize : value).finish();
    this.emitAt(4, size(riffBytes));
    this.emitAt(this.#dataOffset - 4, size(dataBytes));
    if (this.#form.tag !== 1) this.emitAt(this.#dataOffset - 12, size(this.#frames));
    if (!isLong) return;
    this.emitAt(0, new ByteWriter().latin('RF64').finish());
    this.emitAt(12, new ByteWriter().latin('ds64').u32le(longSizesBytes).u64le(riffBytes).u64le(dataBytes).u64le(this.#frames).u32le(0).finish());
  }
}
