/** What ffmpeg encrypted is, decrypted by what the demuxer tells, what ffprobe decrypts; and what ffmpeg does not write, made by hand. */
import { createDecipheriv } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { IsobmffDemuxer } from '../../../../src/container/isobmff/IsobmffDemuxer';
import type { DemuxerOutput, Sample } from '../../../../src/container/outputs';
import { box, fullBox, u16, u32 } from '../../../support/containers/boxes';
import { type CorpusFile, corpusFile, corpusMissing } from '../../../support/containers/corpus';
import { demuxFile, demuxStream, initSegment, samplesOf } from '../../../support/containers/demux';
import { ffprobe } from '../../../support/containers/ffprobe';
import { file, fileType, fragment, keyId, movie, movieExtends, protection, track, visualEntry } from '../../../support/containers/isobmff-files';
import { sameAsFfprobe } from '../../../support/containers/same-as-ffprobe';

if (corpusMissing) console.log(`skipped: ${corpusMissing}`);

const key = '00112233445566778899aabbccddeeff';
const keyIdText = '0123456789abcdef0123456789abcdef';
// Of fragments, FFmpeg 5 leaves the vectors out: those below are made by hand.
const encryptedFile = (): CorpusFile => corpusFile('encrypted.mp4', '{video} {audio} -c:v libx264 -g 12 -bf 2 -c:a aac -encryption_scheme cenc-aes-ctr '
  + `-encryption_key ${key} -encryption_kid ${keyIdText} -movflags faststart`);

/** 'cenc': counter mode over the protected bytes of all subsamples in one. */
function decrypted(sample: Sample): Sample {
  const { encryption, data } = sample;
  assert.ok(encryption, 'encrypted');
  assert.is(encryption.scheme, 'cenc');
  assert.is(Buffer.from(encryption.keyId).toString('hex'), keyIdText);
  const counter = Buffer.alloc(16);
  counter.set(encryption.iv);
  const cipher = createDecipheriv('aes-128-ctr', Buffer.from(key, 'hex'), counter);
  const clear = data.slice();
  let at = 0;
  for (const { clearBytes, protectedBytes } of encryption.subsamples ?? [{ clearBytes: 0, protectedBytes: data.length }]) {
    at += clearBytes;
    clear.set(cipher.update(data.subarray(at, at + protectedBytes)), at);
    at += protectedBytes;
  }
  assert.is(at, data.length, 'subsamples are as long as the sample');
  return { ...sample, data: clear };
}

const demuxed = ({ bytes }: { bytes: Uint8Array }) => demuxFile(new IsobmffDemuxer({ canSeek: true, size: bytes.length }), bytes);

/** The same file with boxes of a type made unknown. */
function without(type: string, { bytes }: { bytes: Uint8Array }): { bytes: Uint8Array } {
  const copy = Buffer.from(bytes);
  for (let at = copy.indexOf(type); at >= 0; at = copy.indexOf(type)) copy.write('skip', at, 'latin1');
  return { bytes: new Uint8Array(copy) };
}

if (!corpusMissing) {
  test('as ffprobe decrypts it', () => {
    const file = encryptedFile();
    const outputs = demuxed(file);
    const { tracks } = initSegment(outputs)!;
    assert.equal(tracks.map(({ descriptions: [{ codec, format }] }) => [codec, format]), [['avc1.64000a', 'encv'], ['mp4a.40.2', 'enca']]);
    for (const { descriptions: [{ encryption }] } of tracks) assert.is(encryption?.perSampleIvSize, 8);
    const clear = outputs.map((output): DemuxerOutput => (output.type === 'sample' ? decrypted(output) : output));
    sameAsFfprobe(clear, ffprobe(file.path, '-decryption_key', key), { ignore: ['duration', 'trackDuration'] });
  });

  test('saiz and saio say the same as senc', () => {
    const expected = samplesOf(demuxed(encryptedFile()));
    assert.ok(expected.length > 100);
    assert.equal(samplesOf(demuxed(without('senc', encryptedFile()))), expected);
  });

  test('neither is an error, as nothing could decrypt it', () => {
    const last = demuxed(without('saiz', without('senc', encryptedFile()))).pop()!;
    assert.match(last.type === 'error' ? last.message : '', /^MP4: a protected sample without an initialisation vector \(at byte \d+\)$/);
  });

  test('after a seek, samples have the vectors that are theirs', () => {
    const { bytes } = encryptedFile();
    for (const sought of [bytes, without('senc', encryptedFile()).bytes]) {
      const all = samplesOf(demuxed({ bytes: sought }));
      const demuxer = new IsobmffDemuxer({ canSeek: true, size: sought.length });
      while (demuxer.read()?.type !== 'init-segment') demuxer.push(sought.subarray(demuxer.wanted.begin, demuxer.wanted.begin + 4096));
      assert.ok(demuxer.seek(1.2));
      const found = samplesOf(demuxFile(demuxer, sought));
      assert.ok(found.length > 20 && found.length < all.length);
      for (const sample of found) assert.equal(all.find(({ offset }) => offset === sample.offset)?.encryption, sample.encryption);
    }
  });
}

