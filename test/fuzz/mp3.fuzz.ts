import { Mp3Demuxer } from '../../src/container/mp3/Mp3Demuxer';
import { id3, mp3Frame, repeated, vbriFile, xingFile } from '../support/containers/frames';
import { demuxDamaged } from './containers';
import type { FuzzTarget } from './fuzz';

const files = [xingFile(8), vbriFile(8, 2), Uint8Array.from([...id3(30), ...repeated(3, mp3Frame), 1, 2, ...repeated(3, mp3Frame)])];

/** Sound and damaged MP3. */
export const target: FuzzTarget = {
  name: 'mp3',
  inputsPerSubject: 1,
  begin: (random) => () => {
    demuxDamaged(random, random.pick(files), (canSeek, length) => new Mp3Demuxer({ canSeek, size: length }));
    return true;
  },
};
