import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openPage } from './page';

// Modules in a context need a flag of Node, so the file runs itself again with it.
if (vm.SourceTextModule === undefined) {
  const flags = ['--experimental-vm-modules', '--no-warnings', ...process.execArgv];
  process.exit(spawnSync(process.execPath, [...flags, fileURLToPath(import.meta.url)], { stdio: 'inherit' }).status ?? 1);
}

const files = {
  '/a.js': 'import { n } from "./lib/b.js"; log.push("a" + n + import.meta.url.slice(-5)); export default 1;',
  '/lib/b.js': 'export let n = 1; log.push("b");',
};

async function run(html: string): Promise<any> {
  const { window } = await openPage(`<!doctype html><script>var log = []; onerror = (message) => { log.push(message); return true; }</script>${html}`, files);
  if (window.document.readyState !== 'complete') {
    await new Promise((resolve) => { window.addEventListener('load', resolve); });
  }
  return window;
}

test('modules run after parsing, in order, with what they import, once each', async () => {
  const window = await run(`
    <script type="module" src="/a.js"></script>
    <script type="module">import "./a.js"; log.push("inline" + document.querySelector("p").textContent + (this === undefined));</script>
    <script>log.push("classic")</script><p>P</p>`);
  assert.equal([...window.log], ['classic', 'b', 'a1/a.js', 'inlinePtrue']);
  window.close();
});

test('import() inside a module', async () => {
  const window = await run('<script type="module">const { n } = await import("/lib/b.js"); log.push(n, Object.prototype.toString.call(await import("/a.js")));</script>');
  assert.equal([...window.log], ['b', 'a1/a.js', 1, '[object Module]']);
  window.close();
});

test('a module that is missing, and one that throws, are reported', async () => {
  const window = await run('<script type="module">import "/none.js"</script><script type="module">throw new RangeError("thrown")</script>');
  assert.match(window.log.join('\n'), /Failed to fetch the module script[^]*thrown/);
  window.close();
});

test.run();
