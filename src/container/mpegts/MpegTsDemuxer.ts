import { bisect, type Place } from '../bisection';
import { Demuxer, type Parsing } from '../Demuxer';
import { fail } from '../failure';
import { limits } from '../limits';
import type { DemuxerOutput } from '../outputs';
import type { AccessUnit } from './access-units';
import { Clock } from './clock';
import { agreeingPackets, nullPid, packetBytes, packetsAgree, parsePacket, strides, syncByte, type TransportPacket } from './packet';
import { parsePesHeader } from './pes';
import { type ElementaryStream, programAssociation, type ProgramMap, programMap, SectionAssembler } from './sections';
import { isSame, Stream, streamTypes, trackOf } from './Stream';

/** Bytes between packets that are passed over at most. */
const mostGarbage = 65536;
/** Bytes of streams that are waited for before the tracks are told without those that have not shown what they are. */
const mostProbedBytes = 4 * 2 ** 20;
/** What all streams together may hold of access units that are not whole. */
const mostHeldBytes = 32 * 2 ** 20;
/** Bytes that are looked through for a random access point at first; twice as many each time that there is none. */
const firstLookBack = 2 ** 18;
const ticks = 90_000;

interface Tables {
  readonly assembler: SectionAssembler;
  continuityCounter: number | null;
}

/**
 * MPEG-2 transport streams (ISO/IEC 13818-1): the streams of H.264, H.265, AAC in ADTS and MPEG audio of all programs. A track's number is its PID. Times
 * are those of the stream, beyond 33 bits where they go on. H.264 and H.265 stay in the form of annex B, with parameter sets inside: what WebCodecs takes
 * without a description.
 */
export class MpegTsDemuxer extends Demuxer {
  protected readonly formatName = 'MPEG-TS';
  #stride = 0;
  readonly #clock = new Clock();
  #tables = new Map<number, Tables>();
  /** Version and sections of the program association that were read. */
  #association = { version: -1, mapPids: new Map<number, number>() };
  #maps = new Map<number, ProgramMap>();
  #streams = new Map<number, Stream>();
  #outputs: DemuxerOutput[] = [];
  /** Access units that wait for the tracks to be told. */
  #waiting: { readonly stream: Stream; readonly unit: AccessUnit }[] = [];
  #waitingSince = 0;
  #areTracksTold = false;
  #isSegmentOpen = false;
  #packetsSeen = 0;
  /** Where some packet begins. */
  #packetAt = 0;
  /** When each stream begins, by PID. */
  readonly #firstTimes = new Map<number, number>();
  /** What a seek leaves out: of the stream that it went by what is decoded before, of others what ends before. */
  #begin: { readonly pid: number; readonly decodeTimestamp: number; readonly timestamp: number } | null = null;

  protected override* parse(): Parsing {
    this.#tables.set(0, { assembler: new SectionAssembler(), continuityCounter: null });
    yield* this.#packets();
  }

  protected override* parseAgain(): Parsing {
    this.#restart();
    this.#stride = 0;
    yield* this.#packets();
  }

