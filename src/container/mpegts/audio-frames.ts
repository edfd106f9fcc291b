import { describeAdts } from '../adts/description';
import { adtsHeader, adtsHeaderBytes } from '../adts/frame-header';
import { describeMpegAudio } from '../mp3/description';
import { mpegAudioHeader } from '../mp3/frame-header';
import type { SampleDescription } from '../tracks';
import { type AccessUnit, type AccessUnitParser, Accumulator, type Stamp, Stamps } from './access-units';

interface FrameHeader {
  readonly sampleRate: number;
  readonly frameBytes: number;
  readonly frameSamples: number;
}

interface FrameFormat<Header extends FrameHeader> {
  readonly headerBytes: number;
  readonly headerAt: (bytes: Uint8Array, offset: number) => Header | null;
  readonly describe: (header: Header, frame: Uint8Array, last: SampleDescription | null) => SampleDescription;
}

/** Frames with headers that tell their length. A frame without a time of its own follows the one before. */
class AudioFrameParser<Header extends FrameHeader> implements AccessUnitParser {
  readonly #format: FrameFormat<Header>;
  readonly #held = new Accumulator();
  readonly #stamps = new Stamps();
  #description: SampleDescription | null = null;
  /** Of the next frame, at 90 kHz, not rounded; null before the first stamp. */
  #timestamp: number | null = null;
  #offset = 0;
  #isInSync = false;

  constructor(format: FrameFormat<Header>) {
    this.#format = format;
  }

  get held(): number {
    return this.#held.length;
  }

  push(bytes: Uint8Array, stamp: Stamp | null): AccessUnit[] {
    if (stamp) this.#stamps.push(stamp, this.#held);
    this.#held.push(bytes);
    return this.#parse(false);
  }

  flush(): AccessUnit[] {
    const units = this.#parse(true);
    this.drop();
    return units;
  }

  drop(): void {
    this.#held.clear();
    this.#stamps.clear();
    this.#isInSync = false;
    this.#timestamp = null;
  }

  #parse(isEnd: boolean): AccessUnit[] {
    const units: AccessUnit[] = [];
    const { headerBytes, headerAt } = this.#format;
    while (this.#held.length >= headerBytes) {
      const { bytes } = this.#held;
      const header = headerAt(bytes, 0);
      if (header && bytes.length < header.frameBytes + (this.#isInSync || isEnd ? 0 : headerBytes)) break;
      if (!header || (!this.#isInSync && !this.#isFollowed(bytes, header))) {
        this.#isInSync = false;
        const next = bytes.indexOf(0xff, 1);
        this.#held.skip(next < 0 ? bytes.length : next);
        continue;
      }
      this.#isInSync = true;
      const unit = this.#unit(header);
      if (unit) units.push(unit);
    }
    return units;
  }

  #isFollowed(bytes: Uint8Array, { frameBytes }: Header): boolean {
    return bytes.length < frameBytes + this.#format.headerBytes ? bytes.length === frameBytes : this.#format.headerAt(bytes, frameBytes) !== null;
  }

  /** Null before the first time is known. */
  #unit(header: Header): AccessUnit | null {
    const stamp = this.#stamps.take(this.#held.position);
    const data = this.#held.take(header.frameBytes);
    this.#description = this.#format.describe(header, data, this.#description);
    if (stamp) {
      this.#timestamp = stamp.presentation;
      this.#offset = stamp.offset;
    }
    if (this.#timestamp === null) return null;
    const timestamp = Math.round(this.#timestamp);
    const duration = (header.frameSamples * 90_000) / header.sampleRate;
    this.#timestamp += duration;
    return { data, timestamp, decodeTimestamp: timestamp, duration, isKey: true, offset: this.#offset, description: this.#description };
  }
}

export const adtsParser = (): AccessUnitParser => new AudioFrameParser({ headerBytes: adtsHeaderBytes, headerAt: adtsHeader, describe: describeAdts });

export const mpegAudioParser = (): AccessUnitParser => new AudioFrameParser({
  headerBytes: 4, headerAt: mpegAudioHeader, describe: (header, _frame, last) => describeMpegAudio(header, last),
});
