import { fourCharacters, viewOf } from '../bytes';
import type { Gapless } from '../tracks';
import type { MpegAudioHeader } from './frame-header';

/** Where in the audio a place of the file is. */
export interface SeekPoint {
  /** Frames of the stream before it; a whole number. */
  readonly frame: number;
  /** Of its first byte, or some bytes before. */
  readonly position: number;
}

/** What a first frame tells that was written for that only. */
export interface InfoFrame {
  /** Null where it does not tell. */
  readonly frames: number | null;
  /** Audio frames to leave out of what decoders give, the delay of decoders included. */
  readonly gapless: Gapless | null;
  /** The last place at or before a frame, as exactly as the table is. Null: no table. */
  readonly seekPoint: ((frame: number) => SeekPoint) | null;
}

/** A decoder's own delay: 528 frames of its filter bank and one more, as the LAME tag counts. */
const decoderDelay = 529;
const xingPoints = 100;

/** @param position of the frame in the file */
export function readInfoFrame(header: MpegAudioHeader, frame: Uint8Array, position: number): InfoFrame | null {
  if (header.layer !== 3) return null;
  return readXing(header, frame, position) ?? readVbri(header, frame, position);
}

/** "Xing" for variable bit rates, "Info" for constant ones: behind the side information, which is empty. Both may end with a LAME tag. */
function readXing(header: MpegAudioHeader, frame: Uint8Array, position: number): InfoFrame | null {
  const isMono = header.channels === 1;
  const sideInformation = header.version === 1 ? (isMono ? 17 : 32) : isMono ? 9 : 17;
  let at = 4 + sideInformation;
  const name = fourCharacters(frame, at);
  if ((name !== 'Xing' && name !== 'Info') || at + 8 > frame.length) return null;
  const view = viewOf(frame);
  const flags = frame[at + 7];
  at += 8;
  const field = (flag: number, size: number) => {
    if ((flags & flag) === 0 || at + size > frame.length) return null;
    at += size;
    return at - size;
  };
  const framesAt = field(1, 4);
  const bytesAt = field(2, 4);
  const tableAt = field(4, xingPoints);
  field(8, 4); // Quality
  const frames = framesAt === null ? null : view.getUint32(framesAt) || null;
  const bytes = bytesAt === null ? 0 : view.getUint32(bytesAt);
  let seekPoint: InfoFrame['seekPoint'] = null;
  if (frames !== null && bytes > frame.length) {
    if (name === 'Info') seekPoint = byConstantBitRate(frames, position + frame.length, bytes - frame.length);
    else if (tableAt !== null) seekPoint = byTable(frames, position, bytes, frame.slice(tableAt, tableAt + xingPoints));
  }
  return { frames, gapless: readLame(frame, at), seekPoint };
}

/** Frames differ by a byte of padding, so that each begins within two bytes of where it should on average. */
function byConstantBitRate(frames: number, begin: number, bytes: number) {
  return (frame: number): SeekPoint => {
    const whole = Math.max(0, Math.min(frame, frames - 1));
    return { frame: whole, position: Math.max(begin, begin + Math.floor((whole * bytes) / frames) - 2) };
  };
}

/** The table tells for each hundredth of the time at which 256th of the bytes it is, rounded up by some encoders: not up to the end of the file. */
function byTable(frames: number, begin: number, bytes: number, table: Uint8Array) {
  const last = Math.floor(bytes - (2 * bytes) / frames);
  return (frame: number): SeekPoint => {
    const hundredth = Math.max(0, Math.min(xingPoints - 1, Math.floor((frame * xingPoints) / frames)));
    return { frame: Math.round((hundredth * frames) / xingPoints), position: begin + Math.max(0, Math.min(last, Math.floor((table[hundredth] * bytes) / 256))) };
  };
}

/** The LAME tag: nine characters of the encoder's version, twelve bytes of other things, then delay and padding of 12 bits each. */
function readLame(frame: Uint8Array, at: number): InfoFrame['gapless'] {
  if (at + 24 > frame.length || !['LAME', 'Lavf', 'Lavc'].includes(fourCharacters(frame, at))) return null;
  const delay = (frame[at + 21] << 4) | (frame[at + 22] >> 4);
  const padding = ((frame[at + 22] & 15) << 8) | frame[at + 23];
  return { startFrames: delay + decoderDelay, endFrames: Math.max(0, padding - decoderDelay), isBeforeZero: false };
}

/** Fraunhofer's: always 32 bytes behind the header. Its delay is that of the encoder, without the padding at the end: it can't be used. */
function readVbri(header: MpegAudioHeader, frame: Uint8Array, position: number): InfoFrame | null {
  const at = 4 + 32;
  if (fourCharacters(frame, at) !== 'VBRI' || at + 26 > frame.length) return null;
  const view = viewOf(frame);
  const frames = view.getUint32(at + 14) || null;
  const [entries, scale, entryBytes, entryFrames] = [18, 20, 22, 24].map((field) => view.getUint16(at + field));
  const isSound = entries > 0 && entryBytes >= 1 && entryBytes <= 4 && entryFrames > 0 && at + 26 + entries * entryBytes <= frame.length;
  if (!isSound || frames === null) return { frames, gapless: null, seekPoint: null };
  const positions = [position];
  for (let entry = 0, next = at + 26; entry < entries; entry++) {
    let distance = 0;
    for (let index = 0; index < entryBytes; index++) distance = distance * 256 + frame[next++];
    positions.push(positions[entry] + distance * scale);
  }
  return {
    frames,
    gapless: null,
    seekPoint: (target) => {
      const entry = Math.max(0, Math.min(entries, Math.floor(target / entryFrames)));
      return { frame: entry * entryFrames, position: entry === 0 ? position + header.frameBytes : positions[entry] };
    },
  };
}
