import { test } from 'uvu';
import { target as dcep } from '../../fuzz/dcep.fuzz';
import { fuzz } from '../../fuzz/fuzz';
import { target as sdp } from '../../fuzz/sdp.fuzz';

for (const target of [sdp, dcep]) {
  test(`${target.name}: a bounded run of its fuzz target`, () => void fuzz(target, 1, 20_000));
}

test.run();
