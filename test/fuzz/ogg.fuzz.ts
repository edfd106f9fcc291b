import { OggDemuxer } from '../../src/container/ogg/OggDemuxer';
import { characters } from '../support/containers/frames';
import { oggPage, opusHeaders, opusPacket } from '../support/containers/ogg-pages';
import { repairChecksums } from '../support/containers/ogg-repair';
import { demuxDamaged } from './containers';
import { damaged, type FuzzTarget } from './fuzz';

const opus = [...opusHeaders(), ...oggPage([opusPacket(), opusPacket(255)], { sequence: 2, granule: 960, isOpen: true }), ...oggPage([[1, 2], opusPacket()], { sequence: 3, granule: 2500, isContinued: true, isLast: true })];
const vorbis = [
  ...oggPage([[1, ...characters('vorbis'), 0, 0, 0, 0, 2, 0x80, 0xbb, 0, 0, ...Array.from({ length: 12 }, () => 0), 0xb8, 1]], { serial: 5, isFirst: true }),
  // One mode, with short blocks, behind some bytes of codebooks that are none.
  ...oggPage([[3, ...characters('vorbis'), 0, 0], [5, ...characters('vorbis'), 1, 2, 3, 0, 0, 0, 0, 0, 0, 1]], { serial: 5, sequence: 1 }),
  ...oggPage([[0, 1], [2, 3], [4]], { serial: 5, sequence: 2, granule: 256, isLast: true }),
];
const flac = [
  ...oggPage([[0x7f, ...characters('FLAC'), 1, 0, 0, 1, ...characters('fLaC'), 0, 0, 0, 34, 16, 0, 16, 0, ...Array.from({ length: 6 }, () => 0), 0x0a, 0xc4, 0x42, 0xf0, ...Array.from({ length: 20 }, () => 0)]], { serial: 6, isFirst: true }),
  ...oggPage([[0x84, 0, 0, 0]], { serial: 6, sequence: 1 }),
  ...oggPage([[0xff, 0xf8, 0xc9, 0x18, 0x00, 0xc2, 1, 2, 3]], { serial: 6, sequence: 2, granule: 4096, isLast: true }),
];
const files = [opus, vorbis, flac, [...opus, ...vorbis, ...flac]].map((bytes) => Uint8Array.from(bytes));

/** Sound and damaged Ogg, of which a good part has checksums that are right. */
export const target: FuzzTarget = {
  name: 'ogg',
  inputsPerSubject: 1,
  begin: (random) => () => {
    let file: Uint8Array = random.pick(files);
    for (let count = random.below(4); count > 0; count--) file = repairChecksums(damaged(random, file));
    demuxDamaged(random, file, (canSeek, length) => new OggDemuxer({ canSeek, size: length }));
    return true;
  },
};
