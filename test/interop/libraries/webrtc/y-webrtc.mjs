/** y-webrtc: two documents in two processes meet in an encrypted room, over its own signalling server. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../../support/free-port.mjs';

const port = await freePort();
const folder = dirname(dirname(createRequire(import.meta.url).resolve('y-webrtc')));
const server = fork(join(folder, 'bin/server.js'), { env: { ...process.env, PORT: String(port) }, stdio: ['ignore', 'pipe', 'inherit', 'ipc'], timeout: 50_000 });
await once(server.stdout, 'data');

const document = fileURLToPath(new URL('support/shared-document.mjs', import.meta.url));
// One after the other: when both announce themselves at once both offer, and of two initiators neither takes the other's channel.
const ends = [];
for (const name of ['here', 'there']) {
  const end = fork(document, [String(port), name], { timeout: 40_000 });
  ends.push(end);
  await once(end, 'message');
}
const exits = ends.map((end) => once(end, 'exit'));
try {
  await Promise.all(ends.map((end, index) => Promise.race([once(end, 'message'), exits[index]])));
  for (const end of ends) if (end.connected) end.send('end');
  assert.deepEqual(await Promise.all(exits), [[0, null], [0, null]]);
} finally {
  server.kill();
}