const vectors = [[1, 2, 3, 4, 5, 6, 7, 8], [9, 9, 9, 9, 9, 9, 9, 9]];
const perSample = [[0, 0, 1, 8], keyId];
const init = (scheme: string, version: number, ...tenc: readonly (readonly number[])[]) =>
  [fileType, movie(track({ entries: [visualEntry('encv', protection('vp08', scheme, version, ...tenc))] }), movieExtends(1))];
const encryptions = (...parts: readonly (readonly number[])[]) => samplesOf(demuxStream(new IsobmffDemuxer(), file(...parts), 7)).map(({ encryption }) => encryption);
const plain = { scheme: 'cenc', keyId: Uint8Array.from(keyId), pattern: null, subsamples: null } as const;
const withSubsamples = [
  { ...plain, iv: Uint8Array.from(vectors[0]), subsamples: [{ clearBytes: 2, protectedBytes: 1 }] },
  { ...plain, iv: Uint8Array.from(vectors[1]), subsamples: [{ clearBytes: 1, protectedBytes: 1 }, { clearBytes: 0, protectedBytes: 2 }] },
];
const entries = [
  [...vectors[0], ...u16(1), ...u16(2), ...u32(1)],
  [...vectors[1], ...u16(2), ...u16(1), ...u32(1), ...u16(0), ...u32(2)],
];

test('fragments: senc with subsamples', () => {
  const senc = fullBox('senc', 0, 2, u32(2), ...entries);
  assert.equal(encryptions(...init('cenc', 0, ...perSample), fragment({ sizes: [3, 4], more: [senc] })), withSubsamples);
});

test('fragments: saiz and saio that point inside of the fragment, which a stream has passed', () => {
  const boxes = (offset: number) => [fullBox('saiz', 0, 0, [0], u32(2), entries.map(({ length }) => length)), fullBox('saio', 0, 0, u32(1, offset)), box('free', ...entries)];
  const head = fragment({ sizes: [3, 4], more: boxes(0) });
  const offset = head.length - 8 - 7 - entries.flat().length; // mdat comes behind.
  assert.equal(encryptions(...init('cenc', 0, ...perSample), fragment({ sizes: [3, 4], more: boxes(offset) })), withSubsamples);
});

test('fragments: saiz and saio that point into the media', () => {
  const boxes = (offset: number) => [fullBox('saiz', 0, 1, 'cenc', u32(0), [8], u32(2)), fullBox('saio', 0, 1, 'cenc', u32(0, 1, offset))];
  const make = (offset: number) => fragment({ sizes: [16, 3], more: boxes(offset) });
  // The first sample is also the vectors of both: bytes 1 to 16.
  const outputs = demuxed({ bytes: file(...init('cenc', 0, ...perSample), make(make(0).length - 19)) });
  assert.equal(samplesOf(outputs).map(({ encryption }) => [...encryption!.iv]), [[1, 2, 3, 4, 5, 6, 7, 8], [9, 10, 11, 12, 13, 14, 15, 16]]);
});

test('cbcs: a constant vector and a pattern', () => {
  const iv = Array.from({ length: 16 }, (_, index) => 0x80 + index);
  const expected = { ...plain, scheme: 'cbcs', iv: Uint8Array.from(iv), pattern: { cryptBlocks: 1, skipBlocks: 9 } };
  assert.equal(encryptions(...init('cbcs', 1, [0, 0x19, 1, 0], keyId, [16], iv), fragment({ sizes: [3, 4] })), [expected, expected]);
});

test('seig groups change the key, and leave samples in clear', () => {
  const other = keyId.map((byte) => byte + 100);
  const groups = fullBox('sgpd', 1, 0, 'seig', u32(20, 2), [0, 0, 1, 8], other, [0, 0, 0, 0], new Uint8Array(16));
  const toGroup = fullBox('sbgp', 0, 0, 'seig', u32(3, 1, 0, 1, 0x10001, 1, 0x10002));
  const senc = fullBox('senc', 0, 0, u32(3), ...vectors);
  assert.equal(encryptions(...init('cenc', 0, ...perSample), fragment({ sizes: [1, 1, 1], more: [groups, toGroup, senc] })), [
    { ...plain, iv: Uint8Array.from(vectors[0]) }, { ...plain, keyId: Uint8Array.from(other), iv: Uint8Array.from(vectors[1]) }, null,
  ]);
});

test('pssh boxes, of the movie and of fragments, are initialisation data', () => {
  const pssh = (byte: number) => fullBox('pssh', 0, 0, new Uint8Array(16).fill(byte), u32(0));
  const outputs = demuxStream(new IsobmffDemuxer(), file(fileType, movie(track(), pssh(1), pssh(2), movieExtends(1)), fragment({ sizes: [1] })));
  const data = outputs.filter((output) => output.type === 'init-data');
  assert.equal(data, [{ type: 'init-data', initDataType: 'cenc', initData: Uint8Array.from([...pssh(1), ...pssh(2)]) }]);
});

test.run();
