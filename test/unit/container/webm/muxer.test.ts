// timeout: 300 s
/** Files that ffmpeg wrote, written again as WebM and Matroska: what ffmpeg and our own demuxers read must be the same as before. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MuxerError, type MuxerTrack } from '../../../../src/container/Muxer';
import { WebmDemuxer } from '../../../../src/container/webm/WebmDemuxer';
import { WebmMuxer } from '../../../../src/container/webm/WebmMuxer';
import { corpusFile, corpusMissing } from '../../../support/containers/corpus';
import { demuxStream, initSegment, samplesOf } from '../../../support/containers/demux';
import { audioTrack, complaints, decodedAudio, demux, fileOf, remux, sameMedia, type SameMediaOptions, videoTrack, written } from '../../../support/containers/mux';

if (corpusMissing) console.log(`skipped in part: ${corpusMissing}`);

const x265 = '-c:v libx265 -x265-params log-level=none:pools=none';
const exact: SameMediaOptions = { ignore: ['duration'] };
/** Matroska counts milliseconds, has no times of decoding, and no trim at the beginning but CodecDelay. */
const rounded: SameMediaOptions = { ignore: ['duration', 'decodeTimestamp', 'trim'], tolerance: 0.0011 };

const files: readonly (readonly [name: string, command: string, docType: 'webm' | 'matroska', options: SameMediaOptions])[] = [
  ['vp8-vorbis.webm', '{video} {audio} -c:v libvpx -c:a libvorbis', 'webm', exact],
  ['vp9-opus.webm', '{video} {audio} -c:v libvpx-vp9 -g 12 -c:a libopus', 'webm', exact],
  ['av1-opus.mp4', '{video} {audio} -c:v libsvtav1 -preset 12 -g 10 -c:a libopus', 'webm', rounded],
  ['alpha.webm', '-f lavfi -i testsrc2=size=96x64:rate=25:duration=2,format=yuva420p -c:v libvpx-vp9 -g 12 -pix_fmt yuva420p', 'webm', exact],
  ['avc-aac.mkv', '{video} {audio} -c:v libx264 -g 12 -bf 2 -c:a aac', 'matroska', exact],
  ['avc-aac.mp4', '{video} {audio} -c:v libx264 -g 12 -bf 2 -c:a aac', 'matroska', rounded],
  ['hevc-flac.mkv', `{video} {audio} ${x265} -c:a flac`, 'matroska', exact],
  ['mp3.mkv', '{audio} -c:a libmp3lame', 'matroska', exact],
  ['pcm.mkv', '{audio} -c:a pcm_s16le', 'matroska', exact],
  ['float.mkv', '{audio} -ac 2 -c:a pcm_f32le', 'matroska', exact],
];

for (const [name, command, docType, options] of corpusMissing ? [] : files) {
  for (const canSeek of [true, false]) {
    test(`${name} as ${docType}${canSeek ? '' : ', of a target that goes on only'}`, () => {
      const original = corpusFile(name, command);
      const before = demux(original.bytes);
      const bytes = remux(new WebmMuxer({ canSeek }, docType), before);
      const after = demux(bytes);
      sameMedia(after, before, options);
      sameMedia(demuxStream(new WebmDemuxer(), bytes), before, options);
      const { duration, hasIndex } = initSegment(after)!;
      assert.is(hasIndex, canSeek);
      if (canSeek) assert.ok(Math.abs(duration! - 2) < 0.06, `${duration} s`);
      else assert.is(duration, null);
      const path = fileOf(`${canSeek}-${name}.${docType === 'webm' ? 'webm' : 'mkv'}`, bytes);
      assert.is(complaints(path), '');
      const [was, is] = [decodedAudio(original.path), decodedAudio(path)];
      if (options === exact) assert.ok(is.equals(was), `sound: ${is.length} bytes for ${was.length}`);
    });
  }
}

if (!corpusMissing) {
  test('seeks by Cues to the random access point before', () => {
    const bytes = remux(new WebmMuxer({ canSeek: true }), demux(corpusFile('vp9-long.webm', '{video} -c:v libvpx-vp9 -g 26').bytes));
    const demuxer = new WebmDemuxer({ canSeek: true, size: bytes.length });
    demuxer.push(bytes);
    while (demuxer.read()?.type !== 'init-segment');
    assert.ok(demuxer.seek(1.5));
    for (;;) {
      const output = demuxer.read();
      if (output?.type === 'sample') {
        assert.equal([output.isKey, output.timestamp], [true, 1040]);
        break;
      }
      if (output === null) demuxer.push(bytes.subarray(demuxer.wanted.begin));
    }
  });
}

