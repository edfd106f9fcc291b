import { ByteWriter } from '../ByteWriter';
import { opusPreSkip } from '../codecs/opus';
import { type SampleForm, sampleFormOf } from '../codecs/SampleForm';
import { Muxer, MuxerError, type MuxerSample, type MuxerTarget, type MuxerTrack } from '../Muxer';
import { ascii, element, float, idOf, signed, unknownSize, unsigned, vintOf, voidElement } from './ebml-writer';
import { Id } from './ids';
import { checkTrackEntry, type DocType, trackEntry } from './track-writer';

const timestampScale = 1_000_000;
/** A cluster ends at the next random access point when it has so much, and anywhere when it has so much: milliseconds. */
const shortestCluster = 1000;
const longestCluster = 5000;
/** Milliseconds of other tracks that are held until a track has told with its first sample what it is. */
const longestWait = 5000;
/** Of three positions. */
const seekHeadBytes = 68;

class OutputTrack {
  readonly form: SampleForm;
  /** Milliseconds of sound before the first to be heard, as the track tells, and what of them is taken from every time. */
  readonly #told: number;
  readonly #shift: number;
  readonly #perMillisecond: number;
  /** Nanoseconds, and whole milliseconds that blocks are later by. */
  codecDelay = 0;
  delay = 0;
  hasAlpha = false;
  isKnown = false;
  /** Of a track whose last sample is cut: the last one so far. */
  held: MuxerSample | null = null;
  last = -Infinity;
  lastDistance = 0;

  constructor(readonly track: MuxerTrack, readonly number: number) {
    this.form = sampleFormOf(track);
    this.#perMillisecond = track.timescale / 1000;
    this.#told = this.#milliseconds(track.gapless?.startFrames ?? 0);
    this.#shift = track.gapless?.isBeforeZero ? 0 : this.#told;
  }

