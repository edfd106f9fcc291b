// Chat between two terminals, or between a terminal and pages in a browser. What is typed goes to all; Ctrl-D leaves.
//
//   node examples/chat/chat.mjs offer       in one terminal, and
//   node examples/chat/chat.mjs answer      in another
//   node examples/chat/chat.mjs page        serves the page
import { createInterface } from 'node:readline';
import { RTCPeerConnection } from 'mediant';
import { paste } from '../shared/paste.mjs';
import { servePage } from '../shared/serve-page.mjs';
import { accept, describe } from '../shared/signalling.mjs';

const files = {
  '/': new URL('page.html', import.meta.url),
  '/signalling.mjs': new URL('../shared/signalling.mjs', import.meta.url),
};

const [role] = process.argv.slice(2);
const lines = createInterface({ input: process.stdin, output: process.stdout });
const channels = new Set();

/** A connection whose channel both ends have agreed on, so that it does not matter who offers. */
function connect() {
  const connection = new RTCPeerConnection();
  const channel = connection.createDataChannel('chat', { negotiated: true, id: 0 });
  channel.onopen = () => {
    channels.add(channel);
    console.log('* connected');
  };
  channel.onmessage = ({ data }) => console.log(`> ${data}`);
  channel.onclose = () => {
    channels.delete(channel);
    console.log('* the other has left');
    connection.close();
    if (role !== 'page') lines.close();
  };
  lines.on('close', () => connection.close());
  return connection;
}

async function answer(offer) {
  const connection = connect();
  await accept(connection, offer);
  return describe(connection);
}

if (role === 'page') {
  const server = await servePage(files, answer);
  lines.on('close', () => server.close().closeAllConnections());
} else {
  await paste(connect(), role === 'offer', lines);
}
lines.on('line', (line) => channels.forEach((channel) => channel.send(line)));
