import { MuxerError } from '../../container/Muxer';
import type { MuxerFormat } from '../../container/muxers';
import type { InitSegmentOutput, Sample } from '../../container/outputs';
import type { Track } from '../../container/tracks';
import { Failure } from '../Command';
import type { MediaFile } from '../MediaFile';
import { AudioTranscoder } from './AudioTranscoder';
import type { AudioSettings } from './AudioTranscoder';
import { CopiedTrack } from './CopiedTrack';
import { Interleaver } from './Interleaver';
import type { OutputTrack } from './Interleaver';
import type { Output } from './OutputFile';
import { planTracks } from './plan';
import type { CodecChoices, EncodedKinds, TrackPlan } from './plan';
import { nameOf } from './TrackConverter';
import type { ConverterInit, TrackConverter } from './TrackConverter';
import { VideoTranscoder } from './VideoTranscoder';
import type { VideoSettings } from './VideoTranscoder';

export interface ConversionOptions {
  readonly format: MuxerFormat;
  readonly choices: CodecChoices;
  readonly encoded: EncodedKinds;
  readonly video: Omit<VideoSettings, 'codec' | 'isUpright'>;
  readonly audio: Omit<AudioSettings, 'codec'>;
  /** Seconds. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly signal: AbortSignal;
  /** Told now and then, in seconds of the output; `total` is null where unknown. */
  progress(done: number, total: number | null): void;
}

/** What was done. Times in seconds. */
export interface Conversion {
  /** Of the input, where the output begins: with video that is copied, a key frame. */
  readonly from: number;
  readonly duration: number;
  readonly tracks: readonly { readonly id: number; readonly type: Track['type']; readonly from: string; readonly to: string; readonly isCopy: boolean; readonly samples: number; readonly bytes: number }[];
  /** What the output lacks of the input: `video 1: its alpha channel is lost, …`. */
  readonly notes: readonly string[];
}

/** Samples before which all tracks should have begun. */
const mostAhead = 2000;

interface ActiveTrack {
  readonly plan: TrackPlan;
  readonly output: CountedTrack;
  readonly converter: TrackConverter;
  /** A picture has an alpha channel. */
  seeAlpha(): void;
}

/** Reads a file to its end, or that of the range, and writes what becomes of it. @throws Failure */
export async function convert(input: MediaFile, output: Output, options: ConversionOptions): Promise<Conversion> {
  const init = await firstInitSegment(input);
  const plans = planTracks(init.tracks, options.format, options.choices, options.encoded);
  const { range, isFromStart, ahead } = await beginning(input, plans, options);
  const muxer = options.format.make({ canSeek: output.canSeek });
  const interleaver = new Interleaver(muxer, plans.length);
  const tracks = new Map<number, ActiveTrack>();
  const notes = new Set<string>();
  const total = totalSeconds(init, plans, range);
  const drain = async () => {
    interleaver.advance();
    for (let piece = muxer.read(); piece; piece = muxer.read()) await output.write(piece);
    options.progress(interleaver.seconds, total);
  };
  try {
    plans.forEach((plan, index) => {
      const counted = new CountedTrack(interleaver.track(index));
      const note = (lost: string) => { notes.add(`${nameOf(plan.track)}: ${lost}`); };
      const picture = pictureLosses(plan, options.format);
      if (picture.orientation) note(picture.orientation);
      const converter = makeConverter(plan, counted, { track: plan.track, range, isFromStart, note }, options);
      tracks.set(plan.track.id, { plan, output: counted, converter, seeAlpha: () => { if (picture.alpha) note(picture.alpha); } });
    });
    for (const sample of ahead) await write(tracks, sample, range);
    await readAll(input, tracks, range, options.signal, drain);
    for (const track of tracks.values()) {
      await attempt(track, () => track.converter.finish(), null);
      await drain();
    }
    interleaver.finish();
    await drain();
  } catch (error) {
    if (error instanceof MuxerError) throw new Failure(error.message.replace(/\.$/, ''));
    throw error;
  } finally {
    for (const { converter } of tracks.values()) converter.close();
  }
  return {
    from: range.begin,
    duration: Math.max(0, ...[...tracks.values()].map(({ output: { endSeconds } }) => endSeconds)),
    tracks: [...tracks.values()].map(({ plan: { track, encodeAs }, output: { codec, samples, bytes } }) => {
      return { id: track.id, type: track.type, from: track.descriptions[0].codec, to: codec, isCopy: encodeAs === null, samples, bytes };
    }),
    notes: [...notes],
  };
}

async function firstInitSegment(input: MediaFile): Promise<InitSegmentOutput> {
  for (;;) {
    const output = await input.read();
    if (output.type === 'init-segment') return output;
    if (output.type === 'error') throw new Failure(output.message);
    if (output.type === 'end') throw new Failure(`${input.name} has no tracks`);
  }
}

