import { networkOf } from '../../../../wpt/environment/network';
import { openWindow, type OpenWindow } from '../../../../wpt/environment/window';
import { textResponse } from '../../../../wpt/server/message';

const types: Record<string, string> = { html: 'text/html', js: 'text/javascript' };

/** Opens a page whose site is the given files, by path; the page itself is `/` . */
export function openPage(html: string, files: Record<string, string> = {}, workerEntry = new URL('file:///none'), log?: (method: string, values: readonly unknown[]) => void): Promise<OpenWindow> {
  const site: Record<string, string> = { '/': html, ...files };
  return openWindow({
    url: 'https://site.test/',
    network: networkOf({
      respond({ url }) {
        const text = site[url.pathname];
        const type = types[url.pathname.split('.')[1] ?? 'html'] ?? 'text/plain';
        if (!url.hostname.endsWith('site.test')) return undefined;
        return text === undefined ? textResponse('absent', 'text/plain', 404) : textResponse(text, type);
      },
    }),
    workerThread: { entry: workerEntry, data: site },
    ...(log === undefined ? {} : { log }),
  });
}
