import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { HostError } from '../../../src/host/Host';
import { probe, tryDecode } from '../../support/media-decode';
import { backendMissing, encode, formats } from '../../support/media-encode';
import { encodeWave, tones } from '../../support/media-signal';

const missing = await backendMissing();
if (missing) console.log(`skipped: ${missing}`);

async function failure(bytes: Uint8Array): Promise<string> {
  const { code, message } = await tryDecode(bytes, 48000) as HostError;
  assert.is(code, 'encoding', message);
  return message;
}

test('bytes that are no audio', async () => {
  assert.is(await failure(new Uint8Array(0)), 'The file is empty.');
  assert.is(await failure(new TextEncoder().encode('<!doctype html><title>404</title>')), 'The bytes are no audio file of a kind that is known.');
  const described = await probe(new Uint8Array(10)) as HostError;
  assert.is(described.code, 'encoding');
});

test('a damaged WAV header is named with its place', async () => {
  const file = encodeWave(tones(100, 8000, 2), 8000);
  file[22] = 0;
  assert.is(await failure(file), 'The WAV file is damaged: 0 channels (at byte 22).');
});

test('a small file that would fill the memory', async () => {
  const file = encodeWave([new Float32Array(3_000_000)], 3000, { bits: 8 });
  const { message } = await tryDecode(file, 768000) as HostError;
  assert.is(message, 'The file decodes to more than 2 GiB of samples.');
});

for (const format of missing ? [] : formats.filter(({ untrimmed }) => !untrimmed)) {
  test(`${format.name}: the first bytes alone are an error`, async () => {
    const file = await encode(format, tones(20000, format.sampleRates?.[0] ?? 44100, 2), format.sampleRates?.[0] ?? 44100);
    assert.match(await failure(file.subarray(0, 40)), /./);
  });
}

test('a FLAC frame whose checksum is wrong', async () => {
  if (missing) return;
  const file = await encode(formats.find(({ name }) => name === 'flac')!, tones(20000, 44100, 2), 44100);
  file[file.length >> 1] ^= 0x40;
  assert.match(await failure(file), /^The FLAC file is damaged: a frame whose checksum is wrong, or that stands before a damaged one \(at byte \d+\)\.$/);
});

test('an Ogg page whose checksum is wrong', async () => {
  if (missing) return;
  const file = await encode(formats.find(({ name }) => name === 'vorbis-ogg')!, tones(20000, 44100, 2), 44100);
  file[file.length - 10] ^= 1;
  assert.match(await failure(file), /^The Ogg file is damaged: a page whose checksum is wrong \(at byte \d+\)\.$/);
});

test.run();
