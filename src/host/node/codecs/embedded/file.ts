/** Whole files by Mediant's own demuxers and decoders. */
import { createDemuxer } from '../../../../container/demuxers';
import type { Demuxer } from '../../../../container/Demuxer';
import { isMalformed } from '../../../../container/malformed';
import type { DemuxerOutput, InitSegmentOutput, Sample } from '../../../../container/outputs';
import type { Container } from '../../../../container/sniff';
import type { Track } from '../../../../container/tracks';
import type { DecodedPacket, PacketDecoder } from '../../../../decoders/PacketDecoder';
import { parseAudioCodec } from '../../../../webcodecs/codec-strings/parse';
import { samplesAsFloats } from '../../../../webcodecs/samples';
import { containerNames } from '../container-names';
import { CodecFailure } from '../failure';
import { checkLimits } from '../limits';
import type { AudioDescription } from '../messages';
import { PcmCollector, type Pcm } from '../pcm';
import { isEmbeddedCodec, loadPacketDecoders } from './index';

/** Of the file at once, between signs of life. */
const pieceBytes = 65_536;

function* outputsOf(demuxer: Demuxer, bytes: Uint8Array): Generator<DemuxerOutput> {
  for (;;) {
    for (let output = demuxer.read(); output; output = demuxer.read()) {
      yield output;
      if (output.type === 'end' || output.type === 'error') return;
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

/** The first audio track of a codec that there is a decoder for. */
function choose({ tracks }: InitSegmentOutput): Chosen | null {
  for (const track of tracks) {
    const codec = track.type === 'audio' ? parseAudioCodec(track.descriptions[0].codec)?.name ?? '' : '';
    if (isEmbeddedCodec(codec) && track.descriptions[0].encryption === null) return { track, codec };
  }
  return null;
}

const damaged = (container: Container, message: string): CodecFailure =>
  new CodecFailure('encoding', `The ${containerNames[container]} file is damaged: ${message.replace(/^\w+: /, '')}.`);

/** Null where none of the file's tracks can be decoded without a backend. */
export async function decodeEmbedded(bytes: Uint8Array, container: Container, progress: () => void): Promise<Pcm | null> {
  const demuxer = createDemuxer(container, { canSeek: true, size: bytes.length });
  if (!demuxer) return null;
  let recording: Recording | null = null;
  try {
    for (const output of outputsOf(demuxer, bytes)) {
      if (output.type === 'init-segment') {
        const chosen = choose(output);
        if (!chosen && !recording) return null;
        // A link of a chain that can't go on ends the recording.
        if (!chosen) break;
        recording ??= new Recording(containerNames[container], chosen.track);
        if (!(await recording.begin(chosen))) break;
      } else if (output.type === 'sample') {
        if (!recording!.take(output)) break;
        progress();
      } else if (output.type === 'error') {
        throw damaged(container, output.message);
      }
    }
    return recording?.finish() ?? null;
  } finally {
    recording?.free();
  }
}

/** What a file is, from its headers; null as above. */
export function probeEmbedded(bytes: Uint8Array, container: Container): AudioDescription | null {
  const demuxer = createDemuxer(container, { canSeek: true, size: bytes.length });
  if (!demuxer) return null;
  for (const output of outputsOf(demuxer, bytes)) {
    if (output.type === 'error') throw damaged(container, output.message);
    if (output.type !== 'init-segment') continue;
    const chosen = choose(output);
    const audio = chosen?.track.descriptions[0].audio;
    if (!chosen || !audio) return null;
    checkLimits(audio.sampleRate, audio.numberOfChannels);
    const { duration, timescale } = chosen.track;
    const seconds = duration === null ? output.duration : duration / timescale;
    return { container: containerNames[container], codec: chosen.codec, sampleRate: audio.sampleRate, channels: audio.numberOfChannels, durationSeconds: seconds ?? NaN };
  }
  return null;
}

/** Decodes the samples of one track and keeps what is to be heard. */
class Recording {
  #decoder: PacketDecoder | null = null;
  #pcm: PcmCollector | null = null;
  #track: Track;
  /** The first packet that could not be decoded; forgiven when it is the last. */
  #failure: CodecFailure | null = null;

  /** A packet had nothing to be heard of its own. */
  #hasPreparation = false;

  constructor(readonly container: string, readonly first: Track) {
    this.#track = first;
  }

  /** A decoder for a track. False where it can't be, and does not go on with what has been decoded. */
  async begin({ track, codec }: Chosen): Promise<boolean> {
    const { openPacketDecoder } = await loadPacketDecoders();
    const [{ description, audio }] = track.descriptions;
    const opened = await openPacketDecoder(codec, { description, numberOfChannels: audio?.numberOfChannels || 2 });
    if (isMalformed(opened)) {
      if (this.#pcm) return false;
      throw new CodecFailure('encoding', `The ${codec} header of the ${this.container} file is damaged: ${opened.malformed}.`);
    }
    this.free();
    this.#track = track;
    this.#decoder = opened.decoder;
    return true;
  }

  /** False where the recording has ended. */
  take({ trackId, data, offset, trim, duration }: Sample): boolean {
    if (trackId !== this.#track.id) return true;
    if (this.#failure) throw this.#failure;
    const decoded = this.#decoder!.decode(data);
    if (decoded === null) {
      this.#hasPreparation = true;
      return true;
    }
    if (isMalformed(decoded)) {
      this.#failure = new CodecFailure('encoding', `The ${this.#decoder!.name} data at byte ${offset} of the ${this.container} file can't be decoded: ${decoded.malformed}.`);
      return true;
    }
    const { sampleRate, numberOfChannels, numberOfFrames } = decoded;
    if (!this.#pcm) checkLimits(sampleRate, numberOfChannels);
    this.#pcm ??= new PcmCollector(sampleRate, numberOfChannels);
    if (this.#pcm.sampleRate !== sampleRate || this.#pcm.channels !== numberOfChannels) return false;
    const frames = (ticks: number) => Math.round((ticks * sampleRate) / this.#track.timescale);
    const start = Math.min(numberOfFrames, frames(trim?.start ?? 0));
    // In MP4 the sample table tells where the last packet's sound ends.
    const length = this.container === 'MP4' && duration !== null ? Math.min(numberOfFrames, frames(duration)) : numberOfFrames;
    this.#append(this.#pcm, decoded, start, Math.max(start, length - frames(trim?.end ?? 0)));
    return true;
  }

  #append(pcm: PcmCollector, decoded: DecodedPacket, start: number, end: number): void {
    const channels = Array.from({ length: pcm.channels }, (_, channel) => samplesAsFloats(decoded, channel));
    pcm.append(end - start, (channel, target, first) => target.set(channels[channel].subarray(start + first, start + first + target.length)));
  }

  free(): void {
    this.#decoder?.free();
  }

  finish(): Pcm {
    const pcm = this.#pcm;
    if (!pcm) throw this.#failure ?? new CodecFailure('encoding', `The ${this.container} file holds no audio that can be decoded.`);
    const { startFrames: delay, endFrames } = this.first.gapless ?? { startFrames: 0, endFrames: 0 };
    // What WebM tells of Vorbis is the first block, which a decoder does not give.
    const startFrames = this.#hasPreparation ? 0 : delay;
    const end = pcm.frames - endFrames;
    if (startFrames >= end) throw new CodecFailure('encoding', `The ${this.container} file presents none of its audio.`);
    return pcm.finish(startFrames, end);
  }
}