interface Beginning {
  readonly range: ConverterInit['range'];
  readonly isFromStart: boolean;
  /** Samples that were read to find it. */
  readonly ahead: readonly Sample[];
}

/** Which time of the input is 0 in the output, and the samples up to the one that told it. */
async function beginning(input: MediaFile, plans: readonly TrackPlan[], { from, to = Infinity }: ConversionOptions): Promise<Beginning> {
  // The times of streams begin anywhere.
  const ahead = input.container === 'mpegts' ? await upToAllTracks(input, plans) : [];
  const start = ahead.length > 0 ? Math.min(...ahead.map((sample) => secondsOf(sample, plans))) : 0;
  const end = start + to;
  if (from === undefined) return { range: { begin: start, end }, isFromStart: true, ahead };
  const copied = plans.find(({ track, encodeAs }) => track.type === 'video' && encodeAs === null)?.track;
  const preroll = copied ? 0 : Math.max(0, ...plans.map(({ track: { descriptions: [{ prerollFrames, audio }] } }) => (audio && audio.sampleRate > 0 ? prerollFrames / audio.sampleRate : 0)));
  const hasSought = input.seek(start + Math.max(0, from - preroll));
  const read = hasSought ? [] : ahead;
  if (!copied) return { range: { begin: start + from, end }, isFromStart: false, ahead: read };
  const found = await upToKey(input, plans, copied, hasSought ? -Infinity : start + from, read);
  return { range: { begin: found.seconds ?? start + from, end }, isFromStart: false, ahead: found.ahead };
}

const secondsOf = ({ trackId, timestamp }: Sample, plans: readonly TrackPlan[]): number => timestamp / plans.find(({ track: { id } }) => id === trackId)!.track.timescale;

/** The next sample of the tracks that are converted; null at the end. */
async function nextSample(input: MediaFile, plans: readonly TrackPlan[]): Promise<Sample | null> {
  for (;;) {
    const output = await input.read();
    if (output.type === 'error') throw new Failure(output.message);
    if (output.type === 'end') return null;
    if (output.type === 'sample' && plans.some(({ track: { id } }) => id === output.trackId)) return output;
  }
}

async function upToAllTracks(input: MediaFile, plans: readonly TrackPlan[]): Promise<Sample[]> {
  const samples: Sample[] = [];
  const begun = new Set<number>();
  while (begun.size < plans.length && samples.length < mostAhead) {
    const sample = await nextSample(input, plans);
    if (sample === null) break;
    samples.push(sample);
    begun.add(sample.trackId);
  }
  return samples;
}

/** The first key frame of a track at a time or behind, and what is to be converted of the samples up to it. */
async function upToKey(input: MediaFile, plans: readonly TrackPlan[], { id }: Track, least: number, read: readonly Sample[]): Promise<{ seconds: number | null; ahead: Sample[] }> {
  const ahead: Sample[] = [];
  const waiting = [...read];
  for (;;) {
    const sample = waiting.shift() ?? (await nextSample(input, plans));
    if (sample === null) return { seconds: null, ahead };
    const seconds = secondsOf(sample, plans);
    if (seconds < least) continue;
    ahead.push(sample);
    if (sample.trackId === id && sample.isKey) return { seconds, ahead: [...ahead, ...waiting] };
    if (ahead.length > mostAhead) ahead.shift();
  }
}

function makeConverter({ track, encodeAs }: TrackPlan, output: OutputTrack, init: ConverterInit, { format, video, audio }: ConversionOptions): TrackConverter {
  if (encodeAs === null) return new CopiedTrack(init, output);
  if (track.type === 'video') return new VideoTranscoder(init, output, { ...video, codec: encodeAs, isUpright: !format.pictures.orientation });
  return new AudioTranscoder(init, output, { ...audio, codec: encodeAs });
}

/** What is lost of a track's pictures, if they have it. */
function pictureLosses({ track: { descriptions: [{ codec, video }] }, encodeAs }: TrackPlan, { name, pictures }: MuxerFormat): { readonly alpha: string | null; readonly orientation: string | null } {
  const isTurned = encodeAs === null && video !== null && !pictures.orientation && (video.rotation !== 0 || video.isFlipped);
  return {
    alpha: encodeAs !== null ? `its alpha channel is lost, which no encoder here keeps; webm and matroska hold it where ${codec} is copied` : pictures.alpha ? null : `its alpha channel is lost, which ${name} has no place for`,
    orientation: isTurned ? `its orientation is lost (${[video.rotation > 0 && `turned by ${video.rotation}°`, video.isFlipped && 'mirrored'].filter(Boolean).join(', ')}), which ${name} has no place for` : null,
  };
}

