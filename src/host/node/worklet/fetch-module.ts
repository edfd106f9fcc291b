import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { FetchModule, ModuleSource } from '../../Host';

/** https://mimesniff.spec.whatwg.org/#javascript-mime-type */
const javaScriptType = /^(?:text\/(?:javascript(?:1\.[0-5])?|ecmascript|jscript|livescript|x-ecmascript|x-javascript)|application\/(?:x-)?(?:java|ecma)script)$/i;

/** Module scripts as this process reaches them: file:, data:, blob: and http(s): URLs. */
export const fetchModule: FetchModule = (url, credentials, done) => {
  load(url, fetch).then(done, (error: Error) => done({ code: 'fetch', message: error.message }));
};

/** A module script; `fetchURL` is for all but files. */
export async function load(url: string, fetchURL: (url: string) => Promise<Response>): Promise<ModuleSource> {
  if (url.startsWith('file:')) return { text: await readFile(fileURLToPath(url), 'utf8'), url };
  const response = await fetchURL(url);
  if (!response.ok) throw new Error(`${url} could not be fetched: status ${response.status}.`);
  const type = response.headers.get('content-type')?.split(';')[0]!.trim() ?? '';
  // A blob is often made without a type.
  if (!javaScriptType.test(type) && !(type === '' && url.startsWith('blob:'))) {
    throw new Error(`${url} is no module script: its type is '${type}'.`);
  }
  return { text: await response.text(), url: response.url || url };
}
