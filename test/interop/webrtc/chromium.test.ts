// timeout: 900 s
import { testAgainst } from './against';
import { BrowserPeer, browserPath } from './peers/BrowserPeer';

const path = browserPath('chromium');
if (path === undefined) console.log('skipped: no Chromium on the PATH');

testAgainst(path === undefined ? undefined : { name: 'Chromium', open: () => BrowserPeer.open('chromium', path) });
