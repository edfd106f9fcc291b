import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decode } from '../../support/media-decode';
import { backendMissing, encode, formats } from '../../support/media-encode';
import { signalToNoise, tones } from '../../support/media-signal';

const missing = await backendMissing();
if (missing) console.log(`skipped: ${missing}`);

const length = 12345;
const source = tones(length, 44100, 1);
const encoderDelay = 1024;

function box(type: string, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(body.length + 8);
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, body]);
}

/** Takes the edit list out of a file whose movie box comes last, and adds iTunes's comment. */
function asITunesWrites(file: Uint8Array, comment: string): Uint8Array {
  const bytes = Buffer.from(file);
  const movie = bytes.lastIndexOf('moov', undefined, 'latin1') - 4;
  bytes.write('free', bytes.lastIndexOf('edts', undefined, 'latin1'), 'latin1');
  const zeros = Buffer.alloc(4);
  const handler = box('hdlr', Buffer.alloc(8), Buffer.from('mdirappl', 'latin1'), Buffer.alloc(9));
  const text = (value: string) => Buffer.from(value, 'latin1');
  const item = box('----', box('mean', zeros, text('com.apple.iTunes')), box('name', zeros, text('iTunSMPB')),
    box('data', Buffer.from([0, 0, 0, 1]), zeros, text(comment)));
  const tags = box('udta', box('meta', zeros, handler, box('ilst', item)));
  bytes.writeUInt32BE(bytes.readUInt32BE(movie) + tags.length, movie);
  return Buffer.concat([bytes, tags]);
}

const hexadecimal = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, '0');

test('iTunSMPB tells delay and length where there is no edit list', async () => {
  if (missing) return;
  const file = await encode(formats.find(({ name }) => name === 'aac-m4a')!, source, 44100);
  const comment = ` 00000000 ${hexadecimal(encoderDelay, 8)} 000001CA ${hexadecimal(length, 16)} 00000000`;
  const { channels } = await decode(asITunesWrites(file, comment), 44100);
  assert.is(channels[0].length, length);
  assert.ok(signalToNoise(source[0], channels[0], 0, length) > 20);
});

test('without either, only the last frame is cut to its duration', async () => {
  if (missing) return;
  const file = await encode(formats.find(({ name }) => name === 'aac-m4a')!, source, 44100);
  const { channels } = await decode(asITunesWrites(file, 'nonsense'), 44100);
  assert.is(channels[0].length, encoderDelay + length);
});

test.run();
