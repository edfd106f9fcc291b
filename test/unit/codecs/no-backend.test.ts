import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hideNodeAv } from '../../support/without-node-av';
import { encodeWave, tones } from '../../support/media-signal';

function program(file: Uint8Array): string {
  const source = new URL('../../../src/host/node/codecs/decode.ts', import.meta.url).href;
  return `
    import { register as typescript } from ${JSON.stringify(import.meta.resolve('tsx/esm/api'))};
    typescript();
    await import(${JSON.stringify(hideNodeAv)});
    const { decodeFile } = await import(${JSON.stringify(source)});
    const bytes = Uint8Array.from(${JSON.stringify([...file])});
    const result = await decodeFile(bytes, 8000, () => {}).catch(({ code, message }) => ({ code, message }));
    console.log(JSON.stringify(result.code ? result : { frames: result.channels[0].length }));`;
}

function decodeWithout(file: Uint8Array): unknown {
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program(file)], { cwd: tmpdir(), encoding: 'utf8' });
  assert.is.not(stdout, '', stderr);
  return JSON.parse(stdout);
}

test('WAV needs no backend', () => {
  assert.equal(decodeWithout(encodeWave(tones(100, 8000, 1), 8000)), { frames: 100 });
});

test('for AAC the error names the package to install', () => {
  assert.equal(decodeWithout(Uint8Array.of(0xff, 0xf1, 0x50, 0x80, 0x01, 0x1f, 0xfc, 0x00)), {
    code: 'no-backend', message: 'Without a codec backend only WAV, MP3, FLAC, Opus and Vorbis can be decoded, and only PCM and G.711 encoded. Install one with: npm i node-av',
  });
});

test('bytes that are no audio are no audio with or without', () => {
  assert.equal(decodeWithout(new Uint8Array(3)), { code: 'encoding', message: 'The bytes are no audio file of a kind that is known.' });
});

test.run();