/** Seconds of the output; null where the container does not tell. */
function totalSeconds({ duration }: InitSegmentOutput, plans: readonly TrackPlan[], { begin, end }: ConverterInit['range']): number | null {
  const told = plans.map(({ track }) => (track.duration === null ? null : track.duration / track.timescale));
  const whole = duration ?? (told.every((seconds) => seconds !== null) ? Math.max(...told) : null);
  const last = Math.min(whole ?? Infinity, end);
  return last === Infinity ? null : Math.max(0, last - begin);
}

/** Up to the end of the file, or until all tracks are past the end of the range. */
async function readAll(input: MediaFile, tracks: Map<number, ActiveTrack>, range: ConverterInit['range'], signal: AbortSignal, drain: () => Promise<void>): Promise<void> {
  const ended = new Set<number>();
  while (ended.size < tracks.size) {
    signal.throwIfAborted();
    const output = await input.read();
    if (output.type === 'error') throw new Failure(output.message);
    if (output.type === 'end') return;
    if (output.type === 'init-segment') await changeTracks(tracks, output.tracks);
    if (output.type !== 'sample') continue;
    if (await write(tracks, output, range)) await drain();
    else ended.add(output.trackId);
  }
}

/** False where the sample is behind the range, or of no track that is converted. */
async function write(tracks: Map<number, ActiveTrack>, sample: Sample, { end }: ConverterInit['range']): Promise<boolean> {
  const active = tracks.get(sample.trackId);
  if (!active) return true;
  const { plan: { track }, converter } = active;
  if (sample.encryption !== null) throw new Failure(`${nameOf(track)} is encrypted (at byte ${sample.offset})`);
  if (sample.alpha !== null) active.seeAlpha();
  await attempt(active, () => converter.write(sample), sample.offset);
  return sample.decodeTimestamp / track.timescale <= end + 1;
}

/** Another initialization segment: its tracks take the place of those before, by their numbers or, where those are new, by their order. */
async function changeTracks(active: Map<number, ActiveTrack>, tracks: readonly Track[]): Promise<void> {
  const entries = [...active];
  active.clear();
  for (const [id, entry] of entries) {
    const { track } = entry.plan;
    const sameType = tracks.filter(({ type }) => type === track.type);
    const next = tracks.find((candidate) => candidate.id === id) ?? sameType[entries.filter(([, { plan }]) => plan.track.type === track.type).findIndex(([other]) => other === id)];
    if (next && next.timescale !== track.timescale) throw new Failure(`${nameOf(track)} goes on at another timescale`);
    active.set(next?.id ?? id, entry);
    if (next) await attempt(entry, () => entry.converter.change(next.descriptions[0]), null);
  }
}

/** Errors of codecs become failures that name the track and the place. */
async function attempt({ plan: { track, encodeAs } }: ActiveTrack, action: () => Promise<void>, offset: number | null): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    const what = `${nameOf(track)} (${track.descriptions[0].codec}${encodeAs === null ? '' : ` to ${encodeAs}`})`;
    const reason = error.message.replace(/\.$/, '');
    if (error.name === 'NotSupportedError') throw new Failure(`${what}: ${reason}; 'mediant devices --codecs' lists what this machine has`);
    throw new Failure(`${what}: ${reason}${offset === null ? '' : ` (near byte ${offset})`}`);
  }
}

/** Counts what is put into a track. */
class CountedTrack implements OutputTrack {
  readonly #output: OutputTrack;
  #timescale = 1;
  codec = '';
  samples = 0;
  bytes = 0;
  #endSeconds = 0;
  /** Of encoder delay and padding, which times count. */
  #unheardSeconds = 0;

  constructor(output: OutputTrack) {
    this.#output = output;
  }

  get endSeconds(): number {
    return Math.max(0, this.#endSeconds - this.#unheardSeconds);
  }

  get isDescribed(): boolean {
    return this.#output.isDescribed;
  }

  describe(track: Parameters<OutputTrack['describe']>[0]): void {
    this.#timescale = track.timescale;
    const { gapless, description: { audio } } = track;
    if (gapless && audio) this.#unheardSeconds = ((gapless.isBeforeZero ? 0 : gapless.startFrames) + gapless.endFrames) / audio.sampleRate;
    this.codec = track.description.codec;
    this.#output.describe(track);
  }

  put(sample: Parameters<OutputTrack['put']>[0]): void {
    const { timestamp, duration, trim, data } = sample;
    this.samples++;
    this.bytes += data.length;
    this.#endSeconds = Math.max(this.#endSeconds, (timestamp + (duration ?? 0) - (trim?.end ?? 0)) / this.#timescale);
    this.#output.put(sample);
  }

  end(): void {
    this.#output.end();
  }
}
