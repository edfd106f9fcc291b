// timeout: 900 s
import { testAgainst } from './against';
import { ChromiumPeer } from './peers/ChromiumPeer';
import { browserPath } from '../browser-path';

const path = browserPath('chromium');
if (path === undefined) console.log('skipped: no Chromium on the PATH');

testAgainst(path === undefined ? undefined : { name: 'Chromium', open: () => ChromiumPeer.open(path) });
