// timeout: 180 s
/** Data channels with Chromium: who offers, renegotiation, an ICE restart, and bulk both ways with a checksum. */
import { createHash, randomFillSync } from 'node:crypto';
import { RTCPeerConnection, type RTCDataChannel } from 'mediant/webrtc';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ChromiumPage, chromiumPath } from './chromium';

process.env['MEDIANT_ICE_ADDRESSES'] = '127.0.0.1';

const path = chromiumPath();
if (path === undefined) console.log('skipped: no Chromium on the PATH');
const page = path === undefined ? undefined : await ChromiumPage.open(path, new URL('webrtc/', import.meta.url), [
  '--allow-loopback-in-peer-connection', '--disable-features=WebRtcHideLocalIpsWithMdns',
]);

/** Runs a function of `webrtc/peer.mjs` in the page. */
function remote(action: string, argument: unknown = null): Promise<any> {
  return page!.evaluate(async ([name, value]) => {
    const peer = await import('/peer.mjs' as string);
    return peer[name as string](value);
  }, [action, argument]);
}

async function gathered(connection: RTCPeerConnection): Promise<{ type: string; sdp: string }> {
  while (connection.iceGatheringState !== 'complete') await new Promise((resolve) => connection.addEventListener('icegatheringstatechange', resolve, { once: true }));
  const { type, sdp } = connection.localDescription!;
  return { type, sdp };
}

const event = (target: EventTarget, type: string) => new Promise<any>((resolve) => target.addEventListener(type, resolve, { once: true }));

/** Ours offers, or Chromium does. */
async function connect(isOfferer: boolean): Promise<[RTCPeerConnection, RTCDataChannel]> {
  const connection = new RTCPeerConnection();
  await remote('open');
  let channel: RTCDataChannel;
  if (isOfferer) {
    channel = connection.createDataChannel('from here');
    const opened = event(channel, 'open');
    await connection.setLocalDescription();
    await connection.setRemoteDescription(await remote('answer', await gathered(connection)));
    await opened;
  } else {
    const announced = event(connection, 'datachannel');
    await connection.setRemoteDescription(await remote('offer', { create: true }));
    await connection.setLocalDescription();
    await remote('accept', await gathered(connection));
    ({ channel } = await announced);
  }
  return [connection, channel];
}

async function echo(channel: RTCDataChannel, text: string): Promise<string> {
  const answered = event(channel, 'message');
  channel.send(`echo ${text}`);
  return (await answered).data as string;
}

const bulkBytes = 8 << 20;
const size = 65_536;

for (const isOfferer of [true, false]) {
  test(`${isOfferer ? 'an offer of ours' : "Chromium's offer"}: messages, bulk both ways, renegotiation, an ICE restart`, async () => {
    if (!page) return;
    const [connection, channel] = await connect(isOfferer);
    assert.is(await echo(channel, 'grüße'), 'grüße');

    const sent = createHash('sha256');
    for (let at = 0; at < bulkBytes; at += size) {
      const message = randomFillSync(new Uint8Array(size));
      sent.update(message);
      channel.send(message);
    }
    assert.is(await echo(channel, 'all sent'), 'all sent');
    assert.equal(await remote('digest'), { length: bulkBytes, hash: sent.digest('hex') });

    let received = 0;
    let isIntact = true;
    const all = new Promise<void>((resolve) => {
      channel.onmessage = ({ data }: { data: ArrayBuffer }) => {
        isIntact &&= new Uint8Array(data).every((byte) => byte === ((received / size) & 255));
        received += data.byteLength;
        if (received === bulkBytes) resolve();
      };
    });
    await remote('send', { size, count: bulkBytes / size });
    await all;
    assert.ok(isIntact);
    channel.onmessage = null;

    // The other side renegotiates, with new ICE credentials.
    await connection.setRemoteDescription(await remote('offer', { create: false, iceRestart: true }));
    await connection.setLocalDescription();
    await remote('accept', await gathered(connection));
    assert.is(await echo(channel, 'after a restart'), 'after a restart');
    await remote('close');
    connection.close();
  });
}

// Between connections nothing but the browser holds the process.
const held = setInterval(() => {}, 1000);
test.after(async () => {
  await page?.close();
  clearInterval(held);
});

test.run();
