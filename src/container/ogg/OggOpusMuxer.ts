import { ByteWriter } from '../ByteWriter';
import { opusPacketFrames } from '../codecs/opus';
import { Muxer, MuxerError, type MuxerSample, type MuxerTrack } from '../Muxer';
import { checksum, checksumOffset } from './checksum';

/** A page is closed at the latest when it has this much sound, so that who listens to a stream waits no longer (RFC 7845, 3.) */
const pageFrames = 48000;
const mostSegments = 255;
const continued = 1;
const first = 2;
const last = 4;

interface PendingPacket {
  readonly data: Uint8Array;
  /** Granule position at its end. */
  readonly granule: number;
}

/**
 * One Opus stream in Ogg (RFC 7845). The description is OpusHead. What `trim.end` says of the last sample is taken off the last granule position; other times are not
 * written: packets follow each other.
 */
export class OggOpusMuxer extends Muxer {
  readonly #serial: number;
  #packets: PendingPacket[] = [];
  /** Of the packets that wait. */
  #segments = 0;
  #pageNumber = 0;
  #granule = 0;
  /** Where the last page that was written ends. */
  #writtenGranule = 0;
  #endTrim = 0;

  /** @param serial the stream's number, which its file has once */
  constructor(target?: ConstructorParameters<typeof Muxer>[0], serial = 1) {
    super(target);
    this.#serial = serial >>> 0;
  }

  protected checkTrack({ description: { codec, description } }: MuxerTrack): void {
    if (this.tracks.length > 0) throw new MuxerError('Ogg Opus: a second track.');
    if (codec !== 'opus') throw new MuxerError(`Ogg Opus: the codec ${codec}.`);
    if (!description || description.length < 19) throw new MuxerError('Ogg Opus: a track without the description that WebCodecs gives, OpusHead.');
  }

  protected writeStart(): void {
    const [{ description: { description } }] = this.tracks;
    const vendor = 'mediant';
    const tags = new ByteWriter().latin('OpusTags').u32le(vendor.length).latin(vendor).u32le(0).finish();
    this.#page([{ data: description!, granule: 0 }], first);
    this.#page([{ data: tags.slice(), granule: 0 }], 0);
  }

  protected writeSample(_track: number, { data, trim, timestamp }: MuxerSample): void {
    const frames = opusPacketFrames(data);
    if (frames === null) throw new MuxerError(`Ogg Opus: the packet at ${timestamp} is none of Opus.`);
    this.#granule += frames;
    this.#endTrim = trim ? Math.round((trim.end * 48000) / this.tracks[0].timescale) : 0;
    const segments = segmentsOf(data);
    // The last packet waits for the end, whose page says so.
    if (this.#packets.length > 0 && (this.#segments + segments > mostSegments || this.#granule - this.#writtenGranule > pageFrames)) this.#writePending(0);
    this.#packets.push({ data, granule: this.#granule });
    this.#segments += segments;
  }

  protected writeEnd(): void {
    const pending = this.#packets.pop();
    if (pending) this.#packets.push({ ...pending, granule: Math.max(this.#writtenGranule, pending.granule - this.#endTrim) });
    this.#writePending(last);
  }

  #writePending(flags: number): void {
    this.#page(this.#packets, flags);
    this.#writtenGranule = this.#packets.at(-1)?.granule ?? this.#writtenGranule;
    this.#packets = [];
    this.#segments = 0;
  }

  /** A page of whole packets; or, for one that no page holds, as many as it needs. */
  #page(packets: readonly PendingPacket[], flags: number): void {
    const lacing = packets.flatMap(({ data }) => Array.from({ length: segmentsOf(data) }, (_, index) => Math.min(255, data.length - 255 * index)));
    const body = new ByteWriter();
    for (const { data } of packets) body.bytes(data);
    const bytes = body.finish();
    const granule = packets.at(-1)?.granule ?? this.#writtenGranule;
    for (let from = 0, at = 0; from === 0 || from < lacing.length; from += mostSegments) {
      const table = lacing.slice(from, from + mostSegments);
      const isLast = from + mostSegments >= lacing.length;
      const end = at + table.reduce((sum, length) => sum + length, 0);
      const page = new ByteWriter(27 + table.length + end - at).latin('OggS').u8(0).u8((from > 0 ? continued : 0) | (isLast ? flags : 0));
      // -1: no packet ends here.
      if (isLast) page.u64le(granule);
      else page.u32le(0xffffffff).u32le(0xffffffff);
      const written = page.u32le(this.#serial).u32le(this.#pageNumber++).u32le(0).u8(table.length).bytes(table).bytes(bytes.subarray(at, end)).finish();
      new DataView(written.buffer, written.byteOffset).setUint32(checksumOffset, checksum(written, 0, written.length), true);
      this.emit(written);
      at = end;
    }
  }
}

/** Lengths of 255 go on; one below, 0 too, ends a packet. */
const segmentsOf = (data: Uint8Array): number => Math.floor(data.length / 255) + 1;
