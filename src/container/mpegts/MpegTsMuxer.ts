import { DecodeOrder, type OrderedSample } from '../DecodeOrder';
import { Muxer, MuxerError, type MuxerSample, type MuxerTrack } from '../Muxer';
import { kindOf, type ToByteStream } from './byte-streams';
import { mostPesBytes, PacketWriter, pesPacket, programAssociationSection, programMapSection } from './packet-writer';

const program = 1;
const mapPid = 0x1000;
const firstPid = 0x100;
/** Streams of each kind have a number of four bits. */
const mostStreams = 16;
/** Ticks of 90 kHz that all times are later: those of decoding may begin below 0, and the clock runs before them. */
const lead = 126_000;
/** The clock is so much earlier than what is decoded by it. */
const clockDelay = 63_000;
/** Ticks after which the tables come again. */
const tablePeriod = 9000;

interface Stream {
  readonly pid: number;
  readonly streamId: number;
  readonly type: number;
  readonly language: string;
  readonly isVideo: boolean;
  readonly ticks: (time: number) => number;
  readonly order: DecodeOrder;
  readonly convert: ToByteStream;
}

/**
 * An MPEG-2 transport stream (ISO/IEC 13818-1) of one program: H.264, H.265, AAC and MPEG audio. All times are 1.4 s later than those of the samples. Nothing of what is to be left out
 * at the beginning or the end is told.
 */
export class MpegTsMuxer extends Muxer {
  readonly #packets = new PacketWriter();
  #streams: Stream[] = [];
  /** Whose times the clock goes by. */
  #clockStream!: Stream;
  #tablesWritten = -Infinity;

  protected checkTrack(track: MuxerTrack): void {
    const { streamType, convert } = kindOf(track);
    const isVideo = track.type === 'video';
    const place = this.#streams.filter((stream) => stream.isVideo === isVideo).length;
    if (place === mostStreams) throw new MuxerError(`MPEG-TS: more than ${mostStreams} tracks of ${track.type}.`);
    this.#streams.push({
      pid: firstPid + this.#streams.length, streamId: (isVideo ? 0xe0 : 0xc0) + place, type: streamType, language: track.language ?? 'und', isVideo, convert,
      ticks: (time) => Math.round((time * 90_000) / track.timescale) + lead,
      order: new DecodeOrder(track),
    });
  }

  protected writeStart(): void {
    this.#clockStream = this.#streams.find(({ isVideo }) => isVideo) ?? this.#streams[0];
  }

  protected writeSample(track: number, sample: MuxerSample): void {
    const stream = this.#streams[track];
    this.#write(stream, stream.order.push(sample));
  }

  #write(stream: Stream, samples: readonly OrderedSample[]): void {
    for (const { timestamp, decodeTimestamp, isKey, data } of samples) {
      const decode = stream.ticks(decodeTimestamp);
      const bytes = stream.convert(data, isKey);
      if (!stream.isVideo && bytes.length > mostPesBytes) throw new MuxerError(`MPEG-TS: a frame of sound of ${bytes.length} bytes.`);
      const isClock = stream === this.#clockStream;
      if (this.#tablesWritten === -Infinity || (isClock && (decode - this.#tablesWritten >= tablePeriod || (stream.isVideo && isKey)))) this.#writeTables(decode);
      const pes = pesPacket(stream.streamId, stream.isVideo ? stream.ticks(timestamp) : decode, decode, bytes);
      this.emit(this.#packets.packets(stream.pid, pes, { clock: isClock ? decode - clockDelay : null, isRandomAccess: isKey && (stream.isVideo || isClock) }));
    }
  }

  #writeTables(time: number): void {
    this.#tablesWritten = time;
    this.emit(this.#packets.packets(0, programAssociationSection(program, mapPid)));
    this.emit(this.#packets.packets(mapPid, programMapSection(program, this.#clockStream.pid, this.#streams)));
  }

  protected writeEnd(): void {
    for (const stream of this.#streams) this.#write(stream, stream.order.flush());
  }
}
