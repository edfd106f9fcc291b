import { AdtsDemuxer } from '../../src/container/adts/AdtsDemuxer';
import { streamSource, type Demuxer, type DemuxerSource } from '../../src/container/Demuxer';
import { FlacDemuxer } from '../../src/container/flac/FlacDemuxer';
import { Mp3Demuxer } from '../../src/container/mp3/Mp3Demuxer';
import { sniffContainer } from '../../src/container/sniff';
import { demuxFile, demuxStream, samplesOf } from '../support/containers/demux';
import { flacFile, flacFrame } from '../support/containers/flac-files';
import { adtsFrame, mp3Frame, repeated, xingFile } from '../support/containers/frames';
import { apev2, id3v1, id3v2, synchsafe } from '../support/containers/id3-tags';
import type { SeededRandom } from '../virtual/support/SeededRandom';
import { demuxDamaged } from './containers';
import type { FuzzTarget } from './fuzz';

interface Format {
  readonly container: 'mp3' | 'adts' | 'flac';
  readonly create: (source: DemuxerSource) => Demuxer;
  /** Tags may stand between two of them. */
  readonly parts: readonly (readonly number[])[];
}

const flacFrames = Array.from({ length: 4 }, (_, number) => flacFrame(number));
const formats: readonly Format[] = [
  { container: 'mp3', create: (source) => new Mp3Demuxer(source), parts: [repeated(3, mp3Frame), repeated(2, mp3Frame)] },
  { container: 'mp3', create: (source) => new Mp3Demuxer(source), parts: [[...xingFile(4)]] },
  { container: 'adts', create: (source) => new AdtsDemuxer(source), parts: [repeated(4, () => adtsFrame()), repeated(3, () => adtsFrame(20, 0))] },
  { container: 'flac', create: (source) => new FlacDemuxer(source), parts: [flacFile([], ...flacFrames)] },
];

const tags = (random: SeededRandom, most: number): number[] => Array.from({ length: random.below(most + 1) }, () => id3v2(random)).flat();

/** What may stand behind the last frame. */
const trailers = (random: SeededRandom): number[] => [
  ...(random.chance(0.2) ? apev2([1, 0, 0, 0, 0, 0, 0, 0, 0x54, 0, 0x31]) : []), ...(random.chance(0.2) ? id3v2(random) : []), ...(random.chance(0.5) ? id3v1(random) : []),
];

const reads = (demuxer: Demuxer, file: Uint8Array, canSeek: boolean, pieceBytes: number): string => {
  const outputs = canSeek ? demuxFile(demuxer, file, pieceBytes) : demuxStream(demuxer, file, pieceBytes);
  const samples = samplesOf(outputs).map(({ timestamp, duration, data }) => `${timestamp} ${duration} ${Buffer.from(data).toString('latin1')}`);
  return JSON.stringify(outputs.filter(({ type }) => type === 'error' || type === 'end')) + samples.join();
};

const expected = new Map(formats.map((format) => [format, reads(format.create(streamSource), Uint8Array.from(format.parts.flat()), false, Infinity)]));

/** What the tags are around is read as without them. */
function checkSound(random: SeededRandom, format: Format, bytes: Uint8Array): void {
  const { container, create } = format;
  if (sniffContainer(bytes) !== container) throw new Error(`${container} taken for ${sniffContainer(bytes)}`);
  const canSeek = random.chance(0.5);
  const got = reads(create({ canSeek, size: bytes.length }), bytes, canSeek, random.pick([1 + random.below(40), 1 + random.below(2000), bytes.length]));
  if (got !== expected.get(format)) throw new Error(`${container} is read otherwise than without tags: ${got.slice(0, 200)}`);
}

/** A tag whose size is not that of what follows. */
function missized(random: SeededRandom, bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  const size = random.pick([0, 1, 9, copy.length - 11, copy.length - 10, copy.length, copy.length + 1, 2 ** 28 - 1, random.below(2 * copy.length)]);
  copy.set(synchsafe(Math.max(0, size)), 6);
  return copy;
}

/** ID3 tags before, between and behind MP3, ADTS and FLAC: sound ones change nothing, and any that are damaged do no harm. */
export const target: FuzzTarget = {
  name: 'id3',
  inputsPerSubject: 1,
  begin: (random) => () => {
    const format = random.pick(formats);
    const [first, ...rest] = format.parts;
    const bytes = Uint8Array.from([...tags(random, 3), ...first, ...rest.flatMap((part) => [...tags(random, 2), ...part]), ...trailers(random)]);
    if (random.chance(0.5)) {
      checkSound(random, format, bytes);
    } else {
      const isTagged = bytes[0] === 0x49;
      const file = isTagged && random.chance(0.3) ? missized(random, bytes) : bytes;
      sniffContainer(file);
      demuxDamaged(random, file, (canSeek, size) => format.create({ canSeek, size }));
    }
    return true;
  },
};
