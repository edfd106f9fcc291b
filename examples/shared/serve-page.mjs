import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

const types = { html: 'text/html; charset=utf-8', mjs: 'text/javascript' };

/** Serves files, by their paths, to browsers of this machine. An offer that a page posts is given to `answer`, and what that returns sent back. */
export async function servePage(files, answer) {
  const server = createServer(async (request, response) => {
    const file = files[request.url];
    if (request.method === 'POST') response.end(await answer(await text(request)));
    else if (file) createReadStream(file).pipe(response.setHeader('content-type', types[file.href.split('.').at(-1)]));
    else response.writeHead(404).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  console.log(`Open http://127.0.0.1:${server.address().port}/ in a browser.`);
  return server;
}
