import { AdtsDemuxer } from '../../src/container/adts/AdtsDemuxer';
import { adtsFrame, id3, repeated } from '../support/containers/frames';
import { demuxDamaged } from './containers';
import type { FuzzTarget } from './fuzz';

const files = [
  [...id3(30), ...repeated(6, () => adtsFrame())],
  [...repeated(3, () => adtsFrame(40)), ...id3(9), 1, 2, 3, ...repeated(3, () => adtsFrame(20, 0, 3))],
].map((bytes) => Uint8Array.from(bytes));

/** Sound and damaged ADTS. */
export const target: FuzzTarget = {
  name: 'adts',
  inputsPerSubject: 1,
  begin: (random) => () => {
    demuxDamaged(random, random.pick(files), (canSeek, length) => new AdtsDemuxer({ canSeek, size: length }));
    return true;
  },
};
