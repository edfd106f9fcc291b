/** Pictures that are turned and mirrored: what is written tells FFmpeg the same in every format, and ourselves what it was. */
import { AV_PKT_DATA_DISPLAYMATRIX } from 'node-av/constants';
import { FormatContext } from 'node-av/lib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { VideoDescription } from '../../../src/container/tracks';
import { muxerFormat } from '../../../src/container/muxers';
import { demux, fileOf, written } from '../../support/containers/mux';
import { initSegment } from '../../support/containers/demux';

const plain = { codedWidth: 96, codedHeight: 64, displayWidth: 96, displayHeight: 64, color: null };

function fileWith(format: string, orientation: Pick<VideoDescription, 'rotation' | 'isFlipped'>): Uint8Array {
  const muxer = muxerFormat(format)!.make({ canSeek: true });
  muxer.addTrack({ type: 'video', timescale: 1000, description: { codec: 'vp09.00.10.08', description: null, video: { ...plain, ...orientation } } });
  muxer.write(0, { timestamp: 0, duration: 40, isKey: true, data: Uint8Array.of(0x82, 0x49, 0x83, 0x42, 0, 0x05, 0xf0, 0x03, 0xf4) });
  muxer.finish();
  return written(muxer);
}

/** The signs of a, b, c and d, as FFmpeg tells them to players; null where it tells none. */
async function signsByFfmpeg(path: string): Promise<number[] | null> {
  const context = new FormatContext();
  try {
    assert.is(await context.openInput(path, null, null), 0);
    const matrix = context.streams![0].codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX);
    return matrix && [0, 1, 3, 4].map((index) => Math.sign(Math.round(matrix.readInt32LE(4 * index) / 65536)));
  } finally {
    await context.closeInput();
  }
}

for (const rotation of [0, 90, 180, 270] as const) {
  for (const isFlipped of [false, true]) {
    test(`${rotation}°${isFlipped ? ', mirrored' : ''}`, async () => {
      const [mp4, webm] = ['mp4', 'webm'].map((format) => {
        const bytes = fileWith(format, { rotation, isFlipped });
        const { video } = initSegment(demux(bytes))!.tracks[0].descriptions[0];
        assert.equal([video!.rotation, video!.isFlipped], [rotation, isFlipped], format);
        return fileOf(`turned-${rotation}-${isFlipped}.${format}`, bytes);
      });
      assert.equal(await signsByFfmpeg(webm) ?? [1, 0, 0, 1], await signsByFfmpeg(mp4) ?? [1, 0, 0, 1]);
    });
  }
}

test.run();
