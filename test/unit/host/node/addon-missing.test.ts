import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAddon } from '../../../../src/host/node/addon';
import { isHostError } from '../../../../src/host/Host';
import { createNodeHost } from '../../../../src/host/node';
import type { RealtimeOptions } from '../../../../src/host/Host';

// The addon is looked for once a process, so this file is about one that is there but can't be loaded.
const directory = mkdtempSync(join(tmpdir(), 'mediant-addon-'));
const file = join(directory, 'mediant.node');
writeFileSync(file, 'not a library');
process.env.MEDIANT_ADDON = file;

test.after(() => rmSync(directory, { recursive: true }));

const options: RealtimeOptions = { sampleRate: 48000, renderQuantumSize: 128, latency: 0, sinkId: '', numberOfChannels: 2 };

test('a host is made and names an output without an addon', () => {
  const host = createNodeHost();
  assert.is(host.audio.outputInfo('').backend, 'silent');
  assert.is(host.audio.outputDevices().length, 1);
});

test('opening an engine says which file, which platform and what to do', () => {
  const engine = createNodeHost().audio.openRealtime(options, () => {});
  if (!isHostError(engine)) throw new Error('opened');
  assert.is(engine.code, 'addon-missing');
  for (const part of [file, `${process.platform}-${process.arch}`, 'npm run build:addon', '@mediant/']) {
    assert.ok(engine.message.includes(part), `${part} in: ${engine.message}`);
  }
  assert.not.match(engine.message, '\n');
});

test('the answer stays the same', () => {
  assert.is(loadAddon(), loadAddon());
});

test.run();
