/** Files that ffmpeg wrote, written again: what ffmpeg and our own demuxers read must be the same as before. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { AdtsMuxer } from '../../../src/container/adts/AdtsMuxer';
import { holdsCodec, muxerFormat, muxerFormats } from '../../../src/container/muxers';
import { MuxerError, type Muxer, type MuxerTarget } from '../../../src/container/Muxer';
import { OggOpusMuxer } from '../../../src/container/ogg/OggOpusMuxer';
import { WavMuxer } from '../../../src/container/wav/WavMuxer';
import { corpusFile, corpusMissing } from '../../support/containers/corpus';
import { initSegment, samplesOf } from '../../support/containers/demux';
import { audioTrack, complaints, decodedAudio, demux, fileOf, remux, written } from '../../support/containers/mux';

const files: readonly (readonly [name: string, command: string, extension: string, Class: new (target?: MuxerTarget) => Muxer])[] = [
  ['opus.webm', '{audio} -c:a libopus', 'ogg', OggOpusMuxer],
  ['opus-stereo.ogg', '{audio} -ac 2 -c:a libopus -b:a 256k', 'ogg', OggOpusMuxer],
  ['opus-60-ms.mkv', '{audio} -c:a libopus -frame_duration 60 -b:a 256k', 'ogg', OggOpusMuxer],
  ['aac.mp4', '{audio} -c:a aac', 'aac', AdtsMuxer],
  ['aac-5.1.mp4', '{audio} -ac 6 -c:a aac', 'aac', AdtsMuxer],
  ['u8.wav', '{audio} -c:a pcm_u8', 'wav', WavMuxer],
  ['s16-stereo.wav', '{audio} -ac 2 -c:a pcm_s16le', 'wav', WavMuxer],
  ['s24.wav', '{audio} -c:a pcm_s24le', 'wav', WavMuxer],
  ['f32.wav', '{audio} -c:a pcm_f32le', 'wav', WavMuxer],
  ['alaw.wav', '{audio} -ar 8000 -c:a pcm_alaw', 'wav', WavMuxer],
];

for (const [name, command, extension, Class] of corpusMissing ? [] : files) {
  for (const canSeek of [true, false]) {
    test(`${name} as ${extension}${canSeek ? '' : ', of a target that goes on only'}`, () => {
      const original = corpusFile(name, command);
      const before = demux(original.bytes);
      const bytes = remux(new Class({ canSeek }), before);
      const after = demux(bytes);
      const [[was], [is]] = [before, after].map((outputs) => initSegment(outputs)!.tracks);
      assert.is(is.descriptions[0].codec, was.descriptions[0].codec);
      assert.equal(is.descriptions[0].audio, was.descriptions[0].audio);
      // A frame of ADTS has its header, which a frame of MP4 has not.
      const content = samplesOf(after).map(({ data }) => (extension === 'aac' ? data.subarray(7) : data));
      assert.ok(Buffer.concat(content).equals(Buffer.concat(samplesOf(before).map(({ data }) => data))));
      if (extension !== 'wav') assert.equal(content.map(({ length }) => length), samplesOf(before).map(({ data }) => data.length));
      assert.is(after.at(-1)!.type, 'end');
      const path = fileOf(`${name}.${extension}`, bytes);
      if (canSeek || extension !== 'wav') assert.is(complaints(path), '');
      // An edit list of MP4 says what of AAC to leave out; ADTS has no place for it.
      if (extension !== 'aac') assert.ok(decodedAudio(path).equals(decodedAudio(original.path)));
    });
  }
}

test('a WAV of more than 4 GiB becomes RF64', () => {
  const muxer = new WavMuxer({ canSeek: true });
  muxer.addTrack(audioTrack('pcm-s16', 48000, 2));
  const data = new Uint8Array(1 << 30);
  for (let piece = 0; piece < 5; piece++) muxer.write(0, { timestamp: piece * data.length / 4, isKey: true, data });
  muxer.finish();
  const fields = new Map<number, Uint8Array>();
  for (let output = muxer.read(); output; output = muxer.read()) if (output.bytes !== data) fields.set(output.offset, output.bytes);
  const ds64 = fields.get(12)!;
  assert.is(Buffer.from(fields.get(12)!.subarray(0, 4)).toString(), 'ds64');
  const view = new DataView(ds64.buffer, ds64.byteOffset);
  assert.is(view.getBigUint64(16, true), 5n << 30n);
  assert.is(view.getBigUint64(24, true), (5n << 30n) / 4n);
});

test('Opus whose end is trimmed ends there', () => {
  const head = new Uint8Array([...Buffer.from('OpusHead'), 1, 1, 0x38, 1, 0x80, 0xbb, 0, 0, 0, 0, 0]);
  const muxer = new OggOpusMuxer();
  muxer.addTrack(audioTrack('opus', 48000, 1, head));
  // The first byte: CELT, 20 ms, mono, one frame.
  const packet = { isKey: true, data: new Uint8Array([0xf8, 0xff, 0xfe]) };
  muxer.write(0, { ...packet, timestamp: 0 });
  muxer.write(0, { ...packet, timestamp: 960, trim: { start: 0, end: 500 } });
  muxer.finish();
  const outputs = demux(written(muxer));
  assert.equal(samplesOf(outputs).at(-1)!.trim, { start: 0, end: 500 });
});

test('a format goes by its name, an extension or a MIME type, each of which is one format\'s', () => {
  for (const format of muxerFormats) {
    for (const key of [format.name, ...format.extensions, ...format.mimeTypes]) assert.is(muxerFormat(key), format, key);
    assert.is(muxerFormat(`.${format.extensions[0].toUpperCase()}`), format);
    assert.is(muxerFormat(`${format.mimeTypes[0]}; codecs="opus"`), format);
    assert.ok(format.make({ canSeek: false }) && format.make({ canSeek: true }));
  }
  assert.is(muxerFormat('exe'), null);
});

test('a format tells which codecs it holds', () => {
  assert.ok(holdsCodec(muxerFormat('adts')!, 'mp4a.40.2'));
  assert.not(holdsCodec(muxerFormat('adts')!, 'mp4a.6B'));
  assert.ok(holdsCodec(muxerFormat('wav')!, 'pcm-s24'));
  assert.not(holdsCodec(muxerFormat('wav')!, 'pcm-s2'));
});

const refused: readonly (readonly [what: string, Class: new () => Muxer, act: (muxer: Muxer) => void, reason: RegExp])[] = [
  ['Opus in WAV', WavMuxer, (muxer) => muxer.addTrack(audioTrack('opus', 48000, 2)), /WAV: the codec opus/],
  ['two tracks in WAV', WavMuxer, (muxer) => [1, 2].forEach(() => muxer.addTrack(audioTrack('pcm-s16', 48000, 2))), /a second track/],
  ['half a frame in WAV', WavMuxer, (muxer) => {
    muxer.addTrack(audioTrack('pcm-s16', 48000, 2));
    muxer.write(0, { timestamp: 0, isKey: true, data: new Uint8Array(6) });
  }, /no whole number of frames/],
  ['AAC without its configuration in ADTS', AdtsMuxer, (muxer) => muxer.addTrack(audioTrack('mp4a.40.2', 48000, 2)), /without its AudioSpecificConfig/],
  ['xHE-AAC in ADTS', AdtsMuxer, (muxer) => muxer.addTrack(audioTrack('mp4a.40.42', 48000, 2, new Uint8Array([0xf9, 0x46, 0x40]))), /can't tell/],
  ['Opus without OpusHead in Ogg', OggOpusMuxer, (muxer) => muxer.addTrack(audioTrack('opus', 48000, 2)), /OpusHead/],
  ['an empty packet in Ogg', OggOpusMuxer, (muxer) => {
    muxer.addTrack(audioTrack('opus', 48000, 2, new Uint8Array(19)));
    muxer.write(0, { timestamp: 7, isKey: true, data: new Uint8Array(0) });
  }, /the packet at 7/],
];

for (const [what, Class, act, reason] of refused) {
  test(`${what} is refused`, () => {
    assert.throws(() => act(new Class()), (error: Error) => error instanceof MuxerError && reason.test(error.message));
  });
}

if (corpusMissing) console.log(`skipped in part: ${corpusMissing}`);
test.run();
