import { test } from 'uvu';
import { fuzz } from '../../fuzz/fuzz';
import { target } from '../../fuzz/sdp.fuzz';

test(`${target.name}: a bounded run of its fuzz target`, () => void fuzz(target, 1, 20_000));

test.run();
