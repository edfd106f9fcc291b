import { avcConfiguration } from '../../src/container/codecs/nal-units';
import { createDemuxer } from '../../src/container/demuxers';
import type { DemuxerOutput, Sample } from '../../src/container/outputs';
import { MuxerError, type MuxerSample, type MuxerTrack } from '../../src/container/Muxer';
import { type MuxerFormat, muxerFormats } from '../../src/container/muxers';
import { sniffContainer } from '../../src/container/sniff';
import { demuxFile, demuxStream, initSegment, samplesOf } from '../support/containers/demux';
import { mp3Frame } from '../support/containers/frames';
import { sequenceParameterSet } from '../support/containers/mpegts-files';
import { audioTrack, videoTrack, written } from '../support/containers/mux';
import { opusHead } from '../support/containers/ogg-pages';
import type { SeededRandom } from '../virtual/support/SeededRandom';
import type { FuzzTarget } from './fuzz';

/** A track to write. Times are ticks; samples come in the order of decoding. */
interface Media {
  readonly track: MuxerTrack;
  readonly samples: readonly MuxerSample[];
  /** What of a sample's data the format keeps; null where it has it in another form. */
  readonly content: ((data: Uint8Array) => Uint8Array) | null;
}

const noise = (random: SeededRandom, bytes: number) => Uint8Array.from({ length: bytes }, () => 1 + random.below(255));
const whole = (data: Uint8Array) => data;
const sets = [Uint8Array.from(sequenceParameterSet.slice(4)), Uint8Array.of(0x68, 0xce, 0x38, 0x80)];
const avc = avcConfiguration(sets)!;
const opusPacket = (random: SeededRandom) => Uint8Array.of(0xf8, ...noise(random, 1 + random.below(random.chance(0.05) ? 2000 : 80)));

/** Pictures in groups of up to three that come before the last one of them, as B pictures do. */
function pictures(random: SeededRandom, count: number, start: number, dataOf: (isKey: boolean) => Uint8Array, mayReorder: boolean): MuxerSample[] {
  const lasting = Array.from({ length: count }, () => 1 + random.below(100));
  const times = lasting.map((_, index) => start + lasting.slice(0, index).reduce((sum, duration) => sum + duration, 0));
  const order: number[] = [];
  for (let at = 0; at < count;) {
    const group = Math.min(count - at, mayReorder ? 1 + random.below(4) : 1);
    order.push(at + group - 1, ...Array.from({ length: group - 1 }, (_, index) => at + index));
    at += group;
  }
  const lead = Math.max(0, ...order.map((place, index) => times[index] - times[place]));
  return order.map((place, index) => {
    // Nothing that is decoded before a random access point is presented after it.
    const isKey = index === 0 || (place >= index && random.chance(0.2));
    return { timestamp: times[place], decodeTimestamp: times[index] - lead, duration: lasting[place], isKey, data: dataOf(isKey) };
  });
}

/** Sound without gaps. */
function sound(random: SeededRandom, count: number, start: number, duration: number, make: () => Uint8Array): MuxerSample[] {
  const end = random.chance(0.3) ? random.below(duration) : 0;
  return Array.from({ length: count }, (_, index) => ({
    timestamp: start + index * duration, duration, isKey: true, data: make(), trim: index === count - 1 && end > 0 ? { start: 0, end } : null,
  }));
}

type MediaOf = (random: SeededRandom, count: number, start: number) => Media;

const plainPictures = (codec: string): MediaOf => (random, count, start) => ({
  track: videoTrack(codec), content: whole, samples: pictures(random, count, start, () => noise(random, 1 + random.below(random.chance(0.02) ? 70_000 : 300)), false),
});
const avcPictures = (isKept: boolean): MediaOf => (random, count, start) => ({
  track: videoTrack('avc1.42c00a', avc),
  content: isKept ? whole : null,
  samples: pictures(random, count, start, (isKey) => {
    const slice = Uint8Array.of(isKey ? 0x65 : 0x41, isKey ? 0x88 : 0x9a, ...noise(random, 1 + random.below(400)));
    return Uint8Array.of(0, 0, slice.length >> 8, slice.length & 255, ...slice);
  }, true),
});
const opus: MediaOf = (random, count, start) => ({
  track: audioTrack('opus', 48_000, 2, Uint8Array.from(opusHead(312))), content: whole, samples: sound(random, count, start * 48, 960, () => opusPacket(random)),
});
const mp3: MediaOf = (random, count, start) => ({
  track: audioTrack('mp3', 44_100, 2), content: whole, samples: sound(random, count, Math.round(start * 44.1), 1152, () => Uint8Array.from(mp3Frame(1 + random.below(200)))),
});
const pcm: MediaOf = (random, count, start) => ({
  track: audioTrack('pcm-s16', 48_000, 2), content: whole, samples: sound(random, count, start * 48, 480, () => noise(random, 1920)).map((sample) => ({ ...sample, trim: null })),
});
const aac = (header: number): MediaOf => (random, count, start) => ({
  track: audioTrack('mp4a.40.2', 48_000, 2, Uint8Array.of(0x11, 0x90)), content: (data) => data.subarray(header),
  samples: sound(random, count, start * 48, 1024, () => noise(random, 1 + random.below(300))),
});

