// timeout: 120 s
/** Files as Mediant's own decoders have them, against FFmpeg's. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { sniffContainer } from '../../../src/container/sniff';
import { avTrackDecoders } from '../../../src/host/node/codecs/av/track-decoders';
import { embeddedTrackDecoders } from '../../../src/host/node/codecs/embedded/track-decoders';
import { decodeTrack, NoDecoder, probeTrack } from '../../../src/host/node/codecs/file';
import { loadNodeAv } from '../../../src/host/node/codecs/node-av';
import type { Pcm } from '../../../src/host/node/codecs/pcm';
import { backendMissing, encode, formats, type Format } from '../../support/media-encode';
import { tones } from '../../support/media-signal';

const missing = await backendMissing();
if (missing) console.log(`skipped: ${missing}`);

/** In steps of 16 bits. */
const most = ({ lossless }: Format): number => (lossless ? 0 : 0.1);

const lengths = [23457, 1500];
const ignore = () => {};

/** The greatest difference of two recordings, in steps of 16 bits. */
function difference(a: Pcm, b: Pcm): number {
  let worst = 0;
  a.channels.forEach((samples, channel) => samples.forEach((sample, frame) => { worst = Math.max(worst, Math.abs(sample - b.channels[channel][frame])); }));
  return worst * 32768;
}

for (const format of missing ? [] : formats.filter(({ codec }) => codec !== 'aac')) {
  const sampleRate = format.sampleRates?.[0] ?? 44100;
  for (const channels of format.channels ?? [1, 2, 6]) {
    for (const length of lengths) {
      test(`${format.name}, ${channels} channels, ${length} frames: as FFmpeg has it`, async () => {
        const file = await encode(format, tones(length, sampleRate, channels), sampleRate);
        const container = sniffContainer(file)!;
        const ours = await decodeTrack(file, container, embeddedTrackDecoders, ignore);
        const theirs = await decodeTrack(file, container, avTrackDecoders(await loadNodeAv()), ignore);
        assert.is(ours.sampleRate, theirs.sampleRate);
        assert.equal(ours.channels.map((samples) => samples.length), theirs.channels.map((samples) => samples.length));
        const steps = difference(ours, theirs);
        assert.ok(steps <= most(format), `${steps} steps`);
      });
    }
  }

  test(`${format.name} is described`, async () => {
    const file = await encode(format, tones(sampleRate, sampleRate, 2), sampleRate);
    const description = probeTrack(file, sniffContainer(file)!, embeddedTrackDecoders);
    assert.equal({ ...description, durationSeconds: 0 }, { container: format.container, codec: format.codec, sampleRate, channels: 2, durationSeconds: 0 });
    assert.ok(Math.abs(description.durationSeconds - 1) < 0.2, `${description.durationSeconds} s`);
  });
}

test('a file of another codec is none of ours', async () => {
  if (missing) return;
  const aac = await encode(formats.find(({ name }) => name === 'aac-m4a')!, tones(5000, 44100, 2), 44100);
  const error = await decodeTrack(aac, 'mp4', embeddedTrackDecoders, ignore).catch((reason: unknown) => reason);
  assert.instance(error, NoDecoder);
  assert.throws(() => probeTrack(aac, 'mp4', embeddedTrackDecoders), (reason: unknown) => reason instanceof NoDecoder);
});

test.run();
