// timeout: 240 s
import { build } from 'esbuild';
import commonjs from '@rollup/plugin-commonjs';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { rollup } from 'rollup';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserFolder } from './support/user-folder';

/** A server build: the application and all it imports in one file, run where no package is installed. */
const application = `
  import { AudioBuffer, AudioContext } from 'mediant';
  import { install } from 'mediant/jsdom';
  export const made = new AudioBuffer({ length: 8, sampleRate: 8000 }).length;
  console.log(JSON.stringify([made, typeof AudioContext, typeof install]));
`;

const user = new UserFolder().install();
const elsewhere = new UserFolder();
const entry = user.write('application.js', application);

function runElsewhere(name: string, code: string): void {
  const { status, stdout, stderr } = elsewhere.node([elsewhere.write(name, code)], { MEDIANT_ADDON: '/nowhere/mediant.node' });
  assert.is(status, 0, stderr);
  assert.equal(JSON.parse(stdout), [8, 'function', 'function']);
}

for (const format of ['esm', 'cjs'] as const) {
  test(`esbuild, ${format}`, async () => {
    const result = await build({ entryPoints: [entry], bundle: true, platform: 'node', format, write: false, logLevel: 'silent' });
    assert.equal(result.errors, []);
    runElsewhere(`esbuild.${format === 'esm' ? 'mjs' : 'cjs'}`, result.outputFiles[0].text);
  });
}

for (const format of ['es', 'cjs'] as const) {
  test(`rollup, ${format}`, async () => {
    const bundle = await rollup({ input: entry, plugins: [nodeResolve(), commonjs()], external: [/^node:/, 'node-av/lib'], logLevel: 'silent' });
    const { output } = await bundle.generate({ format, inlineDynamicImports: true });
    await bundle.close();
    runElsewhere(`rollup.${format === 'es' ? 'mjs' : 'cjs'}`, output[0].code);
  });
}

test('a bundle for browsers takes what it uses, and the rest is left out', async () => {
  const result = await build({
    stdin: { contents: 'import { realmNames } from "mediant/realm"; console.log(realmNames.length)', resolveDir: user.directory },
    bundle: true, platform: 'browser', format: 'esm', write: false, logLevel: 'silent', minify: true,
  });
  assert.ok(result.outputFiles[0].text.length < 4096);
});

test.after(() => {
  user.remove();
  elsewhere.remove();
});

test.run();
