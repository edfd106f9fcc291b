/** For a browser that nothing drives: the page asks the server that it comes from for one call after the other, and posts what they give. */
import { call } from './page.mjs';

const post = (path, body) => fetch(path, { method: 'POST', body: JSON.stringify(body) });

for (;;) {
  const { id, action, argument } = await (await post('/call')).json();
  call(action, argument)
    .then((value) => ({ id, value }), (error) => ({ id, error: String(error?.stack ?? error) }))
    .then((answer) => post('/answer', answer));
}
