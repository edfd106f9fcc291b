/** What files tell of gaps and of their length. Their frames: test/interop/oracles. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Mp3Demuxer } from '../../../../src/container/mp3/Mp3Demuxer';
import { corpusFile, corpusMissing } from '../../../support/containers/corpus';
import { demuxStream, initSegment } from '../../../support/containers/demux';

if (corpusMissing) console.log(`skipped: ${corpusMissing}`);

const files: readonly (readonly [name: string, command: string, isTold: boolean])[] = [
  ['info.mp3', '{audio} -c:a libmp3lame -ar 44100 -ac 2', true],
  ['xing.mp3', '{audio} -c:a libmp3lame -ar 44100 -q:a 4', true],
  ['no-xing.mp3', '{audio} -c:a libmp3lame -ar 44100 -write_xing 0', false],
  ['layer-2.mp2', '{audio} -c:a mp2 -b:a 128k', false],
];

for (const [name, command, isTold] of corpusMissing ? [] : files) {
  test(name, () => {
    const { tracks: [track], duration } = initSegment(demuxStream(new Mp3Demuxer(), corpusFile(name, command).bytes))!;
    assert.is(track.gapless !== null, isTold);
    assert.is(duration !== null, isTold);
    if (isTold) assert.is(track.gapless!.startFrames, 1105); // What LAME puts in front, and what decoders do.
  });
}

test.run();
