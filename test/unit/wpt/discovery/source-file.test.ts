import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isCandidate, testURLsOf } from '../../../../wpt/discovery/source-file';

const harness = '<script src="/resources/testharness.js"></script>';
const urls = (path: string, text: string) => testURLsOf(path, text).map(({ url }) => url);

test('a document is a test when it loads testharness.js', () => {
  assert.equal(urls('webaudio/gain.html', harness), ['/webaudio/gain.html']);
  assert.equal(urls('webaudio/gain.html', '<p>testharness.js</p>'), []);
  assert.equal(urls('a.html', '<script src=../resources/testharness.js></script>'), ['/a.html']);
});

test('support files, manual tests and reftests are no candidates', () => {
  for (const path of ['resources/testharness.html', 'a/resources/b.html', 'a/support/b.html', 'a/b-manual.html', 'a/b-ref.html', 'a/b-manual.https.html', 'common/blank.html', 'a/b.js']) {
    assert.not(isCandidate(path), path);
  }
  for (const path of ['a/b.html', 'a/b.xhtml', 'a/b.any.js', 'a/b.https.window.js', 'a/b.worker.js']) {
    assert.ok(isCandidate(path), path);
  }
});

test('.any.js stands for a window and a dedicated worker unless it says otherwise', () => {
  assert.equal(urls('a/b.any.js', ''), ['/a/b.any.html', '/a/b.any.worker.html']);
  assert.equal(urls('a/b.any.js', '// META: global=window\n'), ['/a/b.any.html']);
  assert.equal(urls('a/b.https.any.js', '// META: global=window,dedicatedworker-module\n'), ['/a/b.https.any.html', '/a/b.https.any.worker-module.html']);
  assert.equal(urls('a/b.any.js', '// META: global=serviceworker\n'), []);
});

test('.window.js and .worker.js stand for one document each', () => {
  assert.equal(urls('a/b.window.js', ''), ['/a/b.window.html']);
  assert.equal(urls('a/b.worker.js', ''), ['/a/b.worker.html']);
});

test('variants of scripts and documents', () => {
  assert.equal(urls('a/b.any.js', '// META: global=window\n// META: variant=?1-2\n// META: variant=?3\n'), ['/a/b.any.html?1-2', '/a/b.any.html?3']);
  assert.equal(urls('a/b.html', `${harness}<meta name="variant" content="?x=1&amp;y=''">`), ['/a/b.html?x=1&y=\'\'']);
});

test('long timeouts and the https origin', () => {
  const [test1] = testURLsOf('a/b.https.html', `<meta content=long name=timeout>${harness}`);
  assert.equal(test1, { url: '/a/b.https.html', timeout: 'long', secure: true });
  const [test2] = testURLsOf('a/b.window.js', '// META: timeout=long\n');
  assert.equal(test2, { url: '/a/b.window.html', timeout: 'long', secure: false });
});

test('metadata ends at the first line that is none', () => {
  assert.equal(urls('a/b.any.js', '// META: global=window\n\n// META: variant=?1\n'), ['/a/b.any.html']);
});

test.run();
