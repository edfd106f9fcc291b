// timeout: 300 s
/**
 * The same graphs rendered by Chromium and here. A scene whose renderings differ by more than `equal` says how far they may and why; one that
 * says so and does not differ has an explanation too many.
 */
import 'mediant/polyfill';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { browserPath } from '../browser-path';
import { ChromiumPage } from './chromium';
import { compare } from './compare';

const equal = 1e-4;

const executablePath = browserPath('chromium');
if (executablePath === undefined) console.log('skipped: no Chromium on the PATH');

const folder = new URL('webaudio/', import.meta.url);
const { render, scenes } = await import(new URL('render.mjs', folder).href);
const page = executablePath === undefined ? undefined : await ChromiumPage.open(executablePath, folder);

if (page) console.log('measured: scene | greatest difference | level, ours over Chromium\'s | greatest difference after one common gain | why');

/** The page's rendering; samples come as text, four bytes each, since evaluate() speaks JSON. */
async function renderInPage(index: number): Promise<Float32Array[]> {
  const texts = await page!.evaluate(async (which) => {
    const module = await import('/render.mjs' as string);
    const channels: Float32Array[] = await module.render(module.scenes[which]);
    return channels.map((samples) => {
      let text = '';
      for (const byte of new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)) text += String.fromCharCode(byte);
      return btoa(text);
    });
  }, index);
  return texts.map((text) => new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer));
}

for (const [index, scene] of page === undefined ? [] : scenes.entries()) {
  test(scene.name, async () => {
    const { difference, decibels, scaled } = compare(await renderInPage(index), await render(scene));
    const figures = `${difference.toExponential(1)} | ${decibels.toFixed(3)} dB | ${scaled.toExponential(1)}`;
    console.log(`measured: ${scene.name} | ${figures}${scene.differs ? ` | ${scene.differs.because}` : ''}`);
    const most = scene.differs?.by ?? equal;
    assert.ok(difference <= most, `the greatest difference is ${difference}, more than ${most}`);
    if (scene.differs) assert.ok(difference > equal, 'this scene no longer differs: its explanation can go');
  });
}

test.after(() => page?.close());

test.run();
