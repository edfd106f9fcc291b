/** Processes that use an AudioWorklet end by themselves, and nothing in a processor ends them. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { spawn } from 'node:child_process';

const support = new URL('worklet-support.ts', import.meta.url).href;
const root = new URL('../../../', import.meta.url);
const limitMilliseconds = 60_000;

/** Runs a script in a process of its own, which must end by itself with this output. */
async function endsWell(script: string, expected: string): Promise<void> {
  const source = `import { gain, media, nextMessage, nextEvent, processor } from ${JSON.stringify(support)};
    const { AudioContext, AudioWorkletNode, ConstantSourceNode, OfflineAudioContext } = media;\n${script}`;
  const child = spawn(process.execPath, ['--expose-gc', '--import', import.meta.resolve('tsx'), '--input-type=module', '--eval', source], {
    cwd: root, env: { ...process.env, MEDIANT_AUDIO: 'silent' }, stdio: ['ignore', 'pipe', 'pipe'], timeout: limitMilliseconds,
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const ended = await new Promise((resolve) => child.on('close', (status, signal) => resolve({ status, signal, output: output.trim() })));
  assert.equal(ended, { status: 0, signal: null, output: expected });
}

const load = (name: string, body: string) => `await context.audioWorklet.addModule(processor('${name}', ${JSON.stringify(body)})); const node = new AudioWorkletNode(context, '${name}'); node.connect(context.destination);`;

test('after an offline render, though a port is listened to', () =>
  endsWell(`const context = new OfflineAudioContext(1, 128, 48000);
    ${load('tell', 'process() { this.port.postMessage("hello"); return true; }')}
    node.port.onmessage = () => {};
    await context.startRendering(); console.log('rendered');`, 'rendered'));

test('when a processor has stopped being an active source', () =>
  endsWell(`const context = new AudioContext();
    ${load('short', 'process() { if (currentTime > 0.1) { this.port.postMessage(1); return false; } return true; }')}
    process.on('exit', () => console.log(context.currentTime > 0.1));`, 'true'));

test('a context that is closed', () =>
  endsWell(`const context = new AudioContext(); ${load('on', 'process() { return true; }')}
    node.port.onmessage = () => {}; await context.close(); console.log('closed');`, 'closed'));

test('process.exit() while processors run', () =>
  endsWell(`const context = new AudioContext(); ${load('on', 'process() { this.port.postMessage(0); return true; }')}
    await nextMessage(node.port); console.log('exits'); process.exit(0);`, 'exits'));

test('process.exit() while a processor does not return', () =>
  endsWell(`const context = new AudioContext(); ${load('on', 'process() { this.port.postMessage(0); for (;;); }')}
    await nextMessage(node.port); console.log('exits'); process.exit(0);`, 'exits'));

test('a processor that gets hold of process.exit', () =>
  endsWell(`const context = new AudioContext();
    ${load('exit', 'process() { (0, console.log.constructor)("return process")().exit(1); return true; }')}
    console.log((await nextEvent(node, 'processorerror')).message); await context.close();`, 'Uncaught ReferenceError: process is not defined'));

test('contexts that are dropped are collected with their threads', () =>
  endsWell(`for (let index = 0; index < 5; index++) {
      const context = new OfflineAudioContext(1, 128, 48000);
      ${load('gone', 'process() { return false; }')}
      await context.startRendering();
    }
    for (let turn = 0; turn < 20; turn++) { gc(); await new Promise((resolve) => setTimeout(resolve, 10)); }
    console.log('done');`, 'done'));

test.run();
