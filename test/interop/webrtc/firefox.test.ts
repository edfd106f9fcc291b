// timeout: 900 s
import { testAgainst } from './against';
import { FirefoxPeer } from './peers/FirefoxPeer';
import { browserPath } from '../browser-path';

const path = browserPath('firefox');
if (path === undefined) console.log('skipped: no Firefox on the PATH');

testAgainst(path === undefined ? undefined : { name: 'Firefox', open: () => FirefoxPeer.open(path) });
