import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { spawnSync } from 'node:child_process';
import { createNodeHost } from '../../../../src/host/node';

test('the clock is performance.now(), unless another is given', () => {
  const before = performance.now();
  const now = createNodeHost().now();
  assert.ok(now >= before && now <= performance.now());
  assert.is(createNodeHost({ now: () => 7 }).now(), 7);
});

test('tasks run one by one, in order, each with its own microtasks', async () => {
  const host = createNodeHost();
  const order: string[] = [];
  await new Promise<void>((resolve) => {
    for (const name of ['a', 'b', 'c']) {
      host.queueTask(() => {
        order.push(name);
        queueMicrotask(() => order.push(`${name} microtask`));
      });
    }
    host.queueTask(resolve);
    order.push('script');
  });
  assert.equal(order, ['script', 'a', 'a microtask', 'b', 'b microtask', 'c', 'c microtask']);
});

test('timers can be cleared and hold nothing', async () => {
  const host = createNodeHost();
  let calls = 0;
  host.clearTimeout(host.setTimeout(() => ++calls, 0));
  host.setTimeout(() => ++calls, 3_600_000);
  await new Promise<void>((resolve) => void setTimeout(resolve, 10));
  assert.is(calls, 0);
});

test('transferring detaches the buffer', () => {
  const buffer = Uint8Array.of(1, 2, 3).buffer;
  const moved = createNodeHost().transferArrayBuffer(buffer);
  assert.is(buffer.byteLength, 0);
  assert.equal([...new Uint8Array(moved)], [1, 2, 3]);
});

test('a buffer that cannot be detached is copied', () => {
  const { WebAssembly } = globalThis as unknown as { WebAssembly: { Memory: new (of: { initial: number }) => { buffer: ArrayBuffer } } };
  const { buffer } = new WebAssembly.Memory({ initial: 1 });
  const copy = createNodeHost().transferArrayBuffer(buffer);
  assert.is(copy.byteLength, 65536);
  assert.is(buffer.byteLength, 65536);
});

test('a reported exception is uncaught, after the script that reported it', () => {
  const module = new URL('../../../../src/host/node/index.ts', import.meta.url).href;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval',
    `const { createNodeHost } = await import(${JSON.stringify(module)});
    createNodeHost().reportException(new RangeError('on purpose'));
    console.log('goes on');`], { encoding: 'utf8', cwd: process.cwd() });
  assert.is(status, 1);
  assert.is(stdout.trim(), 'goes on');
  assert.match(stderr, 'RangeError: on purpose');
});

test.run();
