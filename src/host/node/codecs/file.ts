/** Whole files: Mediant's own demuxers, which tell what of a recording is to be heard, and whatever decoders there are. */
import { createDemuxer } from '../../../container/demuxers';
import type { Demuxer } from '../../../container/Demuxer';
import { isMalformed, type Malformed } from '../../../container/malformed';
import type { DemuxerOutput, InitSegmentOutput, Sample } from '../../../container/outputs';
import type { Container } from '../../../container/sniff';
import type { SampleDescription, Track } from '../../../container/tracks';
import type { DecodedPacket, PacketDecoder } from '../../../decoders/PacketDecoder';
import { copySamples } from '../../../webcodecs/samples';
import { containerNames } from './container-names';
import { CodecFailure } from './failure';
import { checkLimits } from './limits';
import type { AudioDescription } from './messages';
import { PcmCollector, type Pcm } from './pcm';

/** Decoders of audio tracks. */
export interface TrackDecoders {
  /** The name of a track's codec, for people; null where none of these decodes it. */
  nameOf(description: SampleDescription): string | null;
  /** For a description that `nameOf` has a name for. */
  open(description: SampleDescription): Promise<PacketDecoder | Malformed>;
}

/** The file has audio of codecs that none of the decoders decodes. */
export class NoDecoder extends CodecFailure {
  constructor(container: string, codec: string) {
    super('encoding', `The ${container} file holds audio of a codec that can't be decoded (${codec}).`);
  }
}

/** Of the file at once, between signs of life. */
const pieceBytes = 65_536;

function* outputsOf(container: Container, bytes: Uint8Array): Generator<DemuxerOutput> {
  const demuxer: Demuxer = createDemuxer(container, { canSeek: true, size: bytes.length })!;
  for (;;) {
    for (let output = demuxer.read(); output; output = demuxer.read()) {
      if (output.type === 'error') throw new CodecFailure('encoding', `The ${containerNames[container]} file is damaged: ${output.message.replace(/^\S+: /, '')}.`);
      yield output;
      if (output.type === 'end') return;
    }
    const { begin } = demuxer.wanted;
    const piece = bytes.subarray(begin, begin + pieceBytes);
    if (piece.length > 0) demuxer.push(piece);
    else demuxer.end();
  }
}

interface Chosen {
  readonly track: Track;
  readonly codec: string;
}

/** The first audio track that can be decoded; one that is not there by default only where there is no other. */
function choose({ tracks }: InitSegmentOutput, decoders: TrackDecoders): Chosen | null {
  const audio = tracks.filter(({ type }) => type === 'audio');
  for (const track of [...audio.filter(({ isDefault }) => isDefault), ...audio]) {
    const [description] = track.descriptions;
    const codec = description.encryption === null ? decoders.nameOf(description) : null;
    if (codec !== null) return { track, codec };
  }
  return null;
}

/** Why nothing was chosen. */
function unheard({ tracks }: InitSegmentOutput, container: Container): CodecFailure {
  const name = containerNames[container];
  const [description] = tracks.find(({ type }) => type === 'audio')?.descriptions ?? [];
  if (!description) return new CodecFailure('encoding', `The ${name} file has no audio track.`);
  if (description.encryption) return new CodecFailure('encoding', `The ${name} file's audio is encrypted.`);
  return new NoDecoder(name, description.codec || description.format);
}

/** Decodes a file of any container, trimmed of what its encoder added. @throws CodecFailure */
export async function decodeTrack(bytes: Uint8Array, container: Container, decoders: TrackDecoders, progress: () => void): Promise<Pcm> {
  let recording: Recording | null = null;
  try {
    for (const output of outputsOf(container, bytes)) {
      if (output.type === 'init-segment') {
        const chosen = choose(output, decoders);
        if (!chosen && !recording) throw unheard(output, container);
        // A link of a chain that can't go on ends the recording.
        if (!chosen) break;
        recording ??= new Recording(container, chosen.track, decoders);
        if (!(await recording.begin(chosen))) break;
      } else if (output.type === 'sample' && recording!.has(output)) {
        if (recording!.needs(output) && !(await recording!.change(output))) break;
        if (!recording!.take(output)) break;
        progress();
      }
    }
    if (!recording) throw new CodecFailure('encoding', `The ${containerNames[container]} file holds no audio that can be decoded.`);
    return recording.finish();
  } finally {
    recording?.free();
  }
}

/** What a file is, without decoding it. @throws CodecFailure */
export function probeTrack(bytes: Uint8Array, container: Container, decoders: TrackDecoders): AudioDescription {
  let description: AudioDescription | null = null;
  let chosen: Chosen | null = null;
  let [begin, end] = [Infinity, -Infinity];
  for (const output of outputsOf(container, bytes)) {
    if (output.type === 'init-segment') {
      if (description) break;
      chosen = choose(output, decoders);
      const audio = chosen?.track.descriptions[0].audio;
      if (!chosen || !audio) throw unheard(output, container);
      checkLimits(audio.sampleRate, audio.numberOfChannels);
      const { duration, timescale } = chosen.track;
      const seconds = duration ? duration / timescale - unheardSeconds(chosen.track) : output.duration;
      description = { container: containerNames[container], codec: chosen.codec, sampleRate: audio.sampleRate, channels: audio.numberOfChannels, durationSeconds: seconds || NaN };
      if (seconds) break;
    } else if (output.type === 'sample' && output.trackId === chosen?.track.id) {
      begin = Math.min(begin, output.timestamp);
      end = Math.max(end, output.timestamp + (output.duration ?? 0));
    }
  }
  if (!description) throw new CodecFailure('encoding', `The ${containerNames[container]} file describes no track.`);
  return end > begin ? { ...description, durationSeconds: (end - begin) / chosen!.track.timescale } : description;
}

