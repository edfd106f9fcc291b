import { WebmDemuxer } from '../../src/container/webm/WebmDemuxer';
import { Id } from '../../src/container/webm/ids';
import { element, unsigned } from '../support/containers/ebml';
import {
  audioTrack, blockGroup, cluster, cue, encryption, info, openCluster, openWebm, simpleBlock, stripping, tracks, videoTrack, webm,
} from '../support/containers/webm-files';
import { demuxDamaged } from './containers';
import type { FuzzTarget } from './fuzz';

const clusters = [
  cluster(0, simpleBlock(1, 0, 0x80, [1, 2, 3]), simpleBlock(2, 5, 0x82, [1, 1, 9, 9]), simpleBlock(2, 6, 0x86, [2, 0x81, 0xc0, 1, 2, 3, 4]), simpleBlock(2, 7, 0x84, [1, 1, 2])),
  cluster(1000, blockGroup(1, 0, [4, 5, 6, 7], unsigned(Id.BlockDuration, 40), element(Id.DiscardPadding, [0xff, 0xff]),
    element(Id.BlockAdditions, element(Id.BlockMore, unsigned(Id.BlockAddID, 1), element(Id.BlockAdditional, [8, 8])))), simpleBlock(1, 40, 0, [7])),
];
const head = [info, tracks(videoTrack(1, unsigned(Id.DefaultDuration, 40_000_000)), audioTrack(2, unsigned(Id.CodecDelay, 6_500_000)))];
const size = head.flat().length;
const cues = element(Id.Cues, cue(0, 1, size), cue(1000, 1, size + clusters[0].length));

const vp9Track = element(Id.TrackEntry, unsigned(Id.TrackNumber, 1), unsigned(Id.TrackType, 1), element(Id.CodecID, 'V_VP9'));

const files = [
  webm(...head, ...clusters, cues),
  webm(cues, ...head, ...clusters),
  openWebm(info, tracks(videoTrack()), openCluster(0, simpleBlock(1, 0, 0x80, [1, 2, 3])), openCluster(40, simpleBlock(1, 0, 0, [1]))),
  webm(info, tracks(videoTrack(1, encryption), audioTrack(2, stripping([1, 2]))), cluster(0, simpleBlock(1, 0, 0x80, [3, 1, 2, 3, 4, 5, 6, 7, 8, 1, 0, 0, 0, 2, 9, 9, 9]), simpleBlock(2, 0, 0x80, [1]))),
  webm(info, tracks(vp9Track), cluster(0, simpleBlock(1, 0, 0x80, [0x92, 0x49, 0x83, 0x42, 0x40, 0, 0x7f, 0]))),
  openWebm(info, tracks(videoTrack(), audioTrack()), ...[0, 1, 2, 3].map((second) => openCluster(second * 1000, simpleBlock(1, 0, 0x80, [1, 2, 3]), simpleBlock(2, 5, 0x80, [4])))),
];

/** Sound and damaged WebM. */
export const target: FuzzTarget = {
  name: 'webm',
  inputsPerSubject: 1,
  begin: (random) => () => {
    demuxDamaged(random, random.pick(files), (canSeek, length) => new WebmDemuxer({ canSeek, size: length }));
    return true;
  },
};
