// timeout: 120 s
/** The pages of examples, in a Chromium as people have it: addresses hidden behind mDNS names. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type Page, chromium } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ExampleProgram } from '../../support/ExampleProgram';
import { browserPath } from '../browser-path';

const path = browserPath('chromium');
if (path === undefined) console.log('skipped: no Chromium on the PATH');

const folder = mkdtempSync(join(tmpdir(), 'mediant-pages-'));
let browser: Browser;
const programs: ExampleProgram[] = [];

/** A program that serves its page, and that page. */
async function open(name: string, ...args: string[]): Promise<[ExampleProgram, Page]> {
  const program = new ExampleProgram(name, ...args);
  programs.push(program);
  const [url] = /http\S+/.exec(await program.line(/http/))!;
  const page = await browser.newPage();
  await page.goto(url);
  return [program, page];
}

if (path !== undefined) {
  test.before(async () => {
    browser = await chromium.launch({ executablePath: path, chromiumSandbox: false, args: ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'] });
  });

  test('a terminal chats with two pages', async () => {
    const [program, page] = await open('chat/chat.mjs', 'page');
    await program.line(/^\* connected$/);
    const another = await browser.newPage();
    await another.goto(page.url());
    await program.line(/^\* connected$/);
    program.type('grüße');
    for (const each of [page, another]) await each.getByText('> grüße').waitFor();
    await page.getByPlaceholder('Say something').fill('and back');
    await page.keyboard.press('Enter');
    assert.is(await program.line(/^>/), '> and back');
    await another.close({ runBeforeUnload: false });
    await program.line(/^\* the other has left$/);
    program.leave();
    await page.getByPlaceholder('The other has left').waitFor();
    await program.ended;
  });

  const bytes = randomBytes(3_000_000);
  const sent = join(folder, 'sent.bin');

  test('a terminal sends a file to a page, which saves it', async () => {
    writeFileSync(sent, bytes);
    const [program, page] = await open('file-transfer/file-transfer.mjs', 'send', sent, '--page');
    const download = await page.waitForEvent('download');
    assert.is(download.suggestedFilename(), 'sent.bin');
    assert.ok(readFileSync(await download.path()).equals(bytes));
    await page.getByText('Received sent.bin').waitFor();
    await program.ended;
    assert.match(program.errors, / 100 %, \d+\.\d MB\/s, 0 s left/);
  });

  test('a page sends a file to a terminal', async () => {
    const picked = join(folder, 'picked.bin');
    const received = mkdtempSync(join(folder, 'received-'));
    writeFileSync(picked, bytes);
    const [program, page] = await open('file-transfer/file-transfer.mjs', 'receive', received, '--page');
    await page.getByText('Connected', { exact: true }).waitFor();
    await page.locator('input').setInputFiles(picked);
    await page.getByText('Sent', { exact: true }).waitFor();
    assert.is(await page.locator('progress').evaluate(({ value }) => value), 1);
    await program.ended;
    assert.ok(readFileSync(join(received, 'picked.bin')).equals(bytes));
  });
}

test.after(async () => {
  await browser?.close();
  for (const program of programs) program.kill();
  rmSync(folder, { recursive: true, force: true });
});

test.run();
