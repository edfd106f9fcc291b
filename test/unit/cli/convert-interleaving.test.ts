import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Interleaver } from '../../../src/cli/convert/Interleaver';
import { Muxer, type MuxerSample } from '../../../src/container/Muxer';
import { audioTrack } from '../../support/containers/mux';

/** Remembers what is written. */
class RecordingMuxer extends Muxer {
  readonly written: [track: number, timestamp: number][] = [];
  protected checkTrack(): void {}
  protected writeStart(): void {}
  protected writeSample(track: number, { timestamp }: MuxerSample): void {
    this.written.push([track, timestamp]);
  }
  protected writeEnd(): void {}
}

const sample = (timestamp: number, decodeTimestamp = timestamp): MuxerSample => ({ timestamp, decodeTimestamp, isKey: true, data: new Uint8Array(1) });

test('samples go out by decoding time, once all tracks are described', () => {
  const muxer = new RecordingMuxer();
  const interleaver = new Interleaver(muxer, 2);
  const [first, second] = [interleaver.track(0), interleaver.track(1)];
  first.describe(audioTrack('opus', 1000, 1));
  [sample(30, 0), sample(10, 10), sample(20, 20)].forEach((each) => first.put(each));
  interleaver.advance();
  assert.equal(muxer.written, []);
  second.describe(audioTrack('opus', 100, 1));
  second.put(sample(1));
  interleaver.advance();
  assert.equal(muxer.written, [[0, 30], [0, 10], [1, 1]]);
  second.end();
  interleaver.advance();
  assert.equal(muxer.written.at(-1), [0, 20]);
  assert.is(interleaver.seconds, 0.02);
});

test('a track that gives nothing is waited for ten seconds long', () => {
  const muxer = new RecordingMuxer();
  const interleaver = new Interleaver(muxer, 2);
  [0, 1].forEach((index) => interleaver.track(index).describe(audioTrack('opus', 1, 1)));
  for (let second = 0; second < 1000; second++) {
    interleaver.track(0).put(sample(second));
    interleaver.advance();
  }
  assert.is(muxer.written.length, 990);
  interleaver.track(1).put(sample(5));
  interleaver.finish();
  assert.is(muxer.written.length, 1001);
  assert.ok(muxer.written.every(([track, timestamp], index) => track === 1 || index === 0 || timestamp >= muxer.written[index - 1][1]));
});

test('a track that is never described is left out', () => {
  const muxer = new RecordingMuxer();
  const interleaver = new Interleaver(muxer, 2);
  interleaver.track(0).end();
  interleaver.track(1).describe(audioTrack('opus', 1, 1));
  interleaver.track(1).put(sample(0));
  interleaver.finish();
  assert.equal(muxer.written, [[0, 0]]);
});

test.run();
