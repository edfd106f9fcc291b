import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { HostError } from '../../../src/host/Host';
import { CodecService } from '../../../src/host/node/codecs/service';
import { startWorker } from '../../../src/host/node/start-worker';
import { backendMissing, encode, formats } from '../../support/media-encode';
import { tones } from '../../support/media-signal';

/** In the environment of a process that only ends Workers. */
const alone = 'MEDIANT_TEST_ENDS_WORKERS';
const missing = await backendMissing();
if (missing) console.log(`skipped: ${missing}`);

/** A Worker that acts on the first byte of the file it is sent. */
const program = `
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', ({ id, bytes }) => {
    if (bytes[0] === 1) process.exit(3);
    if (bytes[0] === 2) throw new Error('broken');
    if (bytes[0] === 3) for (;;);
    if (bytes[0] === 4) for (let end = Date.now() + 3000, last = 0; Date.now() < end;) {
      if (Date.now() - last > 20) { last = Date.now(); parentPort.postMessage({ id, kind: 'progress' }); }
    }
    parentPort.postMessage({ id, kind: 'decoded', result: { sampleRate: bytes[0], channels: [] } });
  });`;

let started = 0;
const start = (): Worker => {
  started++;
  return new Worker(program, { eval: true });
};
const service = new CodecService(start);
/** With the second that it gives progress on its way, two in which a Worker has to have started. */
const impatient = new CodecService(start, 1000);

function submit(to: CodecService, ...bytes: number[]): Promise<{ kind: string; error?: HostError }> {
  return new Promise((resolve) => to.submit({ kind: 'decode', bytes: Uint8Array.from(bytes), sampleRate: 8000 }, resolve as never));
}

test('a Worker that ends takes only its own file with it', async () => {
  const answers = await Promise.all([9, 1, 8, 2, 7].map((byte) => submit(service, byte)));
  assert.equal(answers.map(({ kind }) => kind), ['decoded', 'failed', 'decoded', 'failed', 'decoded']);
  assert.equal(answers[1].error, { code: 'encoding', message: 'The decoder failed on this file: it ended by itself.' });
  assert.equal(answers[3].error, { code: 'encoding', message: 'The decoder failed on this file: broken.' });
  assert.is(started, 3);
});

test('a Worker that hangs is given up', async () => {
  const answers = await Promise.all([3, 9].map((byte) => submit(impatient, byte)));
  assert.equal(answers[0].error, { code: 'encoding', message: 'The decoder failed on this file: no progress in 1 s.' });
  assert.is(answers[1].kind, 'decoded');
});

test('a Worker that reports progress is not', async () => {
  assert.is((await submit(impatient, 4)).kind, 'decoded');
});

test('a Worker whose program is missing', async () => {
  const nowhere = new CodecService(() => new Worker(new URL('./nowhere.js', import.meta.url)));
  for (const services of [nowhere, new CodecService(() => { throw new Error('Cannot find module'); })]) {
    for (let round = 0; round < 2; round++) {
      const answer = await new Promise<{ error: HostError }>((resolve) => {
        services.submit({ kind: 'decode', bytes: new Uint8Array(1), sampleRate: 8000 }, resolve as never);
      });
      assert.is(answer.error.code, 'no-backend');
      assert.match(answer.error.message, /^The codec Worker can't be started \(Cannot find module.*\)\. Leave the package mediant out of the bundle\.$/);
    }
  }
});

test('answers come in a task of their own', async () => {
  let answered = false;
  const answer = submit(service, 9).then(() => { answered = true; });
  assert.is(answered, false);
  await answer;
});

async function endWhileDecoding(): Promise<void> {
  const workers: Worker[] = [];
  const real = new CodecService(() => {
    workers.push(startWorker('codec', undefined));
    return workers.at(-1)!;
  });
  const file = await encode(formats.find(({ name }) => name === 'vorbis-ogg')!, tones(44100 * 5, 44100, 2), 44100);
  const decode = () => new Promise<{ kind: string }>((resolve) => real.submit({ kind: 'decode', bytes: file.slice(), sampleRate: 48000 }, resolve));
  for (const delay of [1, 15, 40]) {
    assert.is((await decode()).kind, 'decoded');
    const lost = decode();
    // The file may be decoded first; the next one begins when the Worker has ended all the same.
    const ended = new Promise((resolve) => setTimeout(() => resolve(workers.at(-1)!.terminate()), delay));
    assert.ok(['failed', 'decoded'].includes((await lost).kind));
    await ended;
  }
  assert.is((await decode()).kind, 'decoded');
  assert.ok(workers.length > 1);
}

/**
 * node-av 6 aborts the process, now and then, where its thread is terminated during one of its calls: its exception finds no JavaScript to be thrown into. That is
 * told and tried again, in a process of its own; all else that goes wrong fails.
 */
test('the real Worker can be ended while it decodes, and started again', () => {
  if (missing) return;
  for (let attempt = 1; ; attempt++) {
    const { status, signal, stderr } = spawnSync(process.execPath, ['--import', 'tsx', fileURLToPath(import.meta.url)], { encoding: 'utf8', env: { ...process.env, [alone]: '1' } });
    if (status === 0) return;
    const isAbortOfBackend = signal === 'SIGABRT' && /napi_throw[^]*node-av\.node/.test(stderr);
    assert.ok(isAbortOfBackend && attempt < 4, `${signal ?? `status ${status}`}: ${stderr}`);
    console.log(`attempt ${attempt}: node-av aborted the process as its Worker was terminated`);
  }
});

if (process.env[alone]) await endWhileDecoding();
else test.run();