  /** What comes next does not follow what came last. */
  #restart(): void {
    for (const stream of this.#streams.values()) stream.restart();
    for (const tables of this.#tables.values()) tables.continuityCounter = null;
    this.#tables.set(0, this.#tables.get(0) ?? { assembler: new SectionAssembler(), continuityCounter: null });
    this.#outputs = [];
    this.#waiting = [];
    this.#isSegmentOpen = false;
    this.#begin = null;
    this.#waitingSince = this.position;
  }

  protected override parseFrom(seconds: number): Parsing | null {
    const streams = [...this.#streams.values()].filter(({ entry: { pid } }) => this.#firstTimes.has(pid));
    const main = streams.find(({ type }) => type === 'video') ?? streams[0];
    return main && this.#areTracksTold ? this.#search(main, Math.round(seconds * ticks)) : null;
  }

  /** Finds a place before the time by what PES packets tell, and from there on, or back, the last random access point. */
  * #search(main: Stream, time: number): Parsing {
    const { pid } = main.entry;
    const first = { offset: 0, seconds: this.#firstTimes.get(pid)! / ticks };
    let { offset: begin } = yield* bisect(first, this.fileEnd, time / ticks, (position, end) => this.#placeOf(pid, position, end));
    let key: AccessUnit | null = null;
    for (let [end, step] = [Infinity, firstLookBack]; ; step *= 2) {
      key = yield* this.#lastKey(main, time, begin, end);
      if (key || begin === first.offset) break;
      [begin, end] = [Math.max(first.offset, this.#packetNear(begin - step)), begin];
    }
    this.#restart();
    if (key) this.#begin = { pid, decodeTimestamp: key.decodeTimestamp, timestamp: key.timestamp };
    this.#clock.moveTo(key?.decodeTimestamp ?? this.#firstTimes.get(pid)!);
    this.moveTo(key?.offset ?? first.offset);
    yield* this.#packets();
  }

  #packetNear(position: number): number {
    return position - ((position - (this.#packetAt % this.#stride)) % this.#stride);
  }

  /** The first PES packet of a stream that tells its time. */
  * #placeOf(pid: number, position: number, end: number): Parsing<Place | null> {
    this.moveTo(this.#packetNear(position + this.#stride - 1));
    for (;;) {
      const offset = this.position;
      const packet = yield* this.#nextPacket();
      if (!packet || offset >= end) return null;
      if (packet.pid !== pid || !packet.isStart || !packet.payload) continue;
      const decode = parsePesHeader(packet.payload)?.decode ?? null;
      if (decode !== null) return { offset, seconds: Clock.behind(this.#firstTimes.get(pid)!, decode) / ticks };
    }
  }

  /** The last random access point of a stream that is presented at or before a time, of those that begin between two places. */
  * #lastKey(stream: Stream, time: number, begin: number, end: number): Parsing<AccessUnit | null> {
    let found: AccessUnit | null = null;
    // Whether those that follow are of no interest.
    const see = (units: readonly AccessUnit[]) => units.some((unit) => {
      if (unit.offset >= end || unit.decodeTimestamp > time) return true;
      if (unit.isKey && unit.description && unit.timestamp <= time) found = unit;
      return false;
    });
    stream.restart();
    this.moveTo(begin);
    let isFirst = true;
    for (;;) {
      const offset = this.position;
      const packet = yield* this.#nextPacket();
      if (!packet) break;
      if (packet.pid !== stream.entry.pid || !packet.payload || packet.isScrambled) continue;
      const decode = packet.isStart ? parsePesHeader(packet.payload)?.decode ?? null : null;
      if (decode !== null && isFirst) this.#clock.moveTo(Clock.behind(this.#firstTimes.get(stream.entry.pid)!, decode));
      isFirst &&= decode === null;
      if (!isFirst && see(this.#payload(stream, packet.payload, packet.isStart, offset))) return found;
    }
    see(stream.parser.flush());
    return found;
  }

  /** Null at the end of the file. Damaged ones are passed over. */
  * #nextPacket(): Parsing<TransportPacket | null> {
    for (;;) {
      if (!(yield* this.has(packetBytes))) return null;
      if (this.peekPiece()[0] !== syncByte && !(yield* this.#synchronise())) return null;
      const bytes = yield* this.take(packetBytes);
      if (!bytes) return null;
      if (yield* this.has(this.#stride - packetBytes)) this.skip(this.#stride - packetBytes);
      const packet = parsePacket(bytes);
      if (packet) return packet;
    }
  }

  * #packets(): Parsing {
    const begin = this.position;
    for (;;) {
      // What is so nearly always: the next packet is here in one piece.
      const piece = this.peekPiece();
      if (this.#stride > 0 && piece.length >= this.#stride && piece[0] === syncByte) {
        const offset = this.position;
        this.skip(this.#stride);
        const packet = parsePacket(piece);
        if (packet) this.#packet(packet, offset);
        if (this.#outputs.length > 0) yield* this.#drain();
        continue;
      }
      if (!(yield* this.has(1))) break;
      if (this.#stride === 0 || this.peekPiece()[0] !== syncByte) {
        if (!(yield* this.#synchronise())) break;
      }
      const offset = this.position;
      const bytes = yield* this.take(packetBytes);
      if (!bytes) break;
      const packet = parsePacket(bytes);
      if (packet) this.#packet(packet, offset);
      yield* this.#drain();
      if (this.#stride > packetBytes) {
        const isMore = yield* this.has(this.#stride - packetBytes);
        if (!isMore) break;
        this.skip(this.#stride - packetBytes);
      }
    }
    this.#flushAll();
    if (!this.#areTracksTold && this.position > begin) {
      if (this.#waiting.length === 0) fail(this.#maps.size === 0 ? 'no program' : 'no stream of a kind that can be read', this.position);
      this.#tellTracks();
    }
    yield* this.#drain();
    if (this.#isSegmentOpen) yield { type: 'media-segment-end' };
    this.#isSegmentOpen = false;
  }

  * #drain(): Parsing {
    if (this.#outputs.length === 0) return;
    const outputs = this.#outputs;
    this.#outputs = [];
    yield* outputs;
  }

  /** Goes to the next sync byte that others follow. False where there is none up to the end. */
  * #synchronise(): Parsing<boolean> {
    const begin = this.position;
    const needed = strides[strides.length - 1] * (agreeingPackets - 1) + 1;
    for (let passed = 0; ;) {
      const isWhole = yield* this.has(needed);
      const bytes = (yield* this.peek(isWhole ? Math.min(this.available, mostGarbage) : this.available))!;
      const last = isWhole ? bytes.length - needed : bytes.length - packetBytes;
      for (let at = 0; at <= last; at++) {
        if (bytes[at] !== syncByte) continue;
        const stride = strides.find((candidate) => packetsAgree(bytes, at, candidate));
        if (stride === undefined) continue;
        this.skip(at);
        this.#stride = stride;
        this.#packetAt = this.position;
        return true;
      }
      const count = Math.max(0, last + 1);
      this.skip(count);
      passed += count;
      if (passed >= mostGarbage) fail(`no packet in ${mostGarbage} bytes`, begin);
      if (!isWhole) {
        if (this.#stride === 0) fail('no packet', begin);
        this.truncated();
        return false;
      }
    }
  }

  #packet(packet: TransportPacket, offset: number): void {
    const { pid, clockReference } = packet;
    if (pid === nullPid) return;
    if (clockReference !== null && this.#isClock(pid)) this.#clock.unwrap(clockReference);
    const stream = this.#streams.get(pid);
    if (stream) return this.#streamPacket(stream, packet, offset);
    const tables = this.#tables.get(pid);
    if (!tables || !packet.payload || packet.isScrambled) return;
    const { continuityCounter: last } = tables;
    if (last === packet.continuityCounter) return;
    if (last !== null && ((last + 1) & 15) !== packet.continuityCounter) tables.assembler.reset();
    tables.continuityCounter = packet.continuityCounter;
    for (const section of tables.assembler.push(packet.payload, packet.isStart)) this.#section(pid, section, offset);
  }

  #isClock(pid: number): boolean {
    for (const { clockPid } of this.#maps.values()) if (clockPid === pid) return true;
    return false;
  }

  #section(pid: number, section: Uint8Array, offset: number): void {
    if (pid === 0) return this.#programAssociation(section);
    const map = programMap(section);
    if (!map || this.#association.mapPids.get(map.program) !== pid) return;
    this.#maps.set(map.program, map);
    this.#updateStreams(offset);
  }

  #programAssociation(section: Uint8Array): void {
    const told = programAssociation(section);
    if (!told) return;
    const { version, programs } = told;
    if (version !== this.#association.version) this.#association = { version, mapPids: new Map() };
    for (const [program, pid] of programs) {
      if (this.#association.mapPids.size >= limits.tracks) break;
      this.#association.mapPids.set(program, pid);
    }
    const pids = new Set([0, ...this.#association.mapPids.values()]);
    for (const pid of this.#tables.keys()) if (!pids.has(pid)) this.#tables.delete(pid);
    for (const pid of pids) if (!this.#tables.has(pid)) this.#tables.set(pid, { assembler: new SectionAssembler(), continuityCounter: null });
    for (const program of this.#maps.keys()) if (!this.#association.mapPids.has(program)) this.#maps.delete(program);
  }

  /** Takes the streams that the program maps tell. New ones are waited for before tracks are told again. */
  #updateStreams(offset: number): void {
    const entries = new Map<number, ElementaryStream>();
    for (const { streams } of this.#maps.values()) {
      for (const entry of streams) if (streamTypes[entry.type] && entries.size < limits.tracks) entries.set(entry.pid, entry);
    }
    for (const [pid, stream] of this.#streams) {
      if (entries.get(pid)?.type === stream.entry.type) continue;
      this.#units(stream, stream.parser.flush());
      this.#streams.delete(pid);
    }
    let isNew = false;
    for (const [pid, entry] of entries) {
      if (this.#streams.has(pid)) continue;
      this.#streams.set(pid, new Stream(entry));
      isNew = true;
    }
    if (!isNew) return;
    if (this.#areTracksTold) this.#flushAll();
    this.#areTracksTold = false;
    this.#waitingSince = offset;
  }

  #streamPacket(stream: Stream, packet: TransportPacket, offset: number): void {
    const { payload, continuityCounter } = packet;
    if (packet.isDiscontinuity) {
      this.#units(stream, stream.parser.flush());
      stream.payloadLeft = null;
      if (this.#areTracksTold) this.#outputs.push({ type: 'discontinuity', trackId: packet.clockReference === null ? stream.entry.pid : null });
    }
    if (!payload) return;
    const { continuityCounter: last } = stream;
    stream.continuityCounter = continuityCounter;
    if (last !== null && !packet.isDiscontinuity) {
      if (last === continuityCounter) return; // A packet may be sent twice.
      if (((last + 1) & 15) !== continuityCounter) this.#lost(stream);
    }
    if (packet.isScrambled) return this.#lost(stream);
    this.#units(stream, this.#payload(stream, payload, packet.isStart, offset));
    if ((this.#packetsSeen++ & 255) === 0) this.#checkHeld(offset);
  }

  #payload(stream: Stream, payload: Uint8Array, isStart: boolean, offset: number): readonly AccessUnit[] {
    let bytes = payload;
    let stamp = null;
    if (isStart) {
      const header = parsePesHeader(payload);
      if (!header) {
        stream.payloadLeft = null;
        return [];
      }
      bytes = payload.subarray(header.headerBytes);
      stream.payloadLeft = header.payloadBytes ?? Infinity;
      if (header.presentation !== null) {
        const decode = this.#clock.unwrap(header.decode!);
        stamp = { presentation: header.decode === header.presentation ? decode : this.#clock.unwrap(header.presentation), decode, offset };
      }
    }
    if (stream.payloadLeft === null) return [];
    bytes = bytes.subarray(0, stream.payloadLeft);
    stream.payloadLeft -= bytes.length;
    return stream.parser.push(bytes, stamp);
  }

  /** Packets of a stream are missing. */
  #lost(stream: Stream): void {
    stream.parser.drop();
    stream.payloadLeft = null;
    if (this.#areTracksTold) this.#outputs.push({ type: 'discontinuity', trackId: stream.entry.pid });
  }

  #checkHeld(offset: number): void {
    if (!this.#areTracksTold && this.position - this.#waitingSince > mostProbedBytes && this.#waiting.length > 0) this.#tellTracks();
    let held = 0;
    for (const { parser } of this.#streams.values()) held += parser.held;
    if (held > mostHeldBytes) fail(`access units of ${held} bytes`, offset);
  }

  #flushAll(): void {
    for (const stream of this.#streams.values()) this.#units(stream, stream.parser.flush());
  }

  #units(stream: Stream, units: readonly AccessUnit[]): void {
    for (const unit of units) {
      if (!unit.description) continue; // Before the first parameter sets, nothing can be decoded.
      const isOther = unit.description !== stream.description && !isSame(unit.description, stream.description);
      if (isOther && this.#areTracksTold) {
        // The others' samples up to here belong to the tracks as they were.
        stream.description = unit.description;
        this.#tellTracks();
      } else if (isOther) {
        stream.description = unit.description;
      }
      if (this.#areTracksTold) this.#sample(stream, unit);
      else this.#waiting.push({ stream, unit });
    }
    if (!this.#areTracksTold && this.#waiting.length > 0 && [...this.#streams.values()].every(({ description }) => description)) this.#tellTracks();
  }

  #tellTracks(): void {
    if (this.#isSegmentOpen) this.#outputs.push({ type: 'media-segment-end' });
    const tracks = [...this.#streams.values()].filter(({ description }) => description).map(trackOf);
    this.#outputs.push({ type: 'init-segment', tracks, duration: null, hasIndex: false, startDate: null });
    this.#areTracksTold = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#isSegmentOpen = false;
    for (const { stream, unit } of waiting) if (this.#streams.get(stream.entry.pid) === stream) this.#sample(stream, unit);
  }

  #sample({ entry: { pid } }: Stream, { data, timestamp, decodeTimestamp, duration, isKey, offset }: AccessUnit): void {
    if (!this.#firstTimes.has(pid)) this.#firstTimes.set(pid, decodeTimestamp);
    if (this.#begin && (pid === this.#begin.pid ? decodeTimestamp < this.#begin.decodeTimestamp : timestamp + (duration ?? 0) <= this.#begin.timestamp)) return;
    if (!this.#isSegmentOpen) this.#outputs.push({ type: 'media-segment-start', offset });
    this.#isSegmentOpen = true;
    this.#outputs.push({
      type: 'sample', trackId: pid, timestamp, decodeTimestamp, duration, isKey, descriptionIndex: 0, data, offset, encryption: null, trim: null, alpha: null,
    });
  }
}
