import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { spawn } from 'node:child_process';

const limitMilliseconds = 60_000;
const engineModule = new URL('../../../support/lifetime/engine.mjs', import.meta.url).href;

interface Outcome {
  readonly status: number | null;
  readonly signal: string | null;
  readonly output: string;
}

/** Runs a script in a process of its own, which must end by itself. */
function run(script: string, flags: string[] = []): Promise<Outcome> {
  const source = `import { addon, closed, openOffline, openRealtime, play, running, suspended } from ${JSON.stringify(engineModule)};\n${script}`;
  const child = spawn(process.execPath, [...flags, '--input-type=module', '--eval', source], {
    env: { ...process.env, MEDIANT_AUDIO: 'silent' }, stdio: ['ignore', 'pipe', 'pipe'], timeout: limitMilliseconds,
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  return new Promise((resolve) => child.on('close', (status, signal) => resolve({ status, signal, output: output.trim() })));
}

const endsWell = async (script: string, expected: string, flags: string[] = []) =>
  assert.equal(await run(script, flags), { status: 0, signal: null, output: expected });

const workerSource = (body: string) =>
  `new Worker(new URL('data:text/javascript,' + encodeURIComponent(${JSON.stringify(`import { parentPort } from 'node:worker_threads';
    import { addon, play, openOffline } from ${JSON.stringify(engineModule)};\n${body}`)})))`;

test('a running context does not hold the process', () =>
  endsWell('await play(); console.log("plays");', 'plays'));

test('a context that is kept alive holds it, until it is not', () =>
  endsWell('const engine = await play(); engine.keepAlive(true); setTimeout(() => { console.log("still"); engine.keepAlive(false); }, 50).unref();', 'still'));

test('a request holds the process until its answer', () =>
  endsWell('await play(); const engine = openRealtime(() => console.log("answered")); engine.setState(running, 1);', 'answered'));

test('a closed context holds nothing', () =>
  endsWell('const engine = await play(); engine.keepAlive(true); engine.close(); engine.keepAlive(true); engine.setState(running, 2);', ''));

test('an offline render holds the process until it is complete', () =>
  endsWell('openOffline((words) => console.log(words[0])).render([new Float32Array(480000)]);', '4'));

test('a suspended offline render does not', () =>
  endsWell('const engine = openOffline((words) => console.log(words[0])); engine.suspendAt(1280); engine.render([new Float32Array(480000)]);', '3'));

test('process.exit() while contexts play', () =>
  endsWell('for (let i = 0; i < 8; ++i) (await play()).keepAlive(true); process.exit(0);', ''));

test('process.exit() in the middle of offline renders', () =>
  endsWell('for (let i = 0; i < 4; ++i) openOffline().render([new Float32Array(48e6)]); process.exit(0);', ''));

test('an exception ends the process as ever', async () => {
  const { status, signal } = await run('(await play()).keepAlive(true); throw new Error("on purpose");');
  assert.equal({ status, signal }, { status: 1, signal: null });
});

test('an exception in a callback for events is uncaught, not lost', async () => {
  const { status, output } = await run('openRealtime(() => { throw new Error("on purpose"); }).setState(running, 1);');
  assert.is(status, 1);
  assert.match(output, 'on purpose');
});

test('an engine that nobody refers to is collected and closed', () =>
  endsWell(
    `import { readdirSync } from 'node:fs';
    const threads = () => readdirSync('/proc/self/task').length;
    const before = threads();
    await (async () => { for (let i = 0; i < 20; ++i) await play(); })();
    for (let i = 0; i < 500 && threads() > before; ++i) { gc(); await new Promise((resolve) => setTimeout(resolve, 20)); }
    console.log(threads() - before);`,
    '0', ['--expose-gc']));

test('an engine that is kept alive is not', () =>
  endsWell(
    `let reference;
    await (async () => { const engine = await play(); engine.keepAlive(true); reference = new WeakRef(engine); })();
    for (let i = 0; i < 10; ++i) { gc(); await new Promise((resolve) => setTimeout(resolve, 10)); }
    console.log(reference.deref() !== undefined);
    reference.deref().close();`,
    'true', ['--expose-gc']));

test('Workers are terminated while they play and render', () =>
  endsWell(
    `import { Worker } from 'node:worker_threads';
    for (let round = 0; round < 5; ++round) {
      const workers = Array.from({ length: 4 }, () => ${workerSource(`(await play()).keepAlive(true);
        openOffline().render([new Float32Array(48e5)]);
        parentPort.postMessage('plays'); setInterval(() => {}, 1000);`)});
      await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('message', resolve))));
      await Promise.all(workers.map((worker) => worker.terminate()));
    }
    console.log('done');`,
    'done'));

/** What the media thread of WebRTC opens, as often as it can be. */
const opensAll = `
  const { certificate, privateKey } = await new Promise((resolve) => {
    addon.generateCertificate(0, 1700000000, 1800000000, (certificate, privateKey) => resolve({ certificate, privateKey }));
  });
  parentPort.postMessage('opens');
  for (;;) {
    const connection = new addon.DtlsConnection(certificate, privateKey, true, 1200);
    connection.start();
    connection.exportKeyingMaterial('label', 16);
    connection.close();
    const bell = new addon.Doorbell(() => {});
    new addon.DoorbellButton(bell.number).press();
    bell.hold(true);
    bell.close();
    new addon.UdpSocket('127.0.0.1', 0, () => {}).close();
    await new Promise(setImmediate);
  }`;

test('Workers are terminated while they open sockets and connections', () =>
  endsWell(
    `import { Worker } from 'node:worker_threads';
    for (let round = 0; round < 10; ++round) {
      const workers = Array.from({ length: 2 }, () => ${workerSource(opensAll)});
      await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('message', resolve))));
      await Promise.all(workers.map((worker) => worker.terminate()));
    }
    console.log('done');`,
    'done'));

test('a Worker ends by itself while its context runs, and the main thread plays on', () =>
  endsWell(
    `import { Worker } from 'node:worker_threads';
    const engine = await play();
    const status = await new Promise((resolve) => ${workerSource('await play();')}.once('exit', resolve));
    const before = engine.state[0];
    engine.keepAlive(true);
    while (engine.state[0] === before) await new Promise((resolve) => setTimeout(resolve, 5));
    engine.keepAlive(false);
    console.log(status);`,
    '0'));

test.run();
