import { test } from 'uvu';
import { target as adts } from '../../fuzz/adts.fuzz';
import { fuzz } from '../../fuzz/fuzz';
import { target as id3 } from '../../fuzz/id3.fuzz';
import { target as image } from '../../fuzz/image.fuzz';
import { target as isobmff } from '../../fuzz/isobmff.fuzz';
import { target as mp3 } from '../../fuzz/mp3.fuzz';
import { target as mpegts } from '../../fuzz/mpegts.fuzz';
import { target as flac } from '../../fuzz/flac.fuzz';
import { target as ogg } from '../../fuzz/ogg.fuzz';
import { target as muxers } from '../../fuzz/muxers.fuzz';
import { target as wav } from '../../fuzz/wav.fuzz';
import { target as webm } from '../../fuzz/webm.fuzz';

for (const target of [adts, flac, id3, image, isobmff, mp3, mpegts, muxers, ogg, wav, webm]) {
  test(`${target.name}: a bounded run of its fuzz target`, () => void fuzz(target, 1, target === webm || target === isobmff ? 5000 : target === muxers ? 200 : 1000));
}

test.run();
