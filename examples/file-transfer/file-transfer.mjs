// Sends a file to another process, or to or from a page in a browser.
//
//   node examples/file-transfer/file-transfer.mjs send FILE              in one terminal, and
//   node examples/file-transfer/file-transfer.mjs receive [FOLDER]       in another, or either with
//                                                          --page        for a page as the other end
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { RTCPeerConnection } from 'mediant';
import { paste } from '../shared/paste.mjs';
import { servePage } from '../shared/serve-page.mjs';
import { accept, describe } from '../shared/signalling.mjs';
import { progressText, receive, send, watch } from './transfer.mjs';

const files = {
  '/': new URL('page.html', import.meta.url),
  '/signalling.mjs': new URL('../shared/signalling.mjs', import.meta.url),
  '/transfer.mjs': new URL('transfer.mjs', import.meta.url),
};

const { values, positionals: [action, path = '.'] } = parseArgs({ allowPositionals: true, options: { page: { type: 'boolean' } } });
const connection = new RTCPeerConnection();
const channel = connection.createDataChannel('file', { negotiated: true, id: 0 });

async function sendFile() {
  const { size } = await stat(path);
  await send(channel, { name: basename(path), size }, watch(createReadStream(path), size, showBar));
}

/** Never over a file that is there. */
async function receiveFile() {
  const { name, size, bytes, done } = await receive(channel);
  await pipeline(watch(bytes, size, showBar), createWriteStream(join(path, basename(name)), { flags: 'wx' }));
  const closed = once(channel, 'close');
  done();
  await closed;
}

function showBar(progress) {
  const filled = Math.round(progress.share * 30);
  process.stderr.write(`\r${'█'.repeat(filled)}${'░'.repeat(30 - filled)} ${progressText(progress)}   `);
  if (progress.share === 1) process.stderr.write('\n');
}

async function answer(offer) {
  await accept(connection, offer);
  return describe(connection);
}

const moved = action === 'send' ? sendFile() : receiveFile();
if (values.page) {
  const server = await servePage(files, answer);
  await moved;
  server.close().closeAllConnections();
} else {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  await paste(connection, action === 'send', lines);
  lines.close();
  await moved;
}
connection.close();
