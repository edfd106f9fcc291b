/** ID3 tags made at random: https://id3.org/id3v2.4.0-structure, https://id3.org/d3v2.3.0, https://id3.org/id3v2-00, https://id3.org/ID3v1. */
import type { SeededRandom } from '../../virtual/support/SeededRandom';
import { adtsFrame, characters, mp3Frame } from './frames';

/** Of versions 2.3 and 2.4. */
const frameNames = [
  'AENC', 'APIC', 'ASPI', 'CHAP', 'COMM', 'COMR', 'CTOC', 'ENCR', 'EQU2', 'EQUA', 'ETCO', 'GEOB', 'GRID', 'IPLS', 'LINK', 'MCDI', 'MLLT', 'OWNE', 'PCNT', 'POPM', 'POSS', 'PRIV', 'RBUF',
  'RVA2', 'RVAD', 'RVRB', 'SEEK', 'SIGN', 'SYLT', 'SYTC', 'TALB', 'TIT2', 'TLEN', 'TXXX', 'UFID', 'USER', 'USLT', 'WCOM', 'WXXX', 'XSOP',
];
/** Of version 2.2. */
const oldFrameNames = ['BUF', 'CNT', 'COM', 'CRA', 'CRM', 'ETC', 'EQU', 'GEO', 'IPL', 'LNK', 'MCI', 'MLL', 'PIC', 'POP', 'REV', 'RVA', 'SLT', 'STC', 'TT2', 'TXX', 'UFI', 'ULT', 'WAF', 'WXX'];

const big = (value: number, size: number): number[] => Array.from({ length: size }, (_, index) => Math.floor(value / 256 ** (size - 1 - index)) & 0xff);

/** Seven bits a byte. */
export const synchsafe = (value: number): number[] => [21, 14, 7, 0].map((shift) => (value >> shift) & 0x7f);

const noise = (random: SeededRandom, mostBytes: number): number[] => Array.from({ length: random.below(mostBytes + 1) }, () => (random.chance(0.3) ? 0xff : random.below(256)));

/** What frames hold: text of each encoding, numbers, whole files that look like what may stand behind the tag. */
function content(random: SeededRandom): number[] {
  switch (random.below(7)) {
    case 0: return [random.below(5), ...characters('A title'), ...noise(random, 4)];
    case 1: return [1, 0xff, 0xfe, ...characters('T\0i\0t\0l\0e\0\0\0')];
    case 2: return [...characters('image/jpeg'), 0, 3, 0, 0xff, 0xd8, 0xff, 0xe0, ...noise(random, 60)];
    case 3: return [...characters('com.apple.streaming.transportStreamTimestamp'), 0, ...big(random.uint32(), 8)];
    case 4: return Array.from({ length: 1 + random.below(4) }, () => (random.chance(0.5) ? adtsFrame() : mp3Frame())).flat();
    case 5: return [...characters(random.pick(['ID3', 'fLaC', 'TAG', 'APETAGEX', 'OggS'])), ...noise(random, 20)];
    default: return noise(random, 40);
  }
}

function frame(random: SeededRandom, version: number, isUnsynchronised: boolean): number[] {
  const bytes = content(random);
  if (version === 2) return [...characters(random.pick(oldFrameNames)), ...big(bytes.length, 3), ...bytes];
  const flags = [random.below(256), version === 4 ? random.below(16) << 4 | random.below(2) | (isUnsynchronised ? 2 : 0) : random.below(8) << 5];
  return [...characters(random.pick(frameNames)), ...(version === 4 ? synchsafe(bytes.length) : big(bytes.length, 4)), ...flags, ...bytes];
}

/** https://id3.org/id3v2.4.0-structure, 6.1: a 0 behind each $FF that would look like a sync word, or like one that was changed. */
const unsynchronised = (bytes: readonly number[]): number[] => bytes.flatMap((byte, index) => (byte === 0xff && (index + 1 === bytes.length || bytes[index + 1] >= 0xe0 || bytes[index + 1] === 0) ? [0xff, 0] : [byte]));

/** With a CRC or not. */
function extendedHeader(random: SeededRandom, version: number): number[] {
  if (version === 3) return random.chance(0.5) ? [...big(6, 4), 0, 0, ...big(random.below(1000), 4)] : [...big(10, 4), 0x80, 0, ...big(0, 4), ...big(random.uint32(), 4)];
  return random.chance(0.5) ? [...synchsafe(6), 1, 0] : [...synchsafe(12), 1, 0x20, 5, random.below(16), ...synchsafe(random.below(2 ** 28))];
}

/** A sound tag of version 2.2, 2.3 or 2.4, with each thing that its structure may have. */
export function id3v2(random: SeededRandom): number[] {
  const version = 2 + random.below(3);
  const [isUnsynchronised, isExtended, hasFooter] = [random.chance(0.4), version > 2 && random.chance(0.3), version === 4 && random.chance(0.3)];
  const frames = Array.from({ length: random.below(6) }, () => frame(random, version, isUnsynchronised)).flat();
  const padding = hasFooter || random.chance(0.5) ? [] : Array.from({ length: random.pick([1, 9, 10, 127, 128, random.below(2000)]) }, () => 0);
  const whole = [...(isExtended ? extendedHeader(random, version) : []), ...frames, ...padding];
  const body = isUnsynchronised ? unsynchronised(whole) : whole;
  const head = [version, random.pick([0, 0, 0, 1, 0xfe]), (isUnsynchronised ? 0x80 : 0) | (isExtended ? 0x40 : 0) | (version > 2 && random.chance(0.1) ? 0x20 : 0) | (hasFooter ? 0x10 : 0), ...synchsafe(body.length)];
  return [...characters('ID3'), ...head, ...body, ...(hasFooter ? [...characters('3DI'), ...head] : [])];
}

/** The last 128 bytes of a file, or with "TAG+" before them the last 355. */
export function id3v1(random: SeededRandom): number[] {
  const text = (bytes: number): number[] => Array.from({ length: bytes }, (_, index) => (index < bytes / 2 ? 0x20 + random.below(0x5f) : 0));
  const extended = random.chance(0.2) ? [...characters('TAG+'), ...text(223)] : [];
  return [...extended, ...characters('TAG'), ...text(122), 0, random.below(256), 0xff].slice(0, extended.length + 128);
}

/** Version 2, with a header. @param body that of its items */
export const apev2 = (body: readonly number[]): number[] => {
  const half = (isHeader: boolean): number[] => [...characters('APETAGEX'), ...little(2000), ...little(body.length + 32), ...little(1), ...little(0x80000000 + (isHeader ? 0x20000000 : 0)), 0, 0, 0, 0, 0, 0, 0, 0];
  return [...half(true), ...body, ...half(false)];
};

const little = (value: number): number[] => big(value, 4).reverse();
