import { isVorbisHeader, vorbisIdentification, type VorbisIdentification } from '../../container/codecs/vorbis';
import { fail } from '../../container/failure';
import { Codebook, fullBudget, ilog } from './Codebook';
import { readFloor, type Floor } from './floor';
import { LsbBits } from './LsbBits';
import { readResidue, type Residue } from './residue';

interface Mapping {
  readonly couplings: readonly { readonly magnitude: number; readonly angle: number }[];
  /** The submap of each channel. */
  readonly mux: readonly number[];
  readonly submaps: readonly { readonly floor: number; readonly residue: number }[];
}

interface Mode {
  readonly isLong: boolean;
  readonly mapping: number;
}

/** What the setup header tells (Vorbis I specification, 4.2.4). */
export interface VorbisSetup {
  readonly identification: VorbisIdentification;
  readonly books: readonly Codebook[];
  readonly floors: readonly Floor[];
  readonly residues: readonly Residue[];
  readonly mappings: readonly Mapping[];
  readonly modes: readonly Mode[];
}

/** @param description the three headers, laced: https://www.w3.org/TR/webcodecs-vorbis-codec-registration/ */
export function readVorbisSetup(description: Uint8Array): VorbisSetup {
  if (description[0] !== 2) fail('a description that does not hold three headers', 0);
  let at = 1;
  const size = (): number => {
    let bytes = 0;
    while (description[at] === 255) bytes += description[at++];
    return bytes + (description[at++] ?? 0);
  };
  const [identificationBytes, commentBytes] = [size(), size()];
  const identification = vorbisIdentification(description.subarray(at, at + identificationBytes));
  if (!identification) fail('an identification header with values that may not be', at);
  const setup = description.subarray(at + identificationBytes + commentBytes);
  if (!isVorbisHeader(setup, 5)) fail('no setup header', at + identificationBytes + commentBytes);
  const bits = new LsbBits();
  bits.load(setup);
  bits.at = 7 * 8;
  return readSetup(bits, identification);
}

function readSetup(bits: LsbBits, identification: VorbisIdentification): VorbisSetup {
  const list = <T>(count: number, read: () => T): T[] => Array.from({ length: count }, () => {
    if (bits.isPastEnd) fail('a setup header cut short', bits.at >> 3);
    return read();
  });
  const budget = fullBudget();
  const books = list(bits.bits(8) + 1, () => Codebook.read(bits, budget));
  if (list(bits.bits(6) + 1, () => bits.bits(16)).some((type) => type !== 0)) fail('a time domain transform', bits.at >> 3);
  const floors = list(bits.bits(6) + 1, () => {
    const type = bits.bits(16);
    if (type !== 1) fail(`a floor of type ${type}, which only encoders before the year 2001 have made`, bits.at >> 3);
    return readFloor(bits, books);
  });
  const residues = list(bits.bits(6) + 1, () => {
    const type = bits.bits(16);
    if (type > 2) fail(`a residue of type ${type}`, bits.at >> 3);
    return readResidue(bits, type, books);
  });
  const mappings = list(bits.bits(6) + 1, () => readMapping(bits, identification.channels, floors.length, residues.length));
  const modes = list(bits.bits(6) + 1, () => {
    const isLong = bits.flag();
    const [windowType, transformType, mapping] = [bits.bits(16), bits.bits(16), bits.bits(8)];
    if (windowType !== 0 || transformType !== 0 || mapping >= mappings.length) fail('a mode that makes no sense', bits.at >> 3);
    return { isLong, mapping };
  });
  if (!bits.flag() || bits.isPastEnd) fail('a setup header cut short', bits.at >> 3);
  return { identification, books, floors, residues, mappings, modes };
}

function readMapping(bits: LsbBits, channels: number, floors: number, residues: number): Mapping {
  if (bits.bits(16) !== 0) fail('a mapping of an unknown type', bits.at >> 3);
  const submapCount = bits.flag() ? bits.bits(4) + 1 : 1;
  const channelBits = ilog(channels - 1);
  const couplings = Array.from({ length: bits.flag() ? bits.bits(8) + 1 : 0 }, () => ({ magnitude: bits.bits(channelBits), angle: bits.bits(channelBits) }));
  const isWrong = couplings.some(({ magnitude, angle }) => magnitude === angle || magnitude >= channels || angle >= channels);
  if (isWrong || bits.bits(2) !== 0) fail('a mapping that makes no sense', bits.at >> 3);
  const mux = Array.from({ length: channels }, () => (submapCount > 1 ? bits.bits(4) : 0));
  const submaps = Array.from({ length: submapCount }, () => {
    bits.bits(8);
    return { floor: bits.bits(8), residue: bits.bits(8) };
  });
  if (mux.some((submap) => submap >= submapCount) || submaps.some(({ floor, residue }) => floor >= floors || residue >= residues)) {
    fail('a mapping of floors or residues that are not there', bits.at >> 3);
  }
  return { couplings, mux, submaps };
}
