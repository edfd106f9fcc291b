import { adtsHeader } from '../adts/frame-header';
import { MuxerError, type MuxerTrack } from '../Muxer';
import { aacChannelCounts, aacSampleRates } from './aac';
import { av1Configuration, withoutTemporalDelimiter } from './av1';
import { avcConfiguration, hevcConfiguration, joinWithLengths, splitByteStream } from './nal-units';
import { isOpusHead, plainOpusHead } from './opus';

/** A codec in the form of containers that keep its configuration beside the samples (ISO BMFF, Matroska), whatever form it came in. */
export interface SampleForm {
  /** As WebCodecs has it; of AV1 the AV1CodecConfigurationRecord. Null where the codec has none, and where only a sample can tell it. */
  readonly description: Uint8Array | null;
  /** False: the first sample tells the description. */
  readonly isReady: boolean;
  /** @throws MuxerError for a sample that does not have the form it should */
  convert(data: Uint8Array, isKey: boolean): Uint8Array;
}

/** @throws MuxerError where the codec needs a description that the track lacks */
export function sampleFormOf({ description: { codec, description, audio }, gapless }: MuxerTrack): SampleForm {
  const asIs = (own: Uint8Array | null = description): SampleForm => ({ description: own, isReady: true, convert: (data) => data });
  if (codec.startsWith('av01.')) return new Av1Form(codec, description);
  if (/^avc[13]\./.test(codec)) return description ? asIs() : new ByteStreamForm(codec, false);
  if (/^h(vc|ev)1\./.test(codec)) return description ? asIs() : new ByteStreamForm(codec, true);
  if (codec.startsWith('mp4a.40.')) return description ? asIs() : new AdtsForm();
  if (codec === 'opus') {
    if (description && isOpusHead(description)) return asIs();
    if (description || !audio || audio.numberOfChannels > 2) throw new MuxerError('Opus whose description is not OpusHead.');
    return asIs(plainOpusHead(audio.numberOfChannels, gapless?.startFrames ?? 0));
  }
  if ((codec === 'flac' || codec === 'vorbis') && !description) throw new MuxerError(`${codec} without its description.`);
  return asIs();
}

class Av1Form implements SampleForm {
  description: Uint8Array | null;
  isReady: boolean;

  constructor(readonly codec: string, description: Uint8Array | null) {
    this.description = description?.[0] === 0x81 ? description : av1Configuration(codec, null);
    if (!this.description) throw new MuxerError(`${codec}, which is no codec string of AV1.`);
    this.isReady = this.description === description;
  }

  convert(data: Uint8Array, isKey: boolean): Uint8Array {
    const unit = withoutTemporalDelimiter(data);
    if (!this.isReady) this.description = av1Configuration(this.codec, isKey ? unit : null);
    this.isReady = true;
    return unit;
  }
}

/** NAL units that are only known beside the samples, by type: access unit delimiters, which say nothing here, and parameter sets. */
const nalUnitTypes = {
  avc: { typeOf: (unit: Uint8Array) => unit[0] & 31, delimiter: 9, parameterSets: [7, 8, 13] },
  hevc: { typeOf: (unit: Uint8Array) => (unit[0] >> 1) & 63, delimiter: 35, parameterSets: [32, 33, 34] },
};

/** H.264 and H.265 in the byte stream format: start codes become lengths, the first parameter sets the description. */
class ByteStreamForm implements SampleForm {
  description: Uint8Array | null = null;
  #sets: readonly Uint8Array[] = [];

  constructor(readonly codec: string, readonly isHevc: boolean) {}

  get isReady(): boolean {
    return this.description !== null;
  }

  convert(data: Uint8Array): Uint8Array {
    const { typeOf, delimiter, parameterSets } = this.isHevc ? nalUnitTypes.hevc : nalUnitTypes.avc;
    const units = splitByteStream(data);
    const isSet = (unit: Uint8Array) => parameterSets.includes(typeOf(unit));
    if (!this.description) {
      this.description = this.isHevc ? hevcConfiguration(units) : avcConfiguration(units);
      if (!this.description) throw new MuxerError(`${this.codec} without a description, whose first sample does not begin with parameter sets.`);
      this.#sets = units.filter(isSet);
    }
    return joinWithLengths(units.filter((unit) => typeOf(unit) !== delimiter && !(isSet(unit) && this.#isKnown(unit))));
  }

  /** Whether a parameter set is in the description already. Others may stand in the samples of avc3 and hev1 only (ISO/IEC 14496-15, 5.4.2.1.2). */
  #isKnown(unit: Uint8Array): boolean {
    if (this.#sets.some((set) => set.length === unit.length && set.every((byte, index) => byte === unit[index]))) return true;
    if (this.codec.startsWith('avc3') || this.codec.startsWith('hev1')) return false;
    throw new MuxerError(`${this.codec} whose parameter sets change: only avc3 and hev1 may.`);
  }
}

/** AAC in ADTS frames, one a sample. */
class AdtsForm implements SampleForm {
  description: Uint8Array | null = null;

  get isReady(): boolean {
    return this.description !== null;
  }

  convert(data: Uint8Array): Uint8Array {
    const header = adtsHeader(data, 0);
    if (!header || header.frameBytes !== data.length || header.frameSamples !== 1024) throw new MuxerError('AAC without a description, whose samples are not single ADTS frames.');
    if (!this.description) {
      const [rate, channels] = [aacSampleRates.indexOf(header.sampleRate), aacChannelCounts.indexOf(header.channels)];
      if (channels < 1) throw new MuxerError('AAC in ADTS whose channels a program config element tells.');
      this.description = Uint8Array.of((header.objectType << 3) | (rate >> 1), ((rate & 1) << 7) | (channels << 3));
    }
    return data.subarray(header.headerBytes);
  }
}
