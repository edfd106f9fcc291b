import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createNodeHost } from '../../../../src/host/node';
import { LiveEngine, constantSource, submit, until } from '../../../support/engine';
import { canCount, held, holdsNoMoreThan, residentBytes } from '../../../support/process-state';

const host = createNodeHost({ audioBackend: 'silent' });
const cycles = 1000;
const warmUpCycles = 200;

async function cycle(): Promise<void> {
  const live = new LiveEngine(host);
  submit(live.engine, constantSource(2, 0.5));
  await live.run();
  await until(() => live.currentTime > 0);
  live.close();
}

test('a thousand contexts leave nothing behind', async () => {
  if (!canCount) return console.log('skipped: needs /proc');
  for (let i = 0; i < warmUpCycles; ++i) await cycle();
  const [before, bytes] = [held(), residentBytes()];
  for (let i = 0; i < cycles; ++i) await cycle();
  const grown = (residentBytes() - bytes) / 2 ** 20;
  console.log(`${cycles} cycles: ${grown.toFixed(1)} MiB`);
  await holdsNoMoreThan(before);
  assert.ok(grown < 24, `${grown} MiB more`);
});

test('many contexts run at once', async () => {
  const many = Array.from({ length: 50 }, () => new LiveEngine(host));
  await Promise.all(many.map((live) => live.run()));
  await until(() => many.every(({ currentTime }) => currentTime > 0));
  for (const live of many) live.close();
});

test.run();
