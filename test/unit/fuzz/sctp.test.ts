import { test } from 'uvu';
import { fuzz } from '../../fuzz/fuzz';
import { target as association } from '../../fuzz/sctp-association.fuzz';
import { target as packets } from '../../fuzz/sctp-packets.fuzz';

for (const target of [packets, association]) {
  test(`${target.name}: a bounded run of its fuzz target`, () => void fuzz(target, 1, 20_000));
}

test.run();
