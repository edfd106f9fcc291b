import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { discover } from '../../../../wpt/discovery/walk';
import { parseOptions } from '../../../../wpt/runner/options';

const { root, chromium } = parseOptions([], process.env);
const present = existsSync(join(root, 'resources/testharness.js')) && existsSync(chromium);
if (!present) {
  console.log('skipped: no checkout of web-platform-tests, or no results of Chromium to compare with');
}

/** The file that the checkout lacks, and that tests need which Chromium was not run on. */
const ABSENT_MEDIA = /movie_300|cors-check|no-cors/;

(present ? test : test.skip)('the test URLs found are those that Chromium was run on', () => {
  const wanted = new Set(Object.keys(JSON.parse(readFileSync(chromium, 'utf8')).tests));
  const directories = new Set([...wanted].map(topDirectory));
  const found = new Set(discover(root, [...directories].map((directory) => `${directory}/`)).map(({ url }) => url));
  assert.equal([...wanted].filter((url) => !found.has(url)), []);
  const extra = [...found].filter((url) => !wanted.has(url));
  assert.equal(extra.filter((url) => !ABSENT_MEDIA.test(url) && !ABSENT_MEDIA.test(readFileSync(join(root, url), 'utf8'))), []);
});

(present ? test : test.skip)('a prefix selects by the beginning of the URL', () => {
  const some = discover(root, ['webaudio/the-audio-api/the-gainnode-interface/gain']).map(({ url }) => url);
  assert.equal(some, ['/webaudio/the-audio-api/the-gainnode-interface/gain-basic.html', '/webaudio/the-audio-api/the-gainnode-interface/gain.html']);
});

function topDirectory(url: string): string {
  return url.split('/').slice(0, url.startsWith('/html/') ? 5 : 2).join('/');
}

test.run();
