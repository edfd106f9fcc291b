import { FlacDemuxer } from '../../src/container/flac/FlacDemuxer';
import { flacFile, flacFrame, metadataBlock, seekTable } from '../support/containers/flac-files';
import { id3 } from '../support/containers/frames';
import { demuxDamaged } from './containers';
import type { FuzzTarget } from './fuzz';

const frames = Array.from({ length: 6 }, (_, number) => flacFrame(number));
const files = [
  flacFile([seekTable([[0, 0], [576, 3 * frames[0].length]])], ...frames), [...id3(30), ...flacFile([metadataBlock(4, [1, 2, 3])], ...frames), ...id3(5)],
  flacFile([], ...[0, 192, 384].map((number) => flacFrame(number, { isVariable: true }))),
].map((bytes) => Uint8Array.from(bytes));

/** Sound and damaged FLAC. */
export const target: FuzzTarget = {
  name: 'flac',
  inputsPerSubject: 1,
  begin: (random) => () => {
    demuxDamaged(random, random.pick(files), (canSeek, length) => new FlacDemuxer({ canSeek, size: length }));
    return true;
  },
};
