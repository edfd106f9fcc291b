// timeout: 900 s
import { testAgainst } from './against';
import { FirefoxPeer } from './peers/FirefoxPeer';
import { browserPath } from '../browser-path';

const path = browserPath('firefox');
if (path === undefined) console.log('skipped: no Firefox on the PATH');

testAgainst(path === undefined ? undefined : {
  name: 'Firefox',
  open: () => FirefoxPeer.open(path),
  // Data that comes on a new pair before its own check of that pair ends makes it answer where it can't send yet, which is fatal to its DTLS.
  lacks: { iceRestart: 'its DTLS fails (NSS error -12216) in some of them when data comes before its side has a pair' },
});
