import { findStartCode, rawPayload, seiPayloadTypes } from '../codecs/annex-b';
import { avcCodecString } from '../codecs/avc';
import { avcSequenceParameterSet, type PictureFormat } from '../codecs/avc-sps';
import { hevcSequenceParameterSet } from '../codecs/hevc-sps';
import { noVideo, type SampleDescription, type VideoDescription } from '../tracks';
import { type AccessUnit, type AccessUnitParser, Accumulator, type Stamp, Stamps } from './access-units';

/** What a NAL unit is to the access unit it stands in. */
interface Role {
  /** A slice of a picture. */
  readonly isSlice: boolean;
  /** Begins another access unit where a slice has come in this one. */
  readonly isFirst: boolean;
}

interface VideoCodec {
  /** Bytes behind the start code that `role()` looks at. */
  readonly lookBytes: number;
  role(bytes: Uint8Array, at: number): Role;
  /** True for a NAL unit that makes its access unit a random access point. */
  isRandomAccess(nalUnit: Uint8Array): boolean;
  isSequenceParameterSet(nalUnit: Uint8Array): boolean;
  /** Null for what makes no sense. */
  describe(sequenceParameterSet: Uint8Array): { codec: string; video: VideoDescription } | null;
}

const recoveryPoint = 6;
/** Bytes of SEI that are looked through for a recovery point. */
const seiBytes = 4096;

/** ITU-T H.264, 7.4.1.2.3 and 7.4.1.2.4. */
const avc: VideoCodec = {
  lookBytes: 2,
  role(bytes, at) {
    const type = bytes[at] & 31;
    // first_mb_in_slice, one bit of 1 for 0.
    if (type === 1 || type === 2 || type === 5) return { isSlice: true, isFirst: (bytes[at + 1] & 0x80) !== 0 };
    return { isSlice: false, isFirst: (type >= 6 && type <= 9) || (type >= 14 && type <= 18) };
  },
  isRandomAccess(nalUnit) {
    const type = nalUnit[0] & 31;
    return type === 5 || (type === 6 && seiPayloadTypes(rawPayload(nalUnit.subarray(1), seiBytes)).includes(recoveryPoint));
  },
  isSequenceParameterSet: (nalUnit) => (nalUnit[0] & 31) === 7,
  describe(nalUnit) {
    const set = avcSequenceParameterSet(nalUnit);
    return set && { codec: avcCodecString(Uint8Array.of(1, ...set.profile)), video: videoOf(set) };
  },
};

/** ITU-T H.265, 7.4.2.4.4 and table 7-1. */
const hevc: VideoCodec = {
  lookBytes: 3,
  role(bytes, at) {
    const type = (bytes[at] >> 1) & 63;
    if (((bytes[at] & 1) << 5) | (bytes[at + 1] >> 3)) return { isSlice: false, isFirst: false }; // Of another layer.
    if (type < 32) return { isSlice: true, isFirst: (bytes[at + 2] & 0x80) !== 0 }; // first_slice_segment_in_pic_flag
    return { isSlice: false, isFirst: (type >= 32 && type <= 35) || type === 39 || (type >= 41 && type <= 44) || (type >= 48 && type <= 55) };
  },
  isRandomAccess(nalUnit) {
    const type = (nalUnit[0] >> 1) & 63;
    return type >= 16 && type <= 23;
  },
  isSequenceParameterSet: (nalUnit) => ((nalUnit[0] >> 1) & 63) === 33,
  describe(nalUnit) {
    const set = hevcSequenceParameterSet(nalUnit, 'hev1');
    return set && { codec: set.codec, video: videoOf(set) };
  },
};

function videoOf({ width, height, sampleAspectRatio: [horizontal, vertical], color }: Omit<PictureFormat, 'codec'>): VideoDescription {
  const displayWidth = Math.max(1, Math.round((width * horizontal) / vertical));
  return { ...noVideo, codedWidth: width, codedHeight: height, displayWidth, displayHeight: height, color };
}

/** Longer than any distance of two pictures that is one's duration. */
const mostTicks = 10 * 90_000;
/** NAL units of an access unit that are looked at. */
const mostNalUnits = 4096;

/** Parts a byte stream of NAL units (annex B of both) into access units. Samples keep their start codes. */
class PictureParser implements AccessUnitParser {
  readonly #codec: VideoCodec;
  readonly #held = new Accumulator();
  readonly #stamps = new Stamps();
  #description: SampleDescription | null = null;
  #sequenceParameterSet: Uint8Array | null = null;
  /** Where in what is held a start code is looked for next. */
  #scanned = 0;
  /** Where NAL units of the access unit begin, behind their start codes. */
  #nalUnits: number[] = [];
  #hasSlice = false;
  /** Of the access unit that is held. */
  #stamp: Stamp | null = null;
  #duration: number | null = null;

  constructor(codec: VideoCodec) {
    this.#codec = codec;
  }

