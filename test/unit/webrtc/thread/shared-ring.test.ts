import { Worker } from 'node:worker_threads';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { allocateRing, RingReader, RingWriter } from '../../../../src/webrtc/thread/SharedRing';

const nobody = () => {};

function pair(capacity: number, wakeReader = nobody, wakeWriter = nobody): [RingWriter, RingReader] {
  const memory = allocateRing(capacity);
  return [new RingWriter(memory, wakeReader), new RingReader(memory, wakeWriter)];
}

function read(reader: RingReader): [number, number, number, Uint8Array] {
  const bytes = new Uint8Array(reader.byteLength);
  reader.copyTo(bytes);
  return [reader.type, reader.target, reader.flags, bytes];
}

test('records come out as they went in, many times around', () => {
  const [writer, reader] = pair(256);
  for (let round = 0; round < 1000; round++) {
    const bytes = Uint8Array.from({ length: round % 100 }, (_, i) => round + i);
    assert.ok(writer.write(1, -round, round, bytes));
    assert.ok(writer.write(2, round, 0, bytes, 0, 0));
    assert.is(reader.next(), false, 'not shown yet');
    writer.flush();
    assert.ok(reader.next());
    assert.equal(read(reader), [1, -round, round, bytes]);
    assert.ok(reader.next());
    assert.equal(read(reader), [2, round, 0, new Uint8Array(0)]);
    assert.is(reader.next(), false);
  }
});

test('a part of an array', () => {
  const [writer, reader] = pair(64);
  writer.write(0, 0, 0, Uint8Array.of(1, 2, 3, 4, 5), 1, 4);
  writer.flush();
  reader.next();
  assert.equal(read(reader)[3], Uint8Array.of(2, 3, 4));
});

test('a full ring takes nothing, and wakes the writer when there is room', () => {
  let woken = 0;
  const [writer, reader] = pair(64, nobody, () => { woken++; });
  assert.is(writer.room, 48);
  assert.is(writer.write(0, 0, 0, new Uint8Array(49)), false);
  assert.ok(writer.write(0, 0, 0, new Uint8Array(48)));
  assert.is(writer.room, -16);
  assert.is(writer.write(0, 0, 0, new Uint8Array(0)), false);
  writer.flush();
  reader.next();
  assert.is(woken, 0);
  assert.is(reader.next(), false);
  assert.is(woken, 1);
  assert.ok(writer.write(0, 0, 0, new Uint8Array(48)));
});

test('only a reader that sleeps is woken', () => {
  let woken = 0;
  const [writer, reader] = pair(256, () => { woken++; });
  const put = () => {
    writer.write(0, 0, 0, new Uint8Array(1));
    writer.flush();
  };
  put();
  assert.is(woken, 0);
  assert.is(reader.sleep(), false, 'there is something to read');
  while (reader.next());
  assert.is(reader.sleep(), true);
  put();
  put();
  assert.is(woken, 1);
});

test('positions run over 2³²', () => {
  const memory = allocateRing(64);
  new Int32Array(memory).fill(-16, 0, 2);
  const writer = new RingWriter(memory, nobody);
  const reader = new RingReader(memory, nobody);
  for (let i = 0; i < 10; i++) {
    writer.write(i, 0, 0, Uint8Array.of(i, i, i));
    writer.flush();
    assert.ok(reader.next());
    assert.equal(read(reader), [i, 0, 0, Uint8Array.of(i, i, i)]);
  }
});

test('two threads', async () => {
  const memory = allocateRing(4096);
  const signal = new Int32Array(new SharedArrayBuffer(4));
  const program = `
    const { workerData, parentPort } = require('node:worker_threads');
    import(workerData.loader).then(({ register }) => { register(); return import(workerData.ring); }).then(({ RingReader }) => {
      const reader = new RingReader(workerData.memory, () => {});
      let sum = 0;
      for (let count = 0; count < 200000;) {
        if (!reader.next()) {
          if (reader.sleep()) Atomics.wait(workerData.signal, 0, 0, 5), Atomics.store(workerData.signal, 0, 0);
          continue;
        }
        const bytes = new Uint8Array(reader.byteLength);
        reader.copyTo(bytes);
        if (reader.target !== count || bytes.some((byte) => byte !== (count & 255))) throw new Error('record ' + count);
        sum += bytes.length;
        count++;
      }
      parentPort.postMessage(sum);
    });`;
  const worker = new Worker(program, {
    eval: true,
    workerData: {
      memory, signal, loader: import.meta.resolve('tsx/esm/api'),
      ring: new URL('../../../../src/webrtc/thread/SharedRing.ts', import.meta.url).href,
    },
  });
  const result = new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  const writer = new RingWriter(memory, () => { Atomics.store(signal, 0, 1); Atomics.notify(signal, 0); });
  const bytes = new Uint8Array(300);
  let sum = 0;
  for (let count = 0; count < 200000;) {
    const length = (count * 7) % 300;
    if (writer.write(0, count, 0, bytes.fill(count & 255, 0, length), 0, length)) {
      sum += length;
      count++;
    }
    if (count % 8 === 0) writer.flush();
    if (count % 1000 === 0) await new Promise(setImmediate);
  }
  writer.flush();
  assert.is(await result, sum);
});

test.run();
