import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const cwd = fileURLToPath(new URL('../../../', import.meta.url));
const eslint = new ESLint({ cwd });

/** Names of the rules that a file with this text would break. */
async function broken(filePath: string, text: string): Promise<(string | null)[]> {
  const [{ messages }] = await eslint.lintText(text, { filePath: `${cwd}${filePath}` });
  return messages.map(({ ruleId }) => ruleId);
}

const imports = '@typescript-eslint/no-restricted-imports';
const names = 'mediant/realm-only';

test('the three APIs never import one another', async () => {
  assert.equal(await broken('src/webaudio/X.ts', "export { Y } from '../webrtc/Y';\n"), [imports]);
  assert.equal(await broken('src/webaudio/X.ts', "export { Y } from '../media-element/element/Y';\n"), [imports]);
  assert.equal(await broken('src/webrtc/ice/X.ts', "export { Y } from '../../webaudio/Y';\n"), [imports]);
  assert.equal(await broken('src/media-element/X.ts', "export { Y } from '../webaudio/Y';\n"), [imports]);
  assert.equal(await broken('src/webaudio/X.ts', "export { Y } from '../container/wav/Y';\n"), []);
});

test('the core imports no host, no module of Node and no command', async () => {
  const sources = ['node:fs', 'node-av', 'jsdom', 'happy-dom', '../host/node/addon', '../host/window/events', '../cli/main', '../entry/index'];
  for (const source of sources) {
    assert.equal(await broken('src/webaudio/X.ts', `export { Y } from '${source}';\n`), [imports], source);
    assert.equal(await broken('src/webidl/x.ts', `export { Y } from '${source}';\n`), [imports], source);
  }
  assert.equal(await broken('src/webaudio/X.ts', "export type { Host } from '../host/Host';\n"), []);
  assert.equal(await broken('src/host/node/x.ts', "export { readFile } from 'node:fs';\n"), []);
});

test('the core uses only names of the realm', async () => {
  for (const name of ['globalThis', 'setTimeout', 'process', 'queueMicrotask', 'structuredClone', 'console', 'Buffer', 'Intl', 'window']) {
    assert.equal(await broken('src/webaudio/X.ts', `export const x = ${name};\n`), [names], name);
    assert.equal(await broken('src/host/node/x.ts', `export const x = ${name};\n`), [], name);
  }
  const used = 'export const x = [new Float32Array(1), new DOMException(), Math.PI, host.now(), Promise, undefined];\n';
  assert.equal(await broken('src/webaudio/X.ts', used), []);
});

test('types, parameters and imports are no free names', async () => {
  const text = "import { window } from './y';\nexport const f = (console: Window): Document => [window, console] as unknown as Document;\n";
  assert.equal(await broken('src/webaudio/X.ts', text), []);
  assert.equal(await broken('src/webaudio/X.ts', 'export type T = typeof process;\n'), []);
});

test.run();
