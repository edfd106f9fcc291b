import type { Sample } from '../outputs';
import type { Track } from '../tracks';
import type { CodecMapping, PacketFrames } from './CodecMapping';
import { FlacMapping } from './flac';
import { OpusMapping } from './opus';
import { PacketAssembler, type Packet } from './PacketAssembler';
import type { Page } from './page';
import { VorbisMapping } from './vorbis';

/** How the first packet of each codec begins. */
const mappings: readonly (readonly [begin: string, Mapping: new () => CodecMapping])[] = [
  ['OpusHead', OpusMapping], ['\x01vorbis', VorbisMapping], ['\x7fFLAC', FlacMapping],
];

interface Counted extends PacketFrames, Packet {}

/**
 * A logical bitstream of Opus, Vorbis or FLAC: takes pages, gives samples.
 *
 * Times come of granule positions, which tell where the last packet of a page ends, and of the packets' own lengths: those of the first page count backwards
 * from its granule position, and so do those behind pages that lack. The granule position of the last page may cut packets short at the end.
 */
export class LogicalStream {
  readonly #assembler = new PacketAssembler();
  /** Granule position at the end of the last packet. */
  #end = 0;
  #isFresh = true;
  #isContinuous = false;
  /** Granule position of the first frame to be heard. */
  #heardFrom = 0;
  hasEnded = false;

  private constructor(readonly serial: number, readonly mapping: CodecMapping, readonly baseSeconds: number) {}

  /**
   * Null for a codec that is none of ours.
   * @param page its first
   * @param baseSeconds when the stream begins
   */
  static begin(page: Page, baseSeconds: number): LogicalStream | null {
    const Mapping = mappings.find(([begin]) => [...begin].every((character, index) => page.body[index] === character.charCodeAt(0)))?.[1];
    if (!Mapping) return null;
    return new LogicalStream(page.serial, new Mapping(), baseSeconds);
  }

  get isReady(): boolean {
    return this.mapping.description !== null;
  }

  /** Bytes of a packet that has begun. */
  get heldBytes(): number {
    return this.#assembler.heldBytes;
  }

  /** Seconds up to the end of the last packet. */
  get endSeconds(): number {
    return this.baseSeconds + Math.max(0, this.#end - this.mapping.preSkip) / this.mapping.timescale;
  }

  /** @param endGranule of the last packet; null where unknown */
  track(isDefault: boolean, endGranule: number | null): Track {
    const { description, timescale, totalFrames, preSkip } = this.mapping;
    return {
      id: this.serial, type: 'audio', timescale, duration: totalFrames ?? (endGranule === null ? null : Math.max(0, endGranule - preSkip)), language: 'und', label: '', isDefault,
      descriptions: [description!], gapless: null,
    };
  }

  isGap(page: Page): boolean {
    return this.#assembler.isGap(page);
  }

  /** The next page does not follow the last one. */
  reset(): void {
    this.#assembler.reset();
    this.mapping.reset();
    this.#isContinuous = false;
  }

  /** Goes on at any page. @param isBegin it is the first one with audio */
  seek(isBegin: boolean): void {
    this.reset();
    this.#isFresh = isBegin;
    this.#end = 0;
    this.hasEnded = false;
  }

  /** When the last packet that ends at a granule position does. */
  secondsAt(granule: number): number {
    return this.baseSeconds + (granule - this.mapping.preSkip) / this.mapping.timescale;
  }

  /** When a sample ends. */
  secondsBehind({ timestamp, duration }: Sample): number {
    return (timestamp + (duration ?? 0)) / this.mapping.timescale;
  }

  /** The samples that end on a page. */
  samples(page: Page): Sample[] {
    if (page.isLast) this.hasEnded = true;
    const audio: Counted[] = [];
    for (const packet of this.#assembler.packets(page)) {
      if (!this.isReady) this.mapping.header(packet);
      else {
        const frames = this.mapping.framesOf(packet);
        if (frames) audio.push({ ...packet, ...frames });
      }
    }
    return audio.length > 0 ? this.#timed(audio, page) : [];
  }

  #timed(packets: readonly Counted[], { granule, isLast }: Page): Sample[] {
    const total = packets.reduce((sum, { duration }) => sum + duration, 0);
    let at = this.#beginOf(packets[0], granule === null || (isLast && (this.#isContinuous || this.#isFresh)) ? null : granule - total);
    this.#isContinuous = true;
    const end = isLast ? granule ?? Infinity : Infinity;
    return packets.map((packet) => {
      const sample = this.#sample(packet, at, end);
      at += packet.duration;
      this.#end = Math.min(at, Math.max(end, this.#end));
      return sample;
    });
  }

  /** The granule position that a page's first packet begins at. @param told as its granule position tells; null where that does not */
  #beginOf({ duration, decoded }: Counted, told: number | null): number {
    const unheard = duration - decoded;
    if (!this.#isFresh) return Math.max(this.#end, told ?? 0);
    this.#isFresh = false;
    const begin = told ?? -unheard;
    this.#heardFrom = Math.max(0, begin + unheard) + this.mapping.preSkip;
    return begin;
  }

  /** @param end granule position behind which nothing is to be heard */
  #sample({ data, offset, duration, decoded }: Counted, at: number, end: number): Sample {
    const { preSkip, timescale } = this.mapping;
    const timestamp = Math.round(this.baseSeconds * timescale) + at - preSkip;
    const trimStart = Math.min(decoded, Math.max(0, this.#heardFrom - at));
    const trimEnd = Math.min(decoded - trimStart, Math.max(0, at + duration - end));
    return {
      type: 'sample', trackId: this.serial, timestamp, decodeTimestamp: timestamp, duration, isKey: true, descriptionIndex: 0, data, offset,
      encryption: null, trim: trimStart > 0 || trimEnd > 0 ? { start: trimStart, end: trimEnd } : null, alpha: null,
    };
  }
}
