/** Files that ffmpeg wrote: what of them test/interop/oracles does not compare. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createDemuxer } from '../../../../src/container/demuxers';
import { OggDemuxer } from '../../../../src/container/ogg/OggDemuxer';
import type { DemuxerOutput } from '../../../../src/container/outputs';
import { corpusFile, corpusMissing } from '../../../support/containers/corpus';
import { demuxStream, initSegment, samplesOf } from '../../../support/containers/demux';
import { ffprobe } from '../../../support/containers/ffprobe';
import { sameAsFfprobe } from '../../../support/containers/same-as-ffprobe';

if (corpusMissing) console.log(`skipped: ${corpusMissing}`);

test('is made by content', () => assert.instance(createDemuxer('ogg'), OggDemuxer));

/** As ffprobe tells durations: without what is cut off at the end. */
const cut = (outputs: readonly DemuxerOutput[]) => outputs.map((output) => (output.type === 'sample' && output.trim ? { ...output, duration: output.duration! - output.trim.end } : output));

if (!corpusMissing) {
  test('Vorbis on one page ends where its granule position says, and the first packet has no frames', () => {
    const file = corpusFile('vorbis-one-page.ogg', '{audio} -c:a libvorbis -t 0.3');
    const samples = samplesOf(cut(demuxStream(new OggDemuxer(), file.bytes)));
    // FFmpeg counts the first packet here.
    assert.equal(samples.map(({ data }) => data.length), ffprobe(file.path).streams[0].packets.map(({ size }) => size));
    assert.equal([samples[0].timestamp + samples[0].duration!, samples.at(-1)!.timestamp + samples.at(-1)!.duration!], [0, 14_400]);
  });

  test('what is left of Opus after trimming is what was encoded', () => {
    const { bytes } = corpusFile('opus-mono.ogg', '{mono} -c:a libopus');
    const samples = samplesOf(demuxStream(new OggDemuxer(), bytes));
    assert.is(samples.reduce((sum, { trim }) => sum + 960 - (trim ? trim.start + trim.end : 0), 0), 96_000);
    assert.equal([samples[0].trim, samples[1].trim, samples.at(-1)!.trim], [{ start: 312, end: 0 }, null, { start: 0, end: 648 }]);
  });

  test('two streams in one file', () => {
    const file = corpusFile('two.ogg', '{audio} {audio} -map 0 -map 1 -c:a:0 libopus -c:a:1 libvorbis');
    const outputs = demuxStream(new OggDemuxer(), file.bytes);
    sameAsFfprobe(cut(outputs), ffprobe(file.path), { ignore: ['position'] });
    assert.equal(initSegment(outputs)!.tracks.map(({ descriptions, isDefault }) => [descriptions[0].codec, isDefault]), [['opus', true], ['vorbis', false]]);
  });

  test('pictures beside the sound are passed over', () => {
    const file = corpusFile('theora.ogg', '{video} {audio} -c:v libtheora -c:a libvorbis');
    const probed = ffprobe(file.path);
    sameAsFfprobe(cut(demuxStream(new OggDemuxer(), file.bytes)), { ...probed, streams: probed.streams.filter(({ type }) => type === 'audio') }, { ignore: ['position'] });
  });

  test('links of a chain follow one another, with an init segment each', () => {
    const links = [
      corpusFile('opus-stereo.ogg', '{stereo} -c:a libopus'), corpusFile('vorbis-44100.ogg', '{audio} -c:a libvorbis -ar 44100 -ac 2'),
      corpusFile('opus-stereo.ogg', '{stereo} -c:a libopus'), corpusFile('flac-96000.ogg', '{audio} -c:a flac -ar 96000'),
    ].map(({ bytes }) => bytes);
    const outputs = demuxStream(new OggDemuxer(), Uint8Array.from(Buffer.concat(links)), 1000);
    assert.equal(outputs.at(-1), { type: 'end', isTruncated: false });
    const inits = outputs.flatMap((output, index) => (output.type === 'init-segment' ? [index] : []));
    assert.is(inits.length, links.length);
    let [base, offset] = [0, 0];
    for (const [index, link] of links.entries()) {
      const alone = demuxStream(new OggDemuxer(), link);
      const part = outputs.slice(inits[index], inits[index + 1]);
      assert.equal(initSegment(part), initSegment(alone));
      const { timescale } = initSegment(part)!.tracks[0];
      const ticks = Math.round(base * timescale);
      assert.equal(samplesOf(part), samplesOf(alone).map((sample) => ({
        ...sample, timestamp: sample.timestamp + ticks, decodeTimestamp: sample.decodeTimestamp + ticks, offset: sample.offset + offset,
      })));
      const last = samplesOf(cut(part)).at(-1)!;
      base = (last.timestamp + last.duration!) / timescale;
      offset += link.length;
    }
    assert.ok(Math.abs(base - 8) < 1e-9, `${base} s`);
  });
}

test.run();
