import { WavDemuxer } from '../../src/container/wav/WavDemuxer';
import { encodeWave, tones } from '../support/media-signal';
import { demuxDamaged } from './containers';
import type { FuzzTarget } from './fuzz';

const signal = tones(1000, 44100, 2);
const files = [
  encodeWave(signal, 44100, { encoding: 'float', bits: 32, extensible: true }),
  encodeWave(signal, 44100, { bits: 24, extraChunks: [['LIST', 27], ['fact', 4]] }),
];

/** Sound and damaged WAV. */
export const target: FuzzTarget = {
  name: 'wav',
  inputsPerSubject: 1,
  begin: (random) => () => {
    demuxDamaged(random, random.pick(files), (canSeek, length) => new WavDemuxer({ canSeek, size: length }));
    return true;
  },
};
