/** Files that ffmpeg wrote, against ffprobe. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Mp3Demuxer } from '../../../../src/container/mp3/Mp3Demuxer';
import { sniffContainer } from '../../../../src/container/sniff';
import { corpusFile, corpusMissing } from '../../../support/containers/corpus';
import { demuxFile, demuxStream, initSegment, samplesOf } from '../../../support/containers/demux';
import { ffprobe } from '../../../support/containers/ffprobe';
import { sameAsFfprobe } from '../../../support/containers/same-as-ffprobe';

if (corpusMissing) console.log(`skipped: ${corpusMissing}`);

const mp3 = (rate: number, channels: number, more = '') => `{audio} -c:a libmp3lame -ar ${rate} -ac ${channels} ${more}`;

interface Case {
  readonly name: string;
  readonly command: string;
  readonly codec?: string;
  /** Without an Info frame there is no gapless data, and ffprobe guesses the duration. */
  readonly isPlain?: boolean;
}

const files: readonly Case[] = [
  ...[8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000].flatMap((rate) => [1, 2].map((channels) => ({ name: `${rate}-${channels}.mp3`, command: mp3(rate, channels) }))),
  { name: 'vbr.mp3', command: mp3(44100, 2, '-q:a 4') },
  { name: '320k.mp3', command: mp3(44100, 2, '-b:a 320k') },
  { name: 'joint.mp3', command: mp3(44100, 2, '-joint_stereo 0 -b:a 64k') },
  { name: 'no-xing.mp3', command: mp3(44100, 2, '-write_xing 0'), isPlain: true },
  { name: 'no-tags.mp3', command: mp3(44100, 1, '-id3v2_version 0') },
  { name: 'id3v1.mp3', command: mp3(44100, 1, '-write_id3v1 1 -metadata title=Tone') },
  { name: 'layer-2.mp2', command: '{audio} -c:a mp2 -b:a 128k', codec: 'mp4a.6B', isPlain: true },
  { name: 'layer-2-low.mp2', command: '{audio} -c:a mp2 -b:a 64k -ar 24000', codec: 'mp4a.69', isPlain: true },
];

for (const { name, command, codec = 'mp3', isPlain = false } of corpusMissing ? [] : files) {
  test(name, () => {
    const file = corpusFile(name, command);
    assert.is(sniffContainer(file.bytes), 'mp3');
    const outputs = demuxStream(new Mp3Demuxer(), file.bytes);
    const probed = ffprobe(file.path);
    sameAsFfprobe(outputs, probed);
    const { tracks: [track], duration } = initSegment(outputs)!;
    assert.is(track.descriptions[0].codec, codec);
    assert.is(duration === null, isPlain);
    assert.is(track.gapless === null, isPlain);
    const [{ startTime }] = probed.streams;
    assert.ok(Math.abs((track.gapless?.startFrames ?? 0) / track.timescale - startTime!) < 1e-6, 'what is left out at the beginning');
    if (!isPlain) assert.is(samplesOf(outputs).length * samplesOf(outputs)[0].duration! - track.gapless!.startFrames - track.gapless!.endFrames, 2 * track.timescale, 'two seconds are left');
    assert.equal(demuxStream(new Mp3Demuxer(), file.bytes, 37), outputs, 'in pieces');
    assert.equal(demuxFile(new Mp3Demuxer({ canSeek: true, size: file.bytes.length }), file.bytes), outputs, 'by ranges');
  });
}

test.run();
