// timeout: 180 s
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { wav } from './cli/support';
import { UserFolder, addonIsBuilt } from '../interop/modes/support/user-folder';

/** Each example is a program of its own in a folder that has the package installed; files it may read stand beside it. */
const user = new UserFolder().install(['jsdom', 'happy-dom', 'node-av']);
for (const name of ['song.wav', 'song.mp3', 'input.wav']) user.write(name, wav(0.5, 44100));

const root = new URL('../../', import.meta.url);
const examples = new Map<string, string>();

for (const name of ['README.md', ...readdirSync(new URL('docs/', root)).filter((entry) => entry.endsWith('.md')).map((entry) => `docs/${entry}`)]) {
  const blocks = readFileSync(new URL(name, root), 'utf8').matchAll(/^```js\n(.*?)^```$/gms);
  [...blocks].forEach((block, index) => examples.set(`${name}, example ${index + 1}`, block[1]));
}
for (const name of readdirSync(new URL('examples/', root)).filter((entry) => entry.endsWith('.mjs'))) {
  examples.set(`examples/${name}`, readFileSync(new URL(`examples/${name}`, root), 'utf8'));
}

if (!addonIsBuilt) console.log('skipped: the native addon is not built');

for (const [name, code] of addonIsBuilt ? examples : []) {
  test(name, () => {
    const program = user.write(code.includes('require(') && !code.includes('import ') ? 'example.cjs' : 'example.mjs', code);
    const { status, signal, stderr } = user.node([program], { MEDIANT_AUDIO: 'silent', MEDIANT_ICE_ADDRESSES: '127.0.0.1' });
    assert.is(status ?? signal, 0, `${code}\n${stderr}`);
  });
}

test.after(() => user.remove());

test.run();
