/** A headless Chromium of this system, with a page that has the end of a connection. */
import { readFileSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, type Page, chromium } from 'playwright-core';
import type { Actions, RemotePeer } from './RemotePeer';

export class ChromiumPeer implements RemotePeer {
  readonly #server: Server;
  readonly #browser: Browser;
  readonly #page: Page;

  private constructor(server: Server, browser: Browser, page: Page) {
    this.#server = server;
    this.#browser = browser;
    this.#page = page;
  }

  /** With `hidesAddresses` host candidates have mDNS names, as they have in a browser that was not told otherwise. */
  static async open(executablePath: string, { hidesAddresses = false } = {}): Promise<ChromiumPeer> {
    // Loopback is a secure context, as WebCrypto wants one.
    const server = createServer(({ url }, response) => {
      const isScript = /^\/\w+\.mjs$/.test(url!);
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
      response.end(isScript ? readFileSync(new URL(`.${url}`, import.meta.url)) : '<!doctype html>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const launched = await chromium.launch({
      executablePath,
      chromiumSandbox: false,
      args: [
        '--allow-loopback-in-peer-connection', '--disable-background-networking', '--disable-component-update',
        ...(hidesAddresses ? [] : ['--disable-features=WebRtcHideLocalIpsWithMdns']), '--disable-sync', '--no-first-run',
      ],
    });
    const page = await launched.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return new ChromiumPeer(server, launched, page);
  }

  call<Name extends keyof Actions>(action: Name, ...args: Parameters<Actions[Name]>): Promise<ReturnType<Actions[Name]>> {
    return this.#page.evaluate(async ([name, argument]) => {
      const { call } = await import('/page.mjs' as string);
      return call(name, argument);
    }, [action, args[0]] as const);
  }

  async end(): Promise<void> {
    await this.#browser.close();
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
