import type { Demuxer, DemuxerSource } from './Demuxer';
import type { Container } from './sniff';
import { AdtsDemuxer } from './adts/AdtsDemuxer';
import { FlacDemuxer } from './flac/FlacDemuxer';
import { Mp3Demuxer } from './mp3/Mp3Demuxer';
import { MpegTsDemuxer } from './mpegts/MpegTsDemuxer';
import { OggDemuxer } from './ogg/OggDemuxer';
import { WavDemuxer } from './wav/WavDemuxer';
import { IsobmffDemuxer } from './isobmff/IsobmffDemuxer';
import { WebmDemuxer } from './webm/WebmDemuxer';

/** Those there are, by container. */
const demuxers: Partial<Record<Container, new (source?: DemuxerSource) => Demuxer>> = {
  adts: AdtsDemuxer,
  flac: FlacDemuxer,
  mp3: Mp3Demuxer,
  mpegts: MpegTsDemuxer,
  ogg: OggDemuxer,
  wav: WavDemuxer,
  mp4: IsobmffDemuxer,
  webm: WebmDemuxer,
};

/** A demuxer for what `sniffContainer()` found; null where there is none. */
export function createDemuxer(container: Container, source?: DemuxerSource): Demuxer | null {
  const Class = demuxers[container];
  return Class ? new Class(source) : null;
}
