import { test } from 'uvu';
import { fuzz } from '../../fuzz/fuzz';
import { target as webm } from '../../fuzz/webm.fuzz';

for (const target of [webm]) {
  test(`${target.name}: a bounded run of its fuzz target`, () => void fuzz(target, 1, 5000));
}

test.run();