  get held(): number {
    return this.#held.length;
  }

  push(bytes: Uint8Array, stamp: Stamp | null): AccessUnit[] {
    if (stamp) this.#stamps.push(stamp, this.#held);
    this.#held.push(bytes);
    return this.#parse();
  }

  flush(): AccessUnit[] {
    const unit = this.#hasSlice ? this.#unit(this.#held.length, null) : null;
    this.drop();
    return unit ? [unit] : [];
  }

  drop(): void {
    this.#held.clear();
    this.#stamps.clear();
    this.#scanned = 0;
    this.#nalUnits = [];
    this.#hasSlice = false;
    this.#stamp = null;
  }

  #parse(): AccessUnit[] {
    const units: AccessUnit[] = [];
    for (;;) {
      const { bytes } = this.#held;
      const startCode = findStartCode(bytes, this.#scanned, bytes.length);
      if (startCode < 0) {
        this.#scanned = Math.max(this.#scanned, bytes.length - 2);
        if (this.#nalUnits.length === 0 && this.#scanned > 1) { // What is no NAL unit; but for a zero_byte.
          this.#held.skip(this.#scanned - 1);
          this.#scanned = 1;
        }
        return units;
      }
      this.#scanned = startCode;
      const nalUnit = startCode + 3;
      if (nalUnit + this.#codec.lookBytes > bytes.length) return units;
      const { isSlice, isFirst } = this.#codec.role(bytes, nalUnit);
      // zero_byte belongs to the start code.
      const begin = startCode > 0 && bytes[startCode - 1] === 0 ? startCode - 1 : startCode;
      if (isFirst && this.#hasSlice) {
        const next = this.#stamps.take(this.#held.position + begin);
        const unit = this.#unit(begin, next);
        if (unit) units.push(unit);
        this.#begin(next ?? this.#extrapolated(), startCode - begin);
        continue;
      }
      if (this.#nalUnits.length === 0) {
        this.#held.skip(begin); // What is no NAL unit.
        this.#begin(this.#stamps.take(this.#held.position) ?? this.#stamp, startCode - begin);
        this.#nalUnits.push(this.#scanned + 3);
      } else if (this.#nalUnits.length < mostNalUnits) {
        this.#nalUnits.push(nalUnit);
      }
      this.#hasSlice ||= isSlice;
      this.#scanned += 3;
    }
  }

  #begin(stamp: Stamp | null, startCode: number): void {
    this.#stamp = stamp;
    this.#scanned = startCode;
    this.#nalUnits = [];
    this.#hasSlice = false;
  }

  /**
   * The access unit of the first `length` bytes that are held. Null before the first time is known.
   * @param next what the PES packet says where the next one begins
   */
  #unit(length: number, next: Stamp | null): AccessUnit | null {
    const stamp = this.#stamp;
    const data = this.#held.take(length);
    const isKey = this.#look(data);
    if (!stamp) return null;
    const distance = next ? next.decode - stamp.decode : 0;
    if (distance > 0 && distance < mostTicks) this.#duration = distance;
    return {
      data, timestamp: stamp.presentation, decodeTimestamp: stamp.decode, duration: this.#duration, isKey, offset: stamp.offset, description: this.#description,
    };
  }

  /** Of an access unit that the PES packet of the one before tells no times of. */
  #extrapolated(): Stamp | null {
    const distance = this.#duration ?? 0;
    return this.#stamp && { ...this.#stamp, presentation: this.#stamp.presentation + distance, decode: this.#stamp.decode + distance };
  }

  /** Goes through the NAL units. True for a random access point. */
  #look(data: Uint8Array): boolean {
    let isKey = false;
    for (const [index, begin] of this.#nalUnits.entries()) {
      const end = (this.#nalUnits[index + 1] ?? data.length + 3) - 3;
      const nalUnit = data.subarray(begin, end);
      if (this.#codec.isSequenceParameterSet(nalUnit)) this.#describe(nalUnit);
      else isKey ||= this.#codec.isRandomAccess(nalUnit);
    }
    return isKey;
  }

  #describe(bytes: Uint8Array): void {
    let length = bytes.length;
    while (length > 0 && bytes[length - 1] === 0) length--; // Of the next start code.
    const nalUnit = bytes.subarray(0, length);
    const last = this.#sequenceParameterSet;
    if (last && last.length === nalUnit.length && last.every((byte, index) => byte === nalUnit[index])) return;
    const told = this.#codec.describe(nalUnit);
    if (!told) return;
    this.#sequenceParameterSet = nalUnit.slice();
    this.#description = { codec: told.codec, description: null, format: 'Annex B', video: told.video, audio: null, encryption: null, prerollFrames: 0 };
  }
}

export const avcParser = (): AccessUnitParser => new PictureParser(avc);
export const hevcParser = (): AccessUnitParser => new PictureParser(hevc);
