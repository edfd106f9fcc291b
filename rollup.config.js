/**
 * Three outputs:
 *
 * - `dist/core.js` and `dist/realm.script.js`: everything that is plain ECMAScript, as `function mediant(realm, host)`. The first is
 *   an ES module that exports the function, the second a classic script whose completion value it is. `realm`'s members shadow the
 *   globals of the same names, and the build fails when any other free name is left.
 * - `dist/realm.js`: a module that carries the script as text, for hosts that evaluate it somewhere else.
 * - the Node entries, which import `./core.js` and `./realm.js`.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import commonjs from '@rollup/plugin-commonjs';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { defineConfig } from 'rollup';
import esbuild from 'rollup-plugin-esbuild';
import ts from 'typescript';
import { checkFreeNames } from './tools/lint/bundle.mjs';
import { realmNames } from './tools/lint/realm-only.mjs';

/** Private fields stay private fields: brand checks are `#impl in object`. */
const typescript = () => esbuild({ target: 'es2022', tsconfig: false });
const resolve = () => nodeResolve({ extensions: ['.ts', '.js'] });

/** The one library whose text is in the bundle. */
const conversionsLicence = 'node_modules/webidl-conversions/LICENSE.md';

/** Wraps the one chunk of the core, checks its free names and emits the realm script beside it. */
function realmWrapper() {
  return {
    name: 'realm-wrapper',
    renderChunk(code, chunk) {
      const exported = /\nexport \{ (\w+) as default \};\s*$/.exec(code);
      if (chunk.imports.length || !exported) this.error('The core must be one chunk with a default export and no import.');
      const body = code.slice(0, exported.index);
      const complaints = checkFreeNames(body);
      if (complaints) this.error(`The bundle uses names that no realm gives it:\n${complaints}`);
      return [
        'function mediant(realm, host) {',
        '"use strict";',
        `const { ${realmNames.join(', ')} } = realm;`,
        body,
        `return ${exported[1]};`,
        '}',
      ].join('\n');
    },
    generateBundle(options, bundle) {
      const chunk = bundle['core.js'];
      const script = `(${chunk.code})\n`;
      const source = `export const script = ${JSON.stringify(script)};\n`;
      this.emitFile({ type: 'asset', fileName: 'realm.script.js', source: script });
      this.emitFile({ type: 'asset', fileName: 'webidl-conversions.LICENSE.md', source: readFileSync(conversionsLicence) });
      this.emitFile({ type: 'asset', fileName: 'realm-text.js', source });
      chunk.code = `export default ${chunk.code}\n`;
    },
  };
}

/** Files that a thread or a process of its own starts with: `*.worker.ts` becomes `dist/*.worker.js`. */
function workerEntries(directory) {
  if (!existsSync(directory)) return {};
  const files = readdirSync(directory, { recursive: true }).map(String).filter((name) => name.endsWith('.worker.ts'));
  return Object.fromEntries(files.map((name) => [basename(name, '.ts'), `${directory}/${name}`]));
}

/** The core is built apart: entries name it `#core` and `#realm-text`, and find it beside them. */
function besideEntries() {
  return {
    name: 'beside-entries',
    resolveId: (source) => (source.startsWith('#') ? { id: `./${source.slice(1)}.js`, external: 'relative' } : null),
  };
}

/** Public types that are written in the sources: the interface that a custom host implements. */
function hostDeclarations() {
  return {
    name: 'host-declarations',
    writeBundle() {
      mkdirSync('types/generated', { recursive: true });
      for (const name of ['CodecBackend', 'Core', 'Host', 'realm']) {
        const fileName = `src/host/${name}.ts`;
        const { outputText, diagnostics } = ts.transpileDeclaration(readFileSync(fileName, 'utf8'), { fileName });
        for (const { messageText } of diagnostics) this.error(`${fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
        // Node's resolution wants the extension.
        writeFileSync(`types/generated/${name}.d.ts`, outputText.replace(/(from '\.\/\w+)'/g, "$1.js'"));
      }
    },
  };
}

/** Takes away what an earlier build left and this one did not write. */
function removeLeftovers() {
  return {
    name: 'remove-leftovers',
    generateBundle(options, bundle) {
      Object.keys(bundle).forEach((name) => written.add(name));
    },
    closeBundle() {
      if (!written.has('index.js')) return; // The core alone is written so far.
      for (const name of readdirSync('dist')) if (!written.has(name)) rmSync(`dist/${name}`, { recursive: true });
    },
  };
}

const written = new Set();

function refuseWarnings(level, log, handler) {
  handler(level === 'warn' && log.code !== 'CIRCULAR_DEPENDENCY' ? 'error' : level, log);
}

export default defineConfig([
  {
    input: { core: 'src/core.ts' },
    output: { dir: 'dist', format: 'es', generatedCode: 'es2015' },
    plugins: [resolve(), commonjs(), typescript(), realmWrapper(), hostDeclarations(), removeLeftovers()],
    onLog: refuseWarnings,
  },
  {
    input: {
      index: 'src/entry/index.ts',
      mediacapabilities: 'src/entry/mediacapabilities.ts',
      mediastream: 'src/entry/mediastream.ts',
      webrtc: 'src/entry/webrtc.ts',
      webaudio: 'src/entry/webaudio.ts',
      webcodecs: 'src/entry/webcodecs.ts',
      polyfill: 'src/entry/polyfill.ts',
      jsdom: 'src/entry/jsdom.ts',
      'happy-dom': 'src/entry/happy-dom.ts',
      realm: 'src/entry/realm.ts',
      cli: 'src/cli/main.ts',
      ...workerEntries('src/host/node'),
      ...workerEntries('wpt/child'),
    },
    // Everything lies flat in dist/, so that `new URL('./x.worker.js', import.meta.url)` holds wherever a module ends up.
    output: { dir: 'dist', format: 'es', generatedCode: 'es2015', chunkFileNames: '[name].js' },
    external: (id) => /^node:/.test(id) || /^[a-z@]/.test(id),
    plugins: [besideEntries(), resolve(), typescript(), removeLeftovers()],
    onLog: refuseWarnings,
  },
]);
