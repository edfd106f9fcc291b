import { spawnSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { backendMissing, encode, formats } from '../../support/media-encode';
import { tones } from '../../support/media-signal';

const missing = await backendMissing();
if (missing) console.log(`skipped: ${missing}`);

const source = new URL('../../../src/host/node/codecs/index.ts', import.meta.url).href;

/** Runs a program that starts to decode, then does `act` or whatever `done` says. */
async function run(seconds: number, act: string, done = ''): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const file = await encode(formats.find(({ name }) => name === 'adts')!, tones(44100 * seconds, 44100, 2), 44100);
  const program = `
    import { createNodeCodecHost } from ${JSON.stringify(source)};
    const file = Buffer.from(${JSON.stringify(Buffer.from(file).toString('base64'))}, 'base64');
    createNodeCodecHost().decodeAudioData(file, 48000, (result) => { console.log(result.channels.length); ${done} });
    ${act}`;
  return spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-'], { input: program, encoding: 'utf8', timeout: 30_000 });
}

test('a decode keeps the process until it is done, and no longer', async () => {
  if (missing) return;
  const { status, stdout, stderr } = await run(0.2, '');
  assert.is(stdout, '2\n', stderr);
  assert.is(status, 0, stderr);
});

test('process.exit() after a decode', async () => {
  if (missing) return;
  assert.is((await run(0.2, '', 'process.exit(0);')).status, 0);
});

for (const milliseconds of [50, 200, 400]) {
  test(`process.exit() ${milliseconds} ms into a decode`, async () => {
    if (missing) return;
    const { status, stderr } = await run(8, `setTimeout(() => process.exit(0), ${milliseconds});`);
    assert.is(status, 0, stderr);
  });
}

test.run();
