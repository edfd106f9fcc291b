/** `shared-document.mjs PORT NAME`: writes its name into a document that another process shares, and waits for the other's. */
import 'mediant/polyfill';
import { once } from 'node:events';
import { WebrtcProvider } from 'y-webrtc';
import { WebSocket } from 'ws';
import * as Y from 'yjs';

// Node has one from version 22 on.
globalThis.WebSocket ??= WebSocket;

const [, , port, name] = process.argv;
const doc = new Y.Doc();
const provider = new WebrtcProvider('room', doc, {
  signaling: [`ws://127.0.0.1:${port}`], password: 'secret', peerOpts: { config: { iceServers: [] } },
});
const names = doc.getMap('names');
names.set(name, true);
provider.awareness.setLocalStateField('name', name);

await provider.key;
const [signalling] = provider.signalingConns;
if (!signalling.connected) await new Promise((resolve) => signalling.once('connect', resolve));
process.send('announced');

while (names.size < 2) await new Promise((resolve) => doc.once('update', resolve));
while (provider.awareness.getStates().size < 2) await new Promise((resolve) => provider.awareness.once('change', resolve));

process.send('complete');
await once(process, 'message');
provider.destroy();
doc.destroy();
// The provider's last message, once encrypted, opens a BroadcastChannel that nothing closes, and its signalling connection stays.
process.exit();