const outputsOf = (track: MuxerTrack, write: (muxer: WebmMuxer) => void, canSeek = true) => {
  const muxer = new WebmMuxer({ canSeek }, 'matroska');
  muxer.addTrack(track);
  write(muxer);
  muxer.finish();
  return demux(written(muxer));
};

test('language, label, rotation and colours', () => {
  const track = videoTrack('vp8');
  for (const rotation of [90, 180, 270] as const) {
    const video = { ...track.description.video!, rotation, displayWidth: 128, color: { primaries: 9, transfer: 16, matrix: 9, fullRange: true } };
    const [is] = initSegment(outputsOf({ ...track, language: 'de-AT', label: 'Kamera ß', isDefault: false, description: { ...track.description, video } },
      (muxer) => muxer.write(0, { timestamp: 0, isKey: true, data: Uint8Array.of(1) })))!.tracks;
    assert.equal([is.language, is.label, is.isDefault], ['de-AT', 'Kamera ß', false]);
    assert.equal(is.descriptions[0].video, video);
  }
});

test('delay and padding that the track tells', () => {
  const track = { ...audioTrack('mp3', 48000, 2), gapless: { startFrames: 1105, endFrames: 480, isBeforeZero: false } };
  const outputs = outputsOf(track, (muxer) => { for (let frame = 0; frame < 3; frame++) muxer.write(0, { timestamp: 1152 * frame, duration: 1152, isKey: true, data: Uint8Array.of(frame) }); });
  assert.equal(initSegment(outputs)!.tracks[0].gapless, { startFrames: 1105, endFrames: 0, isBeforeZero: true });
  assert.equal(samplesOf(outputs).map(({ timestamp, trim }) => [timestamp, trim]), [[-23, null], [1, null], [25, { start: 0, end: 10 }]]);
});

test('a frame in a BlockGroup is a random access point only where it says so', () => {
  const alpha = Uint8Array.of(9);
  const outputs = outputsOf(videoTrack('vp8'), (muxer) => [true, false, true].forEach((isKey, frame) => muxer.write(0, { timestamp: 40 * frame, isKey, data: Uint8Array.of(frame), alpha })));
  assert.equal(samplesOf(outputs).map(({ isKey, alpha: is }) => [isKey, ...is!]), [[true, 9], [false, 9], [true, 9]]);
});

test('a track that never comes is waited for five seconds', () => {
  const muxer = new WebmMuxer();
  muxer.addTrack(videoTrack('vp8'));
  muxer.addTrack(audioTrack('opus', 48000, 2));
  const begins: number[] = [];
  for (let frame = 0; frame < 200; frame++) {
    muxer.write(0, { timestamp: 40 * frame, isKey: frame % 25 === 0, data: Uint8Array.of(1) });
    if (muxer.read()) begins.push(frame);
  }
  assert.is(begins[0], 126);
});

test('a long stream without random access points has clusters of five seconds', () => {
  const outputs = outputsOf(videoTrack('vp8'), (muxer) => { for (let frame = 0; frame < 300; frame++) muxer.write(0, { timestamp: 40 * frame, isKey: frame === 0, data: Uint8Array.of(1) }); }, false);
  assert.is(outputs.filter(({ type }) => type === 'media-segment-start').length, 3);
  assert.equal(samplesOf(outputs).map(({ timestamp }) => timestamp), Array.from({ length: 300 }, (_, frame) => 40 * frame));
});

const refused: readonly (readonly [what: string, track: MuxerTrack, reason: RegExp])[] = [
  ['H.264 in WebM', videoTrack('avc1.42001e', Uint8Array.of(1)), /WebM: the codec avc1.42001e/],
  ['video without a size', { ...videoTrack('vp8'), description: { codec: 'vp8', description: null } }, /without its size/],
  ['sound without channels', audioTrack('opus', 48000, 0), /without its sample rate and channels/],
  ['Vorbis without its headers', audioTrack('vorbis', 48000, 2), /vorbis without its description/],
  ['text', { type: 'text', timescale: 1000, description: { codec: 'wvtt', description: null } }, /WebM: the codec wvtt in a track of type text/],
];

for (const [what, track, reason] of refused) {
  test(`${what} is refused`, () => assert.throws(() => new WebmMuxer().addTrack(track), (error: Error) => error instanceof MuxerError && reason.test(error.message)));
}

test.run();