/** What each format holds here, whether it keeps when a track begins, and seconds that its times may be off. */
const held: Readonly<Record<string, { readonly kinds: readonly MediaOf[]; readonly lead: number | null; readonly tolerance: number }>> = {
  'mp4': { kinds: [plainPictures('vp8'), avcPictures(true), opus, mp3, aac(0)], lead: 0, tolerance: 0.0011 },
  'fragmented-mp4': { kinds: [plainPictures('vp8'), avcPictures(true), opus, mp3, aac(0)], lead: 0, tolerance: 1e-9 },
  'webm': { kinds: [plainPictures('vp8'), plainPictures('vp09.00.10.08'), opus], lead: 0, tolerance: 0.0011 },
  'matroska': { kinds: [plainPictures('vp8'), avcPictures(true), opus, mp3, aac(0)], lead: 0, tolerance: 0.0011 },
  'mpegts': { kinds: [avcPictures(false), mp3, aac(7)], lead: 1.4, tolerance: 0.00002 },
  'wav': { kinds: [pcm], lead: null, tolerance: 0 },
  'adts': { kinds: [aac(7)], lead: null, tolerance: 0 },
  'ogg': { kinds: [opus], lead: null, tolerance: 0 },
};

/** In any order that keeps that of each track, more or less by time. */
function* interleaved(random: SeededRandom, media: readonly Media[]): Generator<[number, MuxerSample]> {
  const next = media.map(() => 0);
  const isLoose = random.chance(0.3);
  for (;;) {
    const open = media.map((_, index) => index).filter((index) => next[index] < media[index].samples.length);
    if (open.length === 0) return;
    const timeOf = (index: number) => media[index].samples[next[index]].timestamp / media[index].track.timescale;
    const index = isLoose ? random.pick(open) : open.reduce((first, other) => (timeOf(other) < timeOf(first) ? other : first));
    yield [index, media[index].samples[next[index]++]];
  }
}

function differ(what: string, is: unknown, was: unknown): never {
  throw new Error(`${what}: ${String(is)} for ${String(was)}`);
}

function compare({ name }: MuxerFormat, outputs: readonly DemuxerOutput[], media: readonly Media[]): void {
  const last = outputs.at(-1)!;
  if (last.type !== 'end' || last.isTruncated) differ(name, last.type === 'error' ? last.message : 'truncated', 'a whole file');
  const { lead, tolerance } = held[name];
  const { tracks } = initSegment(outputs)!;
  if (tracks.length !== media.length) differ(`${name}, tracks`, tracks.length, media.length);
  media.forEach(({ track, samples, content }, index) => {
    const { id, timescale, descriptions: [{ codec }] } = tracks[index];
    const where = `${name}, track ${index} of ${track.description.codec}`;
    if (codec !== track.description.codec) differ(`${where}, codec`, codec, track.description.codec);
    const found: readonly Sample[] = samplesOf(outputs, id);
    if (name === 'wav') {
      if (!Buffer.concat(found.map(({ data }) => data)).equals(Buffer.concat(samples.map(({ data }) => data)))) differ(where, 'other bytes', 'those written');
      return;
    }
    if (found.length !== samples.length) differ(`${where}, samples`, found.length, samples.length);
    samples.forEach((sample, place) => {
      const is = found[place];
      if (content && !Buffer.from(content(is.data)).equals(sample.data)) differ(`${where}, sample ${place}`, 'other bytes', 'those written');
      if (is.isKey !== sample.isKey) differ(`${where}, sample ${place}, key`, is.isKey, sample.isKey);
      const [time, expected] = [is.timestamp / timescale, sample.timestamp / track.timescale + (lead ?? 0)];
      if (lead !== null && Math.abs(time - expected) > tolerance) differ(`${where}, sample ${place}, time`, time, expected);
    });
  });
}

/** Random tracks and samples through every muxer: our demuxers read what was written, by ranges and as a stream. */
export const target: FuzzTarget = {
  name: 'muxers',
  inputsPerSubject: 1,
  begin: (random) => () => {
    const format = random.pick(muxerFormats);
    const { kinds } = held[format.name];
    const media = Array.from({ length: 1 + random.below(Math.min(3, format.mostTracks)) }, () => random.pick(kinds)(random, 1 + random.below(40), random.below(4) && random.below(3000)));
    const canSeek = random.chance(0.5);
    const muxer = format.make({ canSeek });
    for (const { track } of media) muxer.addTrack(track);
    for (const [index, sample] of interleaved(random, media)) muxer.write(index, sample);
    muxer.finish();
    const bytes = written(muxer);
    const container = sniffContainer(bytes) ?? differ(format.name, 'nothing that is known', 'a container');
    compare(format, demuxFile(createDemuxer(container, { canSeek: true, size: bytes.length })!, bytes, 1 + random.below(8192)), media);
    if (format.name !== 'mp4' && !(format.name === 'wav' && !canSeek)) compare(format, demuxStream(createDemuxer(container)!, bytes, 1 + random.below(8192)), media);
    damagedTrack(random, format);
    return true;
  },
};

/** What is no sample of its codec is refused, or written; nothing else happens. */
function damagedTrack(random: SeededRandom, format: MuxerFormat): void {
  if (!random.chance(0.2)) return;
  const muxer = format.make({ canSeek: random.chance(0.5) });
  const { track } = random.pick(random.pick(Object.values(held)).kinds)(random, 1, 0);
  const { codec, description } = track.description;
  try {
    muxer.addTrack({ ...track, description: { ...track.description, codec, description: random.chance(0.5) ? noise(random, random.below(30)) : description } });
    for (let time = 0; time < 5; time++) muxer.write(0, { timestamp: random.below(1e6), isKey: random.chance(0.5), data: noise(random, random.below(50)) });
    muxer.finish();
    written(muxer);
  } catch (error) {
    if (!(error instanceof MuxerError)) throw error;
  }
}
