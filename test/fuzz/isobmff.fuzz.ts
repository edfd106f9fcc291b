import { IsobmffDemuxer } from '../../src/container/isobmff/IsobmffDemuxer';
import { box, fullBox, u16, u32, u64 } from '../support/containers/boxes';
import {
  audioEntry, editList, file, fileType, fragment, keyId, movie, movieExtends, protection, sampleTable, track, visualEntry, vp8Entry,
} from '../support/containers/isobmff-files';
import { demuxDamaged } from './containers';
import type { FuzzTarget } from './fuzz';

const data = (bytes: number) => box('mdat', Uint8Array.from({ length: bytes }, (_, index) => index));

/** Two tracks with all kinds of tables, whose chunks are the data that `moovBytes` and a header are before. */
function twoTracks(offset: number): number[] {
  const video = sampleTable([5, 6, 7, 8], offset, fullBox('ctts', 0, 0, u32(2, 1, 40, 3, 0)), fullBox('stss', 0, 0, u32(2, 1, 3)));
  const audio = [fullBox('stts', 0, 0, u32(1, 40, 1)), fullBox('stsc', 0, 0, u32(2, 1, 10, 1, 2, 30, 1)), fullBox('stsz', 0, 0, u32(2, 40)), fullBox('co64', 0, 0, u32(2), u64(offset + 26, offset + 46))];
  return movie(track({ table: video, duration: 160, more: [editList([40, -1], [80, 40], [80, 0])], entries: [vp8Entry(box('pasp', u32(4, 3)), box('colr', 'nclx', u16(1, 1, 1), [0x80]))] }),
    track({ id: 2, handler: 'soun', timescale: 48_000, entries: [audioEntry('sowt')], table: audio }));
}

const head = [...fileType, ...twoTracks(0)].length;
const esds = fullBox('esds', 0, 0, [3, 25, 0, 1, 0, 4, 17, 0x40, 0x15, 0, 0, 0], u32(0, 0), [5, 2, 0x11, 0x90, 6, 1, 2]);
const encrypted = movie(track({ entries: [visualEntry('encv', protection('vp08', 'cenc', 0, [0, 0, 1, 8], keyId)), vp8Entry()] }), movieExtends(1, 2), fullBox('pssh', 0, 0, keyId, u32(0)),
  track({ id: 2, handler: 'soun', entries: [audioEntry('mp4a', esds)] }));
const groups = [fullBox('sgpd', 1, 0, 'seig', u32(20, 2), [0, 0, 1, 8], keyId, [0, 0, 0, 0], keyId), fullBox('sbgp', 0, 0, 'seig', u32(2, 1, 0x10001, 1, 0x10002))];
const senc = fullBox('senc', 0, 2, u32(1), keyId.slice(8), u16(1), u16(2), u32(1));
const distant = [fullBox('saiz', 0, 0, [8], u32(2)), fullBox('saio', 0, 0, u32(1, 137))];

const files = [
  file(fileType, twoTracks(head + 8), data(106)),
  file(fileType, data(106), twoTracks(fileType.length + 8)),
  file(fileType, movie(track(), movieExtends(1)), fullBox('sidx', 0, 0, u32(1, 1000, 0, 0), u16(0, 1), u32(100, 80, 0)), fragment({ sizes: [3, 4] }), fragment({ time: 80, sizes: [1, 2] })),
  file(fileType, encrypted, fragment({ sizes: [3, 4], more: [senc, ...groups] }), fullBox('emsg', 0, 0, 'urn:x\0', '1\0', u32(1000, 0, 5, 1)), fragment({ id: 2, sizes: [2, 2] })),
  file(fileType, encrypted, fragment({ sizes: [30, 4], more: distant })),
];

/** Sound and damaged MP4. */
export const target: FuzzTarget = {
  name: 'isobmff',
  inputsPerSubject: 1,
  begin: (random) => () => {
    demuxDamaged(random, random.pick(files), (canSeek, length) => new IsobmffDemuxer({ canSeek, size: length }));
    return true;
  },
};
