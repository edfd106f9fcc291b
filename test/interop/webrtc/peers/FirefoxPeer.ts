/** A headless Firefox of this system with a profile of its own, driven by nothing but the page that it opens (`polled.mjs`). */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Actions, RemotePeer } from './RemotePeer';

const preferences = {
  // Addresses as they are: nobody gives the page a camera, which would reveal them too.
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  'media.peerconnection.ice.loopback': true,
  'app.update.enabled': false,
  'app.normandy.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'datareporting.healthreport.uploadEnabled': false,
};

interface Call {
  resolve(value: any): void;
  reject(error: Error): void;
}

export class FirefoxPeer implements RemotePeer {
  readonly #server: Server;
  readonly #profile = mkdtempSync(join(tmpdir(), 'firefox-'));
  #process!: ChildProcess;
  readonly #calls = new Map<number, Call>();
  /** Calls that the page has not asked for, or the request of the page that waits for one. */
  readonly #queue: string[] = [];
  #waiting: ServerResponse | undefined;
  #lastId = 0;
  #ready!: () => void;
  readonly #isReady = new Promise<void>((resolve) => (this.#ready = resolve));

  private constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async open(executablePath: string): Promise<FirefoxPeer> {
    const peer = new FirefoxPeer();
    peer.#server.listen(0, '127.0.0.1');
    await once(peer.#server, 'listening');
    writeFileSync(join(peer.#profile, 'user.js'), Object.entries(preferences).map(([name, value]) => `user_pref("${name}", ${value});\n`).join(''));
    const url = `http://127.0.0.1:${(peer.#server.address() as AddressInfo).port}/`;
    peer.#process = spawn(executablePath, ['--headless', '--no-remote', '--profile', peer.#profile, url], { stdio: 'ignore' });
    peer.#process.on('close', (status, signal) => {
      for (const { reject } of peer.#calls.values()) reject(new Error(`Firefox ended with ${status ?? signal}`));
    });
    await peer.#isReady;
    return peer;
  }

  call<Name extends keyof Actions>(action: Name, ...args: Parameters<Actions[Name]>): Promise<ReturnType<Actions[Name]>> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject });
      this.#queue.push(JSON.stringify({ id, action, argument: args[0] }));
      this.#hand();
    });
  }

  async end(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const closed = once(this.#process, 'close');
      this.#process.kill();
      const impatience = setTimeout(() => this.#process.kill('SIGKILL'), 3000);
      await closed;
      clearTimeout(impatience);
    }
    this.#server.close();
    this.#server.closeAllConnections();
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url } = request;
    if (url === '/call') {
      this.#waiting = response;
      this.#ready();
      this.#hand();
    } else if (url === '/answer') {
      const { id, value, error } = JSON.parse(await text(request));
      const { resolve, reject } = this.#calls.get(id)!;
      this.#calls.delete(id);
      if (error === undefined) resolve(value);
      else reject(new Error(`Firefox: ${error}`));
      response.end();
    } else if (/^\/\w+\.mjs$/.test(url!)) {
      response.setHeader('content-type', 'text/javascript').end(readFileSync(new URL(`.${url}`, import.meta.url)));
    } else {
      response.setHeader('content-type', 'text/html').end('<!doctype html><script type="module" src="/polled.mjs"></script>');
    }
  }

  #hand(): void {
    if (!this.#waiting || this.#queue.length === 0) return;
    this.#waiting.end(this.#queue.shift());
    this.#waiting = undefined;
  }
}
