import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openPage } from './page';

const { window } = await openPage('<!doctype html>');
const inWindow = (source: string) => window.eval(`(() => { ${source} })()`);

test.after(() => window.close());

test('what is cloned belongs to the window', () => {
  assert.ok(inWindow(`
    const value = { list: [1, , 3], date: new Date(5), map: new Map([[{}, 1]]), set: new Set(['a']), view: new Float32Array([1, 2]),
      pattern: /x/gi, boxed: Object(1n), big: 2n, none: undefined, data: new DataView(new ArrayBuffer(8), 2, 4) };
    const copy = structuredClone(value);
    return copy instanceof Object && copy.list instanceof Array && copy.list.length === 3 && !(1 in copy.list) && copy.date instanceof Date &&
      copy.date.getTime() === 5 && copy.map instanceof Map && [...copy.map.keys()][0] instanceof Object && copy.set.has('a') &&
      copy.view instanceof Float32Array && copy.view.buffer instanceof ArrayBuffer && copy.view.buffer !== value.view.buffer && copy.view[1] === 2 &&
      copy.pattern.flags === 'gi' && copy.boxed instanceof BigInt && copy.big === 2n && 'none' in copy && copy.data.byteOffset === 2;
  `));
});

test('identity and cycles survive', () => {
  assert.ok(inWindow('const a = {}; a.self = a; a.twice = [a]; const copy = structuredClone(a); return copy.self === copy && copy.twice[0] === copy'));
  assert.ok(inWindow('const b = new ArrayBuffer(4); const [x, y] = structuredClone([new Uint8Array(b), new Uint8Array(b, 1)]); return x.buffer === y.buffer && y.byteOffset === 1'));
});

test('errors keep name, message, stack and cause', () => {
  assert.ok(inWindow(`
    const error = new RangeError('far', { cause: { why: 1 } });
    const copy = structuredClone(error);
    return copy instanceof RangeError && copy.message === 'far' && copy.stack === error.stack && copy.cause.why === 1;
  `));
});

test('transferred buffers move', () => {
  assert.ok(inWindow(`
    const view = new Uint8Array([1, 2, 3]);
    const copy = structuredClone(view, { transfer: [view.buffer] });
    return view.length === 0 && copy.length === 3 && copy[2] === 3 && copy.buffer instanceof ArrayBuffer;
  `));
});

test('what can\'t be cloned throws the window\'s DataCloneError', () => {
  for (const value of ['() => {}', 'Symbol()', 'document', 'document.createElement("p")', 'new WeakMap()', 'Promise.resolve()', 'new Event("x")', '{ inner: parseInt }', 'new Proxy({}, {})', 'new ReadableStream()']) {
    const result = inWindow(`try { structuredClone(${value}); return 'cloned' } catch (error) { return error instanceof DOMException && error.name }`);
    assert.is(result, 'DataCloneError', value);
  }
});

test('a transfer list may hold each transferable once, and nothing else', () => {
  for (const list of ['[b, b]', '[{}]', '[new Uint8Array(1)]', '[gone]']) {
    const result = inWindow(`
      const b = new ArrayBuffer(1), gone = new ArrayBuffer(1); structuredClone(gone, { transfer: [gone] });
      try { structuredClone(0, { transfer: ${list} }); return 'cloned' } catch (error) { return error instanceof DOMException && error.name }`);
    assert.is(result, 'DataCloneError', list);
  }
});

test('objects of the page\'s own classes become plain', () => {
  assert.ok(inWindow('class Point { x = 1 } const copy = structuredClone(new Point()); return copy.x === 1 && Object.getPrototypeOf(copy) === Object.prototype'));
});

test.run();
