/** `navigator.mediaDevices` of jsdom and happy-dom windows and of Node's own global. */
import { Window } from 'happy-dom';
import { JSDOM } from 'jsdom';
import { install } from 'mediant/jsdom';
import { install as installInHappyDOM } from 'mediant/happy-dom';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserFolder } from './support/user-folder';

function open(url: string, options?: Parameters<typeof install>[1]) {
  const { window } = new JSDOM('', { url, runScripts: 'outside-only' });
  return { window: window as any, installation: install(window, options) };
}

const devicesOf = async (window: any): Promise<any[]> =>
  [...await window.eval(`navigator.mediaDevices.getUserMedia({ audio: true, video: true }).then(() => navigator.mediaDevices.enumerateDevices())`)];

test('a window has it on the prototype of its navigator, with objects of its own realm', async () => {
  const { window } = open('https://one.test/');
  assert.is(window.eval(`Object.keys(Object.getOwnPropertyDescriptors(navigator)).length`), 0);
  assert.ok(window.eval(`navigator.mediaDevices instanceof MediaDevices && navigator.mediaDevices instanceof EventTarget`));
  assert.ok(await window.eval(`navigator.mediaDevices.getUserMedia({ audio: true }).then((stream) => stream instanceof MediaStream && stream.getTracks() instanceof Array)`));
  const kind = await window.eval(`navigator.mediaDevices.getUserMedia({ video: { width: { exact: 1e6 } } })
    .catch((error) => [error instanceof OverconstrainedError, error instanceof DOMException, error.name].join())`);
  assert.is(kind, 'true,true,OverconstrainedError');
});

test('device identifiers belong to an origin, groups to a document', async () => {
  const [first, second, foreign] = await Promise.all(['https://one.test/', 'https://one.test/two', 'https://other.test/'].map((url) => devicesOf(open(url).window)));
  const ids = (devices: any[], member: string) => devices.map((device) => device[member]);
  assert.equal(ids(first!, 'deviceId'), ids(second!, 'deviceId'));
  for (const { deviceId } of foreign!) assert.ok(deviceId === 'default' || !ids(first!, 'deviceId').includes(deviceId));
  for (const { groupId } of second!) assert.not.ok(ids(first!, 'groupId').includes(groupId));
});

test('an output can be chosen by the identifier that the window has for it', async () => {
  const { window, installation } = open('https://one.test/');
  const outputs = (await devicesOf(window)).filter(({ kind }) => kind === 'audiooutput');
  for (const { deviceId } of outputs) {
    const context = new window.AudioContext({ sinkId: deviceId });
    assert.is(context.sinkId, deviceId);
    await context.setSinkId('');
    await context.setSinkId(deviceId);
    await context.close();
  }
  installation.close();
});

test('an insecure window has none', () => {
  const { window } = open('http://one.test/');
  assert.not.ok('mediaDevices' in window.navigator);
  assert.not.ok('MediaDevices' in window);
  assert.ok('MediaStream' in window);
});

test('permissions can be denied from the start, and taken back', async () => {
  const { window, installation } = open('https://one.test/', { permissions: { camera: 'denied' } });
  const request = (constraints: string) => window.eval(`navigator.mediaDevices.getUserMedia(${constraints}).catch(({ name }) => name)`);
  assert.is(await request('{ video: true }'), 'NotAllowedError');
  const stream = await request('{ audio: true }');
  const [track] = stream.getTracks();
  const ended = new Promise((resolve) => track.addEventListener('ended', resolve));
  installation.setPermission('microphone', 'denied');
  await ended;
  assert.is(track.readyState, 'ended');
  assert.is(await request('{ audio: true }'), 'NotAllowedError');
});

test('closing a window ends its tracks', async () => {
  const { window } = open('https://one.test/');
  const stream = await window.eval(`navigator.mediaDevices.getUserMedia({ audio: true })`);
  window.close();
  assert.is(stream.getTracks()[0].readyState, 'ended');
});

test('windows of happy-dom have one each, though they share a prototype', async () => {
  const windows = ['https://one.test/', 'https://other.test/'].map((url) => new Window({ url }) as any);
  for (const window of windows) installInHappyDOM(window);
  const [first, second] = windows.map(({ navigator }) => navigator.mediaDevices);
  assert.is.not(first, second);
  const streams = await Promise.all([first, second].map((mediaDevices) => mediaDevices.getUserMedia({ audio: true })));
  assert.equal(streams.map((stream) => stream.getTracks()[0].kind), ['audio', 'audio']);
  await Promise.all(windows.map((window) => window.happyDOM.close()));
});

const user = new UserFolder().install();

test('the polyfill puts it on Node\'s navigator, which older versions lack', () => {
  const { status, stdout, stderr } = user.node([user.write('program.mjs', `
    import 'mediant/polyfill';
    import { mediaDevices } from 'mediant/mediastream';
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    console.log(navigator.mediaDevices === mediaDevices, stream instanceof MediaStream, /^Node\\.js\\/\\d+$/.test(navigator.userAgent));
  `)]);
  assert.is(status, 0, stderr);
  assert.is(stdout, 'true true true\n');
});

test.after(() => user.remove());

test.run();
