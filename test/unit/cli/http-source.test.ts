/** Bytes of an address, from servers as they are. */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { HttpSource } from '../../../src/cli/HttpSource';
import { mediantWhile, wav } from './support';

const content = Uint8Array.from({ length: 3_000_000 }, (_, index) => (index * 7919) >> 3);

interface Asked {
  readonly begin: number;
  readonly response: ServerResponse;
}

/** Answers with what is left of the content, unless `answer` does otherwise. */
async function serve(bytes: Uint8Array, use: (address: string, asked: number[]) => Promise<void>, answer: (asked: Asked, count: number) => boolean = () => false, ranges = true): Promise<void> {
  const asked: number[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const begin = ranges ? Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0) : 0;
    asked.push(begin);
    if (answer({ begin, response }, asked.length)) return;
    if (begin >= bytes.length) return void response.writeHead(416).end();
    head(response, bytes, begin, ranges);
    response.end(bytes.subarray(begin));
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/file`, asked);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => { server.close(resolve); });
  }
}

function head(response: ServerResponse, bytes: Uint8Array, begin: number, ranges = true): void {
  response.writeHead(ranges ? 206 : 200, { 'Content-Length': bytes.length - begin, ...(ranges && { 'Content-Range': `bytes ${begin}-${bytes.length - 1}/${bytes.length}` }) });
}

/** Some bytes, and the connection is gone. */
function breakOff(response: ServerResponse, bytes: Uint8Array, begin: number, count: number, ranges = true): true {
  head(response, bytes, begin, ranges);
  response.write(bytes.subarray(begin, begin + count), () => response.destroy());
  return true;
}

async function checkAll(source: HttpSource, from: number, to: number): Promise<void> {
  for (let at = from; at < to;) {
    const bytes = await source.read(at);
    assert.ok(bytes.length > 0, `no bytes at ${at}`);
    assert.ok(Buffer.from(bytes).equals(content.subarray(at, at + bytes.length)), `other bytes at ${at}`);
    at += bytes.length;
  }
}

test('in order by one request, near by reading on, far by another', () => serve(content, async (address, asked) => {
  const source = await HttpSource.open(address);
  assert.equal([source.size, source.canSeek], [content.length, true]);
  await checkAll(source, 0, 100_000);
  await checkAll(source, 600_000, 700_000);
  assert.equal(asked, [0]);
  await checkAll(source, 2_900_000, 3_000_000);
  await checkAll(source, 5, 1000);
  assert.equal(asked, [0, 2_900_000, 5]);
  assert.is((await source.read(content.length)).length, 0);
  assert.is((await source.read(content.length + 5)).length, 0);
  assert.equal(asked, [0, 2_900_000, 5], 'nothing is asked for behind the end');
  await source.close();
}));

test('a connection that ends too early is taken up where it ended', () => serve(content, async (address, asked) => {
  const source = await HttpSource.open(address);
  await checkAll(source, 0, content.length);
  assert.ok(asked.length >= 3 && asked.every((begin, index) => index === 0 || begin >= asked[index - 1]), asked.join());
  await source.close();
}, ({ begin, response }, count) => (count <= 2 ? breakOff(response, content, begin, 900_000) : false)));

test('one that can\'t be taken up', () => serve(content, async (address) => {
  const source = await HttpSource.open(address);
  assert.equal([source.size, source.canSeek], [content.length, false]);
  const message = await checkAll(source, 0, content.length).then(() => '', (error: Error) => error.message);
  assert.match(message, /^cannot read http:.* from byte \d+ on: .+/);
}, ({ response }) => breakOff(response, content, 0, 900_000, false), false));

test('a server that has nothing for a moment, and one that has nothing any more', async () => {
  await serve(content, async (address) => {
    const source = await HttpSource.open(address);
    await checkAll(source, 0, content.length);
    await source.close();
  }, ({ begin, response }, count) => {
    if (count === 1) return breakOff(response, content, begin, 900_000);
    if (count === 2) response.writeHead(503).end();
    return count === 2;
  });
  await serve(content, async (address) => {
    const source = await HttpSource.open(address);
    const message = await checkAll(source, 0, content.length).then(() => '', (error: Error) => error.message);
    assert.is(message, `cannot fetch ${address}: 403 Forbidden`);
  }, ({ begin, response }, count) => {
    if (count === 1) return breakOff(response, content, begin, 900_000);
    response.writeHead(403).end();
    return true;
  });
});

test('content that becomes another', () => serve(content, async (address) => {
  const source = await HttpSource.open(address);
  const message = await source.read(2_000_000).then(() => '', (error: Error) => error.message);
  assert.is(message, `${address} has changed while it was read, or its server answers no range requests any more`);
}, ({ begin, response }) => {
  if (begin === 0) return false;
  head(response, content.subarray(1), begin);
  response.end(content.subarray(begin + 1));
  return true;
}));

test('mediant convert reads an address, with ranges and without', async () => {
  const bytes = wav(2);
  for (const ranges of [true, false]) {
    await serve(bytes, async (address) => {
      const { status, stderr, stdout } = await mediantWhile(['convert', '--json', '--overwrite', address, 'of-address.wav', '--from', '0.5']);
      assert.is(status, 0, stderr);
      const { duration, tracks: [{ isCopy }] } = JSON.parse(stdout);
      assert.equal([isCopy, Math.abs(duration - 1.5) < 0.03], [true, true]);
    }, undefined, ranges);
  }
});

test.run();
