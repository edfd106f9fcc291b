import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { addonIsBuilt } from '../interop/modes/support/user-folder';
import { ExampleProgram, signal } from '../support/ExampleProgram';

const { progressText, watch } = await import('../../examples/file-transfer/transfer.mjs' as string);

/** The other examples are run by readme.test.ts, these with pages in Chromium by test/interop/chromium. */
const folder = mkdtempSync(join(tmpdir(), 'mediant-examples-'));
const programs: ExampleProgram[] = [];

function start(name: string, ...args: string[]): ExampleProgram {
  const program = new ExampleProgram(name, ...args);
  programs.push(program);
  return program;
}

const connectionTest = addonIsBuilt ? test : test.skip;
if (!addonIsBuilt) console.log('skipped: the native addon is not built');

connectionTest('two terminals chat, and one is told when the other leaves', async () => {
  const [here, there] = [start('chat/chat.mjs', 'offer'), start('chat/chat.mjs', 'answer')];
  await signal(here, there);
  await Promise.all([here, there].map((end) => end.line(/^\* connected$/)));
  here.type('grüße');
  assert.is(await there.line(/^>/), '> grüße');
  there.type('and back');
  assert.is(await here.line(/^>/), '> and back');
  here.leave();
  await there.line(/^\* the other has left$/);
  await Promise.all([here.ended, there.ended]);
});

for (const size of [0, 1, 5_000_000]) {
  connectionTest(`a file of ${size} bytes goes from one terminal to another`, async () => {
    const bytes = randomBytes(size);
    writeFileSync(join(folder, `of ${size}`), bytes);
    const received = join(folder, `received ${size}`);
    mkdirSync(received);
    const [sender, receiver] = [start('file-transfer/file-transfer.mjs', 'send', join(folder, `of ${size}`)), start('file-transfer/file-transfer.mjs', 'receive', received)];
    await signal(sender, receiver);
    await Promise.all([sender.ended, receiver.ended]);
    assert.ok(readFileSync(join(received, `of ${size}`)).equals(bytes));
    if (size > 0) for (const { errors } of [sender, receiver]) assert.match(errors, /\r█{30} 100 %, \d+\.\d MB\/s, 0 s left +\n$/);
  });
}

test('progress is told as a share, a speed and the time that is left', async () => {
  assert.is(progressText({ share: 0.4567, bytesPerSecond: 12_340_000, secondsLeft: 3.2 }), '45 %, 12.3 MB/s, 4 s left');
  const shown: { share: number }[] = [];
  const chunks = [new Uint8Array(60), new Uint8Array(40)];
  const passed: Uint8Array[] = [];
  for await (const chunk of watch(chunks, 100, (progress: { share: number }) => shown.push(progress))) passed.push(chunk);
  assert.equal(passed, chunks);
  assert.is(shown.at(-1)!.share, 1);
});

test.after(() => {
  for (const program of programs) program.kill();
  rmSync(folder, { recursive: true, force: true });
});

test.run();
