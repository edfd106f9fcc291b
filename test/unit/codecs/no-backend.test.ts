import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeWave, tones } from '../../support/media-signal';

/** Resolves nothing that belongs to node-av, as where it is not installed. */
const hooks = `export function resolve(specifier, context, next) {
  if (!specifier.startsWith('node-av')) return next(specifier, context);
  throw Object.assign(new Error("Cannot find package 'node-av' imported from here"), { code: 'ERR_MODULE_NOT_FOUND' });
}`;

function program(file: Uint8Array): string {
  const source = new URL('../../../src/host/node/codecs/decode.ts', import.meta.url).href;
  return `
    import { register } from 'node:module';
    import { register as typescript } from ${JSON.stringify(import.meta.resolve('tsx/esm/api'))};
    typescript();
    register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(hooks)}));
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

test('for anything else the error names the package to install', () => {
  const flac = new TextEncoder().encode('fLaC\0\0\0\x22');
  assert.equal(decodeWithout(flac), {
    code: 'no-backend', message: 'Only WAV can be decoded without a codec backend. Install one with: npm i node-av',
  });
});

test('bytes that are no audio are no audio with or without', () => {
  assert.equal(decodeWithout(new Uint8Array(3)), { code: 'encoding', message: 'The bytes are no audio file of a kind that is known.' });
});

test.run();
