/** A headless Chromium of the system, whose pages see one folder and nothing else. */
import { existsSync, readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const paths = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

/** Undefined where there is none. */
export const chromiumPath = () => paths.find((path) => path && existsSync(path));

const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export const launch = (executablePath, moreArgs = []) => chromium.launch({ executablePath, args: [...args, ...moreArgs] });

const origin = 'https://bench.test/';

/** Isolated, so that its clock has a resolution of 5 µs instead of 100. */
const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

/** A page, of a browser or of a context of it, whose origin has the modules of `folder`, a URL. */
export async function openPage(context, folder) {
  const page = await context.newPage();
  await page.route('**', (route) => {
    const url = route.request().url();
    if (url.startsWith('blob:') || url.startsWith('data:')) return route.continue();
    if (url === origin) return route.fulfill({ contentType: 'text/html', body: '<!doctype html>', headers });
    const file = new URL(url.slice(origin.length), folder);
    return route.fulfill({ contentType: 'text/javascript', body: readFileSync(file, 'utf8'), headers });
  });
  await page.goto(origin);
  return page;
}
