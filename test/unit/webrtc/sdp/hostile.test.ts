import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseCandidateAttribute } from '../../../../src/webrtc/ice/candidate-attribute';
import { sectionCodecs } from '../../../../src/webrtc/jsep/codecs';
import { readSections, type JsepDescription } from '../../../../src/webrtc/sdp/MediaSection';
import { isSdpFault, parseSessionDescription, serialiseSessionDescription, type SdpFault } from '../../../../src/webrtc/sdp/SessionDescription';
import { growsLinearly } from '../../../support/growth';

const head = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n';
const media = 'm=audio 9 X 0\r\n';
/** The longest text that is looked at. */
const mostCharacters = 1 << 20;

function read(text: string): JsepDescription | SdpFault {
  const description = parseSessionDescription(text);
  if (isSdpFault(description)) return description;
  const sections = readSections(description);
  if (isSdpFault(sections)) return sections;
  for (const section of sections.media) sectionCodecs(section);
  serialiseSessionDescription(description);
  return sections;
}

/** `start`, then `piece` again and again up to `size` characters, then `end`. */
const filled = (start: string, piece: string, end = '') => (size: number) => start + piece.repeat((size - start.length - end.length) / piece.length) + end;

const bombs: Record<string, (size: number) => string> = {
  'one line': filled(`${head}a=x:`, 'x'),
  'attributes without end': filled(head, 'a=x\r\n'),
  'attributes of a media description': filled(head + media, 'a=x\r\n'),
  'other lines of a media description': filled(head + media, 'b=x\r\n'),
  'formats': filled(`${head}m=audio 9 X`, ' 70'),
  'formats and maps of payload types': (size) => filled(filled(`${head}m=audio 9 X`, ' 65')(size / 2) + '\r\n', 'a=rtpmap:64 a/1\r\n')(size),
  'spaces in a=fmtp': filled(`${head}${media}a=fmtp:1 `, ' ', '\u2028'),
  'spaces in a=rtcp-fb': filled(`${head}${media}a=rtcp-fb:1 `, ' ', '\u2028'),
  'spaces in a=extmap': filled(`${head}${media}a=extmap:1 x`, ' ', '\u2028'),
  'spaces in a=rtpmap': filled(`${head}${media}a=rtpmap:1`, ' ', '\u2028'),
  'spaces in a=ssrc': filled(`${head}${media}a=ssrc:1`, ' ', '\u2028'),
  'spaces in a=rid': filled(`${head}${media}a=rid:1 send `, ' ', '\u2028'),
  'spaces in a=fingerprint': filled(`${head}${media}a=fingerprint:x`, ' '),
  'spaces in a=candidate': filled(`${head}${media}a=candidate:1`, ' '),
  'a group': filled(`${head}a=group:BUNDLE`, ' 0'),
  'groups': filled(head, 'a=group:BUNDLE 0\r\n'),
  'a simulcast': filled(`${head}${media}a=simulcast:send a`, ';a'),
  'sources': filled(head + media, 'a=ssrc:1 msid:x\r\n'),
  'ICE options': filled(`${head}${media}a=ice-options:x`, ' x'),
  'a fingerprint': filled(`${head}${media}a=fingerprint:x AA`, ':AA'),
  'candidates': filled(head + media, 'a=candidate:1 1 udp 1 1.1.1.1 1 typ host\r\n'),
  'a candidate': filled(`${head}${media}a=candidate:1 1 udp 1 1.1.1.1 1 typ host`, ' a b'),
  'empty media descriptions': filled(head, 'm=a 9 x 0\r\n'),
  'line ends': filled(head, '\r\n'),
};

for (const [name, bomb] of Object.entries(bombs)) {
  test(`${name}: read or refused, in time that grows as the text does`, () => {
    assert.ok(bomb(mostCharacters).length <= mostCharacters);
    assert.ok(growsLinearly((size) => void read(bomb(size)), mostCharacters / 16));
    const result = read(bomb(mostCharacters));
    if (isSdpFault(result)) assert.ok(result.fault.length < 200, 'the fault does not repeat the text');
  });
}

test('a hundred thousand media descriptions, and a text of more than a mebibyte', () => {
  const many = read(head + media.repeat(60_000));
  assert.ok(isSdpFault(many));
  assert.is(many.fault, 'there are too many media descriptions');
  assert.is(many.line, 5 + 1024);
  assert.ok(isSdpFault(read(head + media.repeat(100_000))));
});

test('a thousand media descriptions share what the session says', () => {
  const text = `${head}${'a=extmap:1 x\r\n'.repeat(60_000)}${'m=a 9 x 0\r\n'.repeat(1000)}`;
  const result = read(text);
  assert.not.ok(isSdpFault(result));
  const { media: sections } = result as JsepDescription;
  assert.is(sections.length, 1000);
  assert.is(sections[0].extensions.length, 60_000);
  assert.ok(sections.every(({ extensions }) => extensions === sections[0].extensions));
});

test('a section with attributes of its own leaves what others share as it is', () => {
  const { media: [first, second] } = read(`${head}a=extmap:1 x\r\na=sendonly\r\n${media}a=extmap:2 y\r\na=recvonly\r\n${media}`) as JsepDescription;
  assert.equal([first.extensions.map(({ id }) => id), first.direction], [[2], 'recvonly']);
  assert.equal([second.extensions.map(({ id }) => id), second.direction], [[1], 'sendonly']);
});

test('fingerprints, their length and their number', () => {
  const line = 'a=fingerprint:sha-256 AA\r\n';
  assert.not.ok(isSdpFault(read(head + media + line.repeat(64))));
  const many = read(head + media + line.repeat(65));
  assert.ok(isSdpFault(many));
  assert.is(many.fault, 'there are too many fingerprints');
  assert.ok(isSdpFault(read(`${head}${media}a=fingerprint:${'x'.repeat(65)} AA\r\n`)));
});

test('candidates and names that are too long', () => {
  const candidate = (address: string, rest = '') => parseCandidateAttribute(`candidate:1 1 udp 1 ${address} 1 typ host${rest}`);
  assert.not.ok('fault' in candidate(`${'a'.repeat(247)}.local`));
  assert.equal(candidate(`${'a'.repeat(248)}.local`), { fault: 'syntax' });
  assert.equal(candidate('192.0.2.1', ' a b'.repeat(2000)), { fault: 'syntax' });
});

test.run();
