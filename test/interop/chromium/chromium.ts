/** A headless Chromium of this system, with a secure page of its own that sees files of one folder. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, type Page, chromium } from 'playwright-core';

const origin = 'https://interop.test';

/** Nothing that asks another host for anything. */
const args = [
  '--autoplay-policy=no-user-gesture-required', '--disable-background-networking', '--disable-component-update', '--disable-quic', '--disable-sync', '--no-first-run',
];

/** Chromium's offline render waits for its HRTF database now and then for ever; a second page then does better. */
const patienceMilliseconds = 20_000;

export class ChromiumPage {
  readonly #browser: Browser;
  readonly #folder: URL;
  #page: Page | undefined;

  private constructor(browser: Browser, folder: URL) {
    this.#browser = browser;
    this.#folder = folder;
  }

  static async open(executablePath: string, folder: URL, moreArgs: readonly string[] = []): Promise<ChromiumPage> {
    return new ChromiumPage(await chromium.launch({ executablePath, args: [...args, ...moreArgs], chromiumSandbox: false }), folder);
  }

  /** Runs a function in the page, in a page anew where the first one does not answer. */
  async evaluate<Argument, Result>(action: (argument: Argument) => Promise<Result>, argument: Argument): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      this.#page ??= await this.#newPage();
      const waiting = AbortSignal.timeout(patienceMilliseconds);
      const late = new Promise<undefined>((resolve) => waiting.addEventListener('abort', () => resolve(undefined), { once: true }));
      const result = await Promise.race([this.#page.evaluate(action as (argument: unknown) => Promise<Result>, argument).then((value) => ({ value })), late]);
      if (result !== undefined) return result.value;
      if (attempt === 2) throw new Error('Chromium does not answer.');
      this.#page = undefined;
    }
  }

  async #newPage(): Promise<Page> {
    const page = await this.#browser.newPage();
    await page.route('**/*', (route) => {
      const { pathname } = new URL(route.request().url());
      if (pathname === '/') return route.fulfill({ contentType: 'text/html', body: '<!doctype html>' });
      return route.fulfill({ contentType: 'text/javascript', body: readFileSync(fileURLToPath(new URL(`.${pathname}`, this.#folder)), 'utf8') });
    });
    await page.goto(`${origin}/`);
    return page;
  }

  close(): Promise<void> {
    return this.#browser.close();
  }
}
