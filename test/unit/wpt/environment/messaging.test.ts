import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openPage } from './page';

const { window } = await openPage('<!doctype html><iframe src="/frame.html"></iframe>', {
  '/frame.html': '<script>onmessage = (event) => event.source.postMessage({ heard: event.data, origin: event.origin }, "*")</script>',
});
const inWindow = (source: string): Promise<any> => window.eval(`new Promise((resolve, reject) => { ${source} })`);

test.after(() => window.close());

test('ports deliver in the window\'s realm, in order, once started', async () => {
  assert.equal(await inWindow(`
    const { port1, port2 } = new MessageChannel();
    const heard = [];
    port2.onmessage = ({ data }) => { heard.push(data instanceof Array && data[0]); if (data[0] === 2) { port1.close(); resolve(heard.join()); } };
    port1.postMessage([1]);
    port1.postMessage([2]);
  `), '1,2');
});

test('a port goes through a port', async () => {
  assert.ok(await inWindow(`
    const outer = new MessageChannel(), inner = new MessageChannel();
    outer.port2.onmessage = ({ data, ports }) => {
      if (ports[0] !== data.port || !(ports[0] instanceof MessagePort)) return resolve(false);
      ports[0].onmessage = (event) => { outer.port1.close(); inner.port1.close(); resolve(event.data === 'through' && event.isTrusted); };
    };
    outer.port1.postMessage({ port: inner.port2 }, [inner.port2]);
    inner.port1.postMessage('through');
  `));
});

test('what a listener throws is reported to the window', async () => {
  assert.is(await inWindow(`
    const { port1, port2 } = new MessageChannel();
    addEventListener('error', (event) => { event.preventDefault(); port1.close(); resolve(event.message); }, { once: true });
    port2.onmessage = () => { throw new Error('from a listener'); };
    port1.postMessage(0);
  `), 'from a listener');
});

test('MessagePort has no constructor, and can\'t be cloned', async () => {
  assert.ok(await inWindow('try { new MessagePort() } catch (error) { resolve(error instanceof TypeError) }'));
  assert.ok(await inWindow('try { structuredClone(new MessageChannel().port1) } catch (error) { resolve(error.name === "DataCloneError") }'));
});

test('BroadcastChannel reaches the others of its name', async () => {
  assert.is(await inWindow(`
    const a = new BroadcastChannel('x'), b = new BroadcastChannel('x'), c = new BroadcastChannel('y');
    a.onmessage = c.onmessage = () => reject(new Error('wrong channel'));
    b.onmessage = ({ data }) => { for (const channel of [a, b, c]) channel.close(); resolve(data.n); };
    a.postMessage({ n: 3 });
  `), 3);
});

test('window.postMessage clones, and knows origin and ports', async () => {
  assert.ok(await inWindow(`
    const { port1, port2 } = new MessageChannel();
    const sent = { list: [1] };
    addEventListener('message', ({ data, origin, ports, source }) => {
      port2.close();
      resolve(data !== sent && data.list[0] === 1 && origin === location.origin && ports.length === 1 && source === window);
    }, { once: true });
    postMessage(sent, '*', [port1]);
  `));
});

test('windows of frames have the same globals, of their own realm', async () => {
  await inWindow('document.readyState === "complete" ? resolve() : addEventListener("load", resolve)');
  const frame = window.frames[0];
  assert.type(frame.fetch, 'function');
  assert.is.not(frame.MessageChannel, window.MessageChannel);
  assert.ok(frame.eval('structuredClone({}) instanceof Object'));
});

test.run();
