import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { opaqueString } from '../../../src/webrtc/stun/opaque-string';
import { utf8Decode, utf8Encode } from '../../../src/text/utf8';

test('agrees with TextEncoder and TextDecoder', () => {
  for (const text of ['', 'plain', 'é', 'マトリックス', '🎧 \u{10ffff}', 'a\ud800b']) {
    assert.equal(utf8Encode(text), new TextEncoder().encode(text));
    assert.is(utf8Decode(utf8Encode(text)), new TextDecoder().decode(new TextEncoder().encode(text)));
  }
});

test('malformed sequences become replacement characters', () => {
  for (const bytes of [[0x80], [0xc0, 0xaf], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xff, 0x41], [0xc3, 0x28]]) {
    assert.match(utf8Decode(Uint8Array.from(bytes)), /\ufffd/);
  }
  assert.is(utf8Decode(Uint8Array.of(0xff, 0x41, 0xc3)), '\ufffdA\ufffd');
});

test('OpaqueString: spaces become U+0020, accents are composed, the rest stays', () => {
  assert.is(opaqueString('a\u3000b\u00a0c'), 'a b c');
  assert.is(opaqueString('e\u0301'), '\u00e9');
  assert.is(opaqueString('TheMatrIX \u2168'), 'TheMatrIX \u2168');
});

test.run();
