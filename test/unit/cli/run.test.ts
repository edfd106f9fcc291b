// timeout: 240 s
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { directory, file, mediant } from './support';

test('a module finds the interfaces on its globals and its arguments in argv', () => {
  const script = file('script.mjs', `
    console.log(new AudioBuffer({ length: 3, sampleRate: 8000 }).length, typeof AudioContext, process.argv.slice(2).join());
  `);
  const { status, stdout, stderr } = mediant(['run', script, 'a', '--help']);
  assert.is(status, 0, stderr);
  assert.is(stdout, '3 function a,--help\n');
});

test('CommonJS scripts too', () => {
  const { status, stdout } = mediant(['run', file('script.cjs', 'console.log(typeof GainNode, typeof require)')]);
  assert.is(status, 0);
  assert.is(stdout, 'function function\n');
});

test('an uncaught error of a script: Node\'s report, exit 1', () => {
  for (const code of ['throw new Error("from the script")', 'setImmediate(() => { throw new Error("from the script") })', 'await Promise.reject(new Error("from the script"))', 'syntax error from the script']) {
    const { status, stderr } = mediant(['run', file('bad.mjs', code)]);
    assert.is(status, 1, code);
    assert.match(stderr, 'from the script');
  }
});

test('a script sets its own exit status', () => {
  assert.is(mediant(['run', file('status.mjs', 'process.exitCode = 7')]).status, 7);
});

test('a script that waits for what never comes is told of, exit 13', () => {
  const { status, stdout, stderr } = mediant(['run', file('waits.mjs', 'console.log("waits"); await new Promise(() => {});')]);
  assert.is(status, 13);
  assert.is(stdout, 'waits\n');
  assert.match(stderr, /^mediant: a top-level await .*\n$/);
  assert.is(mediant(['run', file('exits.mjs', 'setTimeout(() => process.exit(0), 10); await new Promise(() => {});')]).status, 0);
});

test('a page sees the interfaces before its first script, and its console is forwarded', () => {
  const page = file('page.html', `<!doctype html><title>Page</title><script>
    console.log(document.title, AudioContext.prototype.__proto__.__proto__ === EventTarget.prototype, isNaN(AudioBuffer.length));
    console.error('to stderr');
    setTimeout(() => { document.title = 'later'; console.log(document.title); }, 10);
  </script>`);
  const { status, stdout, stderr } = mediant(['run', page]);
  assert.is(status, 0, stderr);
  assert.is(stdout, 'Page true false\nlater\n');
  assert.is(stderr, 'to stderr\n');
});

test('a page loads scripts beside it', () => {
  file('beside.js', 'console.log("beside", typeof OfflineAudioContext)');
  const { status, stdout } = mediant(['run', file('with-script.html', '<script src="beside.js"></script>')]);
  assert.is(status, 0);
  assert.is(stdout, 'beside function\n');
});

for (const [name, code] of Object.entries({
  'an error': 'throw new Error("from the page")',
  'an error in a listener of the platform': `
    const target = new AudioBuffer({ length: 1, sampleRate: 8000 });
    addEventListener('x', () => { throw new TypeError("from the page") }); dispatchEvent(new Event('x'));`,
  'an error of the interfaces': 'try { new AudioBuffer() } catch (error) { error.message = "from the page"; throw error }',
  'a rejection': 'Promise.reject(new Error("from the page"))',
  'no error at all': 'throw "from the page"',
})) {
  test(`uncaught in a page, ${name}: exit 1`, () => {
    const { status, stderr } = mediant(['run', file('bad.html', `<script>${code}</script>`)]);
    assert.is(status, 1, stderr);
    assert.match(stderr, 'from the page');
  });
}

test('module scripts are remarked upon', () => {
  const { status, stderr } = mediant(['run', file('module.html', '<script type="module">console.log(1)</script>')]);
  assert.is(status, 0);
  assert.match(stderr, 'type="module"');
});

test('without jsdom, a page says what to install', () => {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const alone = join(directory, 'alone');
  mkdirSync(alone);
  for (const name of ['package.json', 'dist']) cpSync(join(root, name), join(alone, name), { recursive: true });
  const { status, stderr } = spawnSync(process.execPath, [join(alone, 'dist/cli.js'), 'run', file('page2.html', '<p>')], { encoding: 'utf8', cwd: directory });
  assert.is(status, 1);
  assert.is(stderr, 'mediant: a page runs in jsdom, which is not installed: npm install jsdom\n');
});

test.run();