/** What times of a track count, but nobody hears. */
function unheardSeconds({ gapless, descriptions: [{ audio }] }: Track): number {
  return gapless && !gapless.isBeforeZero && audio ? (gapless.startFrames + gapless.endFrames) / audio.sampleRate : 0;
}

/** Decodes the samples of one track and keeps what is to be heard. */
class Recording {
  readonly #name: string;
  #decoder: PacketDecoder | null = null;
  #pcm: PcmCollector | null = null;
  #track: Track;
  #descriptionIndex = 0;
  /** The first packet that could not be decoded; forgiven when it is the last. */
  #failure: CodecFailure | null = null;
  /** Frames at the end that are not to be heard, and those that are not where nothing follows. */
  #unheard = 0;
  #unheardAtEnd = 0;
  /** A packet had nothing to be heard of its own. */
  #hasPreparation = false;

  constructor(readonly container: Container, readonly first: Track, readonly decoders: TrackDecoders) {
    this.#name = containerNames[container];
    this.#track = first;
  }

  /** A decoder for a track. False where it can't be, and does not go on with what has been decoded. */
  begin({ track }: Chosen): Promise<boolean> {
    this.#track = track;
    return this.#open(0);
  }

  has({ trackId }: Sample): boolean {
    return trackId === this.#track.id;
  }

  /** Whether a sample is for another decoder than the last one. */
  needs({ descriptionIndex }: Sample): boolean {
    return descriptionIndex !== this.#descriptionIndex;
  }

  async change({ descriptionIndex }: Sample): Promise<boolean> {
    const description = this.#track.descriptions[descriptionIndex];
    return description.encryption === null && this.decoders.nameOf(description) !== null && this.#open(descriptionIndex);
  }

  async #open(descriptionIndex: number): Promise<boolean> {
    const description = this.#track.descriptions[descriptionIndex];
    const opened = await this.decoders.open(description);
    if (isMalformed(opened)) {
      if (this.#pcm) return false;
      throw new CodecFailure('encoding', `The ${this.decoders.nameOf(description)} header of the ${this.#name} file is damaged: ${opened.malformed}.`);
    }
    this.#drain();
    this.free();
    this.#decoder = opened;
    this.#descriptionIndex = descriptionIndex;
    return true;
  }

  /** False where the recording has ended. */
  take({ data, offset, trim, duration }: Sample): boolean {
    if (this.#failure) throw this.#failure;
    const decoded = this.#decoder!.decode(data);
    if (decoded === null) {
      this.#hasPreparation ||= this.#pcm === null;
      return true;
    }
    if (isMalformed(decoded)) {
      this.#failure = new CodecFailure('encoding', `The ${this.#decoder!.name} data at byte ${offset} of the ${this.#name} file can't be decoded: ${decoded.malformed}.`);
      return true;
    }
    const { sampleRate, numberOfFrames } = decoded;
    const frames = (ticks: number) => Math.round((ticks * sampleRate) / this.#track.timescale);
    if (!this.#append(decoded, Math.min(numberOfFrames, frames(trim?.start ?? 0)))) return false;
    // In MP4 the sample table tells where the last packet's sound ends.
    const lacking = this.container === 'mp4' && duration !== null ? Math.max(0, numberOfFrames - frames(duration)) : 0;
    const cut = frames(trim?.end ?? 0);
    this.#unheard = cut > 0 ? lacking + cut : 0;
    this.#unheardAtEnd = lacking + cut;
    return true;
  }

  /** A stream that changes its rate or channels in the middle ends there, as it does in browsers: false. */
  #append(decoded: DecodedPacket, start: number): boolean {
    const { sampleRate, numberOfChannels, numberOfFrames } = decoded;
    if (!this.#pcm) checkLimits(sampleRate, numberOfChannels);
    const pcm = (this.#pcm ??= new PcmCollector(sampleRate, numberOfChannels));
    if (pcm.sampleRate !== sampleRate || pcm.channels !== numberOfChannels) return false;
    pcm.dropLast(this.#unheard);
    this.#unheard = this.#unheardAtEnd = 0;
    if (start === numberOfFrames) return true;
    const planes = { ...decoded, timestamp: 0 };
    pcm.append(numberOfFrames - start, (channel, target, first) => {
      copySamples(planes, new Uint8Array(target.buffer, target.byteOffset, target.byteLength), 'f32-planar', channel, start + first, target.length);
    });
    return true;
  }

  /** What a decoder holds back belongs to the packets before. */
  #drain(): void {
    const rest = this.#decoder?.drain() ?? null;
    if (!rest || !this.#pcm) return;
    const [unheard, unheardAtEnd] = [this.#unheard, this.#unheardAtEnd];
    this.#unheard = 0;
    if (this.#append(rest, 0)) [this.#unheard, this.#unheardAtEnd] = [unheard, unheardAtEnd];
  }

  free(): void {
    this.#decoder?.free();
    this.#decoder = null;
  }

  finish(): Pcm {
    this.#drain();
    const pcm = this.#pcm;
    if (!pcm) throw this.#failure ?? new CodecFailure('encoding', `The ${this.#name} file holds no audio that can be decoded.`);
    pcm.dropLast(this.#unheardAtEnd);
    const { startFrames: delay, endFrames } = this.first.gapless ?? { startFrames: 0, endFrames: 0 };
    // What WebM tells of Vorbis is the first block, which a decoder does not give.
    const startFrames = this.#hasPreparation ? 0 : delay;
    const end = pcm.frames - endFrames;
    if (startFrames >= end) throw new CodecFailure('encoding', `The ${this.#name} file presents none of its audio.`);
    return pcm.finish(startFrames, end);
  }
}
