/** Files that ffmpeg wrote: what of them test/interop/oracles does not compare. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MpegTsDemuxer } from '../../../../src/container/mpegts/MpegTsDemuxer';
import { corpusFile, corpusMissing } from '../../../support/containers/corpus';
import { demuxStream, initSegment, samplesOf } from '../../../support/containers/demux';
import { ffprobe } from '../../../support/containers/ffprobe';
import { sameAsFfprobe } from '../../../support/containers/same-as-ffprobe';

if (corpusMissing) console.log(`skipped: ${corpusMissing}`);

const x265 = '-c:v libx265 -x265-params log-level=none:pools=none';

/** ffprobe cuts durations of audio to whole ticks, and goes on from there. */
const tolerance = 1.5 / 90_000;

const described = '-vf setsar=4/3 -color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc -color_range pc';

const usability: readonly (readonly [name: string, command: string])[] = [
  ['avc-usability.ts', `{video} ${described} -c:v libx264`],
  ['avc-scaling-lists.ts', `{video} ${described} -c:v libx264 -x264-params cqm=jvt`],
  ['hevc-usability.ts', `{video} ${described} ${x265}`],
  ['hevc-scaling-lists.ts', `{video} ${described} ${x265}:scaling-list=default:bframes=8:ref=5`],
  ['hevc-layers.ts', `{video} ${described} ${x265}:temporal-layers=1:no-amp=1`],
];

for (const [name, command] of corpusMissing ? [] : usability) {
  test(`video usability information: ${name}`, () => {
    const { video } = initSegment(demuxStream(new MpegTsDemuxer(), corpusFile(name, command).bytes))!.tracks[0].descriptions[0];
    assert.equal([video!.displayWidth, video!.displayHeight, video!.color], [128, 64, { primaries: 9, transfer: 16, matrix: 9, fullRange: true }]);
  });
}

if (!corpusMissing) {
  test('timestamps go on beyond 33 bits', () => {
    const file = corpusFile('wrap.ts', '{video} {audio} -c:v libx264 -c:a aac -output_ts_offset 95442');
    const outputs = demuxStream(new MpegTsDemuxer(), file.bytes);
    const times = samplesOf(outputs, 0x100).map(({ decodeTimestamp }) => decodeTimestamp);
    assert.ok(times[0] < 2 ** 33 && times.at(-1)! > 2 ** 33);
    assert.ok(times.every((time, index) => index === 0 || time === times[index - 1] + 3600));
    // FFmpeg takes away from the beginning instead.
    const back = outputs.map((output) => (output.type === 'sample' ? { ...output, timestamp: output.timestamp - 2 ** 33, decodeTimestamp: output.decodeTimestamp - 2 ** 33 } : output));
    sameAsFfprobe(back, ffprobe(file.path), { tolerance });
  });
}

test.run();