  #milliseconds(frames: number): number {
    return (frames * 1000) / (this.track.description.audio?.sampleRate || 1000);
  }

  /** What of the last sample is not to be heard, besides what that says. */
  get endPadding(): number {
    return this.#milliseconds(this.track.gapless?.endFrames ?? 0);
  }

  /** What the first sample tells. */
  begin({ timestamp, alpha }: MuxerSample): void {
    if (this.isKnown) return;
    this.isKnown = true;
    this.hasAlpha = Boolean(alpha);
    const { type, description: { codec } } = this.track;
    if (type !== 'audio') return;
    const delay = codec === 'opus' ? (opusPreSkip(this.form.description!) * 1000) / 48_000 : Math.max(this.#told, -timestamp / this.#perMillisecond);
    this.codecDelay = Math.max(0, Math.round(delay * timestampScale));
    this.delay = Math.round(delay);
  }

  /** Of a block. */
  timeOf(timestamp: number): number {
    return Math.round(timestamp / this.#perMillisecond - this.#shift) + this.delay;
  }

  ticks(time: number): number {
    return time / this.#perMillisecond;
  }
}

/**
 * WebM and Matroska, in milliseconds (RFC 9559). Where the target can't seek, the sizes of the Segment and of Clusters are unknown, and there are no Duration and no Cues. The header
 * waits for the first sample of each track, five seconds at most.
 */
export class WebmMuxer extends Muxer {
  #outputs: OutputTrack[] = [];
  /** Samples before the header is written. */
  #waiting: { readonly output: OutputTrack; readonly sample: MuxerSample }[] | null = [];
  #main!: OutputTrack;
  #segmentBegin = 0;
  #positions = { info: 0, tracks: 0 };
  #durationOffset = 0;
  #cluster: { readonly begin: number; readonly contentBegin: number; readonly time: number } | null = null;
  #cues: { readonly time: number; readonly position: number }[] = [];
  /** Milliseconds. */
  #end = 0;

  constructor(target?: MuxerTarget, readonly docType: DocType = 'webm') {
    super(target);
  }

  protected checkTrack(track: MuxerTrack): void {
    checkTrackEntry(track, this.docType);
    this.#outputs.push(new OutputTrack(track, this.tracks.length + 1));
  }

  protected writeStart(): void {
    this.#main = this.#outputs.find(({ track: { type } }) => type === 'video') ?? this.#outputs[0];
  }

  protected writeSample(track: number, sample: MuxerSample): void {
    const output = this.#outputs[track];
    const converted = { ...sample, data: output.form.convert(sample.data, sample.isKey) };
    output.begin(sample);
    if (!this.#waiting) return this.#sample(output, converted);
    this.#waiting.push({ output, sample: converted });
    const [first] = this.#waiting;
    const waited = output.ticks(sample.timestamp) - first.output.ticks(first.sample.timestamp);
    if (this.#outputs.every(({ isKnown }) => isKnown) || (waited > longestWait && this.#outputs.every(({ isKnown, form }) => isKnown || form.isReady || form.description))) this.#begin();
  }

  /** The header, and what waits for it. */
  #begin(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    this.#writeHeader();
    for (const { output, sample } of waiting) this.#sample(output, sample);
  }

  #writeHeader(): void {
    this.emit(element(Id.EBML, unsigned(Id.EBMLVersion, 1), unsigned(Id.EBMLReadVersion, 1), unsigned(Id.EBMLMaxIDLength, 4), unsigned(Id.EBMLMaxSizeLength, 8),
      ascii(Id.DocType, this.docType), unsigned(Id.DocTypeVersion, 4), unsigned(Id.DocTypeReadVersion, 2)));
    this.emit(idOf(Id.Segment));
    this.emit(unknownSize);
    this.#segmentBegin = this.position;
    const { canSeek } = this.target;
    if (canSeek) this.emit(voidElement(Id.Void, seekHeadBytes));
    this.#positions.info = this.position - this.#segmentBegin;
    const app = 'mediant';
    // The duration is the last field.
    const info = element(Id.Info, unsigned(Id.TimestampScale, timestampScale), ascii(Id.MuxingApp, app), ascii(Id.WritingApp, app), ...(canSeek ? [float(Id.Duration, 0)] : []));
    this.#durationOffset = this.position + info.length - 8;
    this.emit(info);
    this.#positions.tracks = this.position - this.#segmentBegin;
    const known = this.#outputs.filter(({ form }) => form.isReady || form.description);
    if (known.length === 0) throw new MuxerError('WebM: no sample tells what its track is.');
    this.emit(element(Id.Tracks, ...known.map((output) => trackEntry(output.track, output.number, output.form, this.docType, output))));
  }

  #sample(output: OutputTrack, sample: MuxerSample): void {
    if (output.endPadding === 0) return this.#block(output, sample, 0);
    if (output.held) this.#block(output, output.held, 0);
    output.held = sample;
  }

  /** @param endPadding milliseconds to leave out at its end, besides what the sample says */
  #block(output: OutputTrack, { timestamp, isKey, data, duration, trim, alpha }: MuxerSample, endPadding: number): void {
    const time = output.timeOf(timestamp);
    const cluster = this.#clusterFor(output, time, isKey);
    const position = this.#cluster!.begin - this.#segmentBegin;
    if (output === this.#main && isKey && this.#cues.at(-1)?.position !== position) this.#cues.push({ time, position }); // One of each cluster.
    const padding = output.ticks(trim?.end ?? 0) + endPadding;
    const isGroup = padding > 0 || alpha;
    const flags = isKey && !isGroup ? 0x80 : 0;
    const header = new ByteWriter(16).bytes(vintOf(output.number)).u16((time - cluster) & 0xffff).u8(flags).finish();
    if (isGroup) {
      this.emit(element(Id.BlockGroup, element(Id.Block, header, data),
        ...(alpha ? [element(Id.BlockAdditions, element(Id.BlockMore, unsigned(Id.BlockAddID, 1), element(Id.BlockAdditional, alpha)))] : []),
        // Any block that it refers to makes it one that is no random access point.
        ...(isKey ? [] : [signed(Id.ReferenceBlock, Number.isFinite(output.last) && output.last !== time ? output.last - time : -1)]),
        ...(padding > 0 ? [signed(Id.DiscardPadding, Math.round(padding * timestampScale))] : [])));
    } else {
      this.emit(new ByteWriter(16).bytes(idOf(Id.SimpleBlock)).bytes(vintOf(header.length + data.length)).bytes(header).finish());
      this.emit(data);
    }
    if (time > output.last && Number.isFinite(output.last)) output.lastDistance = time - output.last;
    output.last = time;
    this.#end = Math.max(this.#end, time - output.delay + (duration ? output.ticks(duration) : output.lastDistance) - padding);
  }

  /** The time of the cluster that a block belongs into, which may be another one from here on. */
  #clusterFor(output: OutputTrack, time: number, isKey: boolean): number {
    const elapsed = this.#cluster ? time - this.#cluster.time : 0;
    const isMainKey = output === this.#main && isKey;
    if (this.#cluster && !(isMainKey && elapsed >= shortestCluster) && elapsed < longestCluster && elapsed > -0x8000) return this.#cluster.time;
    this.#endCluster();
    // Times below 0 are only told from a cluster's own on.
    const begin = Math.max(0, time);
    if (time - begin < -0x8000) throw new MuxerError(`WebM: a frame at ${time} ms.`);
    const position = this.position;
    this.emit(idOf(Id.Cluster));
    this.emit(unknownSize);
    this.#cluster = { begin: position, contentBegin: this.position, time: begin };
    this.emit(unsigned(Id.Timestamp, begin));
    return begin;
  }

  #endCluster(): void {
    if (this.#cluster && this.target.canSeek) this.emitAt(this.#cluster.begin + 4, vintOf(this.position - this.#cluster.contentBegin, 8));
  }

  protected writeEnd(): void {
    if (this.#waiting) this.#begin();
    for (const output of this.#outputs) if (output.held) this.#block(output, output.held, output.endPadding);
    if (!this.target.canSeek) return;
    this.#endCluster();
    const cues = this.position - this.#segmentBegin;
    const { number } = this.#main;
    if (this.#cues.length > 0) {
      this.emit(element(Id.Cues, ...this.#cues.map(({ time, position }) => element(Id.CuePoint, unsigned(Id.CueTime, time),
        element(Id.CueTrackPositions, unsigned(Id.CueTrack, number), unsigned(Id.CueClusterPosition, position))))));
    }
    this.emitAt(this.#segmentBegin - 8, vintOf(this.position - this.#segmentBegin, 8));
    this.emitAt(this.#durationOffset, new ByteWriter(8).f64(this.#end).finish());
    this.#writeSeekHead([[Id.Info, this.#positions.info], [Id.Tracks, this.#positions.tracks], ...(this.#cues.length > 0 ? [[Id.Cues, cues] as const] : [])]);
  }

  #writeSeekHead(positions: readonly (readonly [id: number, position: number])[]): void {
    const head = element(Id.SeekHead, ...positions.map(([id, position]) => element(Id.Seek, element(Id.SeekID, idOf(id)), element(Id.SeekPosition, new ByteWriter(8).u64(position).finish()))));
    this.emitAt(this.#segmentBegin, head);
    if (head.length < seekHeadBytes) this.emitAt(this.#segmentBegin + head.length, voidElement(Id.Void, seekHeadBytes - head.length));
  }
}
