/** Files that end too early give what is there, as it is in the whole file. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createDemuxer } from '../../../src/container/demuxers';
import { sniffContainer } from '../../../src/container/sniff';
import { corpusFile, corpusMissing } from '../../support/containers/corpus';
import { demuxStream, initSegment, samplesOf } from '../../support/containers/demux';

const files: readonly (readonly [name: string, command: string])[] = [
  ['cut.aac', '{audio} -c:a aac'],
  ['cut.mp3', '{audio} -c:a libmp3lame'],
  ['cut.wav', '{audio} -c:a pcm_s24le'],
  ['cut.ts', '{video} {audio} -c:v libx264 -g 12 -bf 2 -c:a aac'],
];

for (const [name, command] of corpusMissing ? [] : files) {
  test(name, () => {
    const { bytes } = corpusFile(name, command);
    const container = sniffContainer(bytes)!;
    const whole = demuxStream(createDemuxer(container)!, bytes);
    // Several samples of the last kept part: the last one of a track may be cut itself (PCM, a picture), or lack the duration that the next one tells.
    const seen = (outputs: typeof whole, id: number) => samplesOf(outputs, id).slice(0, -1).map(({ timestamp, decodeTimestamp, duration, isKey, data, offset }) => [timestamp, decodeTimestamp, duration, isKey, data.length, offset]);
    for (let part = 1; part < 20; part++) {
      const cut = Math.floor((bytes.length * part) / 20) + (part % 7);
      const outputs = demuxStream(createDemuxer(container)!, bytes.subarray(0, cut), 1000);
      assert.is(outputs.at(-1)!.type, 'end', `${cut} bytes`);
      for (const { id } of initSegment(outputs)!.tracks) {
        const own = seen(outputs, id);
        assert.equal(own, seen(whole, id).slice(0, own.length), `${cut} bytes, track ${id}`);
        const expected = samplesOf(whole, id).filter(({ offset, data }) => offset + data.length <= cut).length;
        if (container !== 'mpegts') assert.ok(samplesOf(outputs, id).length >= expected, `${cut} bytes: all that is whole`);
      }
    }
  });
}

test.run();
