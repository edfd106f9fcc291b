import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createNodeHost } from '../../../../src/host/node/index';
import { isHostError } from '../../../../src/host/Host';

test('the package carries responses of all directions', () => {
  const bytes = createNodeHost().audio.hrtf!() as Uint8Array;
  assert.not(isHostError(bytes));
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (index: number): number => words.getInt16(2 * index, true);
  const bins = word(2), rings = word(4);
  let directions = 0;
  for (let ring = 0; ring < rings; ++ring) directions += word(6 + 2 * ring);
  assert.is(directions, 711);
  assert.is(bytes.byteLength, 2 * (5 + 2 * rings + directions * (1 + bins)));
  assert.is(createNodeHost().audio.hrtf!(), bytes);
});

test.run();
