// timeout: 300 s
/** Files that ffmpeg wrote, written again as MP4: what ffmpeg and our own demuxers read must be the same as before. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FragmentedMp4Muxer } from '../../../../src/container/isobmff/FragmentedMp4Muxer';
import { IsobmffDemuxer } from '../../../../src/container/isobmff/IsobmffDemuxer';
import { Mp4Muxer } from '../../../../src/container/isobmff/Mp4Muxer';
import { MuxerError } from '../../../../src/container/Muxer';
import { corpusFile, corpusMissing } from '../../../support/containers/corpus';
import { demuxStream, initSegment, samplesOf } from '../../../support/containers/demux';
import { audioTrack, complaints, decodedAudio, decodedVideo, demux, fileOf, remux, sameMedia, videoTrack, written } from '../../../support/containers/mux';

if (corpusMissing) console.log(`skipped in part: ${corpusMissing}`);

const x265 = '-c:v libx265 -x265-params log-level=none:pools=none';

const files: readonly (readonly [name: string, command: string])[] = [
  ['avc-aac.mp4', '{video} {audio} -c:v libx264 -g 12 -bf 2 -c:a aac'],
  ['starts-late.mp4', `{video} {audio} -c:v libx264 -bf 2 -c:a aac -output_ts_offset 1.5 -avoid_negative_ts disabled`],
  ['hvc1.mp4', `{video} ${x265} -tag:v hvc1`],
  ['hev1.mp4', `{video} ${x265} -tag:v hev1`],
  ['vp9-opus.mp4', '{video} {audio} -c:v libvpx-vp9 -g 12 -c:a libopus'],
  ['vp8-opus.webm', '{video} {audio} -c:v libvpx -c:a libopus'],
  ['av1-opus.mp4', '{video} {audio} -c:v libsvtav1 -preset 12 -g 10 -c:a libopus'],
  ['opus-5.1.mp4', '{audio} -ac 6 -c:a libopus'],
  ['flac.mp4', '{audio} -c:a flac -strict -2'],
  ['flac-24-96.mp4', '{audio} -c:a flac -sample_fmt s32 -ar 96000 -strict -2'],
  ['mp3.mp4', '{audio} -ac 2 -c:a libmp3lame'],
  ['wide-pixels.mp4', `{video} -vf setsar=4/3 -color_primaries bt709 -color_trc bt709 -colorspace bt709 -c:v libx264 -bf 2`],
  ['ntsc.mp4', '{video} -r 30000/1001 -c:v libx264'],
];

for (const [name, command] of corpusMissing ? [] : files) {
  for (const [form, Class, canSeek] of [['flat', Mp4Muxer, true], ['fragmented', FragmentedMp4Muxer, false], ['fragmented, of a target that can seek', FragmentedMp4Muxer, true]] as const) {
    test(`${name}, ${form}`, () => {
      const original = corpusFile(name, command);
      const before = demux(original.bytes);
      const bytes = remux(new Class({ canSeek }), before);
      const after = demux(bytes);
      // Fragments tell the end by the last duration. Durations of Matroska are not whole ticks.
      const ignore = [...(form === 'flat' ? [] : ['trim', 'endDuration'] as const), ...(name.endsWith('.webm') ? ['trim', 'duration'] as const : [])];
      sameMedia(after, before, { ignore });
      if (form !== 'flat') sameMedia(demuxStream(new IsobmffDemuxer(), bytes), before, { ignore });
      if (canSeek) assert.ok(Math.abs(initSegment(after)!.duration! - initSegment(before)!.duration!) < 0.03, `${initSegment(after)!.duration} s`);
      const path = fileOf(`${form.slice(0, 4)}-${name}`.replace('.webm', '.mp4'), bytes);
      assert.is(complaints(path), '');
      // Ticks of Matroska can't tell the delay of Opus to the frame. FFmpeg does not leave out what the edit list of a fragmented file does: not of its own files either.
      const [was, is] = [decodedAudio(original.path), decodedAudio(path)];
      if (!name.endsWith('.webm')) assert.ok(form === 'flat' ? is.subarray(0, was.length).equals(was) : is.includes(was), `sound: ${is.length} bytes for ${was.length}`);
    });
  }
}
if (!corpusMissing) {
  for (const [name, command] of [['byte-stream.ts', '{video} {audio} -c:v libx264 -g 12 -bf 2 -c:a aac'], ['byte-stream-hevc.ts', `{video} {audio} ${x265}:keyint=10 -c:a aac`]] as const) {
    for (const Class of [Mp4Muxer, FragmentedMp4Muxer]) {
      test(`${name}: start codes and ADTS headers become what MP4 has, by ${Class.name}`, () => {
        const before = demux(corpusFile(name, command).bytes);
        const bytes = remux(new Class({ canSeek: true }), before);
        const after = demux(bytes);
        sameMedia(after, before, { ignore: ['data', 'description', 'trim', 'duration'] });
        const path = fileOf(`${Class.name}-${name}.mp4`, bytes);
        assert.is(complaints(path), '');
        assert.ok(decodedVideo(path).equals(decodedVideo(corpusFile(name, command).path)));
      });
    }
  }

  test('pictures of Matroska, which tells no times of decoding, get some', () => {
    const original = corpusFile('reordered.mkv', '{video} -c:v libx264 -g 12 -bf 3 -x264-params b-pyramid=normal');
    const before = demux(original.bytes);
    for (const Class of [Mp4Muxer, FragmentedMp4Muxer]) {
      const bytes = remux(new Class({ canSeek: true }), before);
      const after = demux(bytes);
      sameMedia(after, before, { ignore: ['decodeTimestamp', 'duration'] });
      const times = samplesOf(after).map(({ timestamp, decodeTimestamp }) => ({ timestamp, decodeTimestamp }));
      assert.ok(times.every(({ timestamp, decodeTimestamp }, index) => decodeTimestamp <= timestamp && decodeTimestamp === times[0].decodeTimestamp + 40 * index));
      assert.is(complaints(fileOf(`${Class.name}-reordered.mp4`, bytes)), '');
    }
  });

  test('frames of MP3 that the encoder put before the sound are left out by an edit', () => {
    const original = corpusFile('delay.mp3', '{audio} -ac 2 -c:a libmp3lame');
    const bytes = remux(new Mp4Muxer({ canSeek: true }), demux(original.bytes));
    assert.equal(samplesOf(demux(bytes))[0].trim, { start: 1105, end: 0 });
    const path = fileOf('delay.mp4', bytes);
    assert.is(complaints(path), '');
    assert.is(initSegment(demux(bytes))!.duration, 2);
    const [was, is] = [decodedAudio(original.path), decodedAudio(path)];
    assert.ok(is.subarray(0, was.length).equals(was)); // FFmpeg leaves the end in.
  });
}

const delimited = Uint8Array.of(0x12, 0, 0x0a, 1, 0x55, 0x32, 1, 0x66);

for (const Class of [Mp4Muxer, FragmentedMp4Muxer]) {
  for (const rotation of [0, 90, 180, 270] as const) {
    for (const isFlipped of [false, true]) {
      test(`${Class.name}: turned by ${rotation} degrees${isFlipped ? ' and mirrored' : ''}, with language and label`, () => {
        const muxer = new Class({ canSeek: true });
        const track = videoTrack('vp8');
        const video = { ...track.description.video!, rotation, isFlipped };
        muxer.addTrack({ ...track, language: 'de-AT', label: 'Kamera ß', isDefault: false, description: { ...track.description, video } });
        for (let frame = 0; frame < 3; frame++) muxer.write(0, { timestamp: 40 * frame, isKey: frame === 0, data: Uint8Array.of(frame) });
        muxer.finish();
        const outputs = demux(written(muxer));
        const [is] = initSegment(outputs)!.tracks;
        assert.equal([is.language, is.label, is.isDefault], ['de-AT', 'Kamera ß', false]);
        assert.equal({ ...is.descriptions[0].video, color: null }, video);
        assert.equal(samplesOf(outputs).map(({ timestamp, duration, isKey, data }) => [timestamp, duration, isKey, ...data]), [[0, 40, true, 0], [40, 40, false, 1], [80, 40, false, 2]]);
      });
    }
  }

  test(`${Class.name}: the sequence header of AV1 goes into the configuration, temporal delimiters are left out`, () => {
    const muxer = new Class({ canSeek: true });
    muxer.addTrack(videoTrack('av01.0.04M.08'));
    muxer.write(0, { timestamp: 0, isKey: true, duration: 40, data: delimited });
    muxer.finish();
    const bytes = Buffer.from(written(muxer));
    assert.equal([...samplesOf(demux(bytes))[0].data], [...delimited.subarray(2)]);
    const at = bytes.indexOf('av1C');
    assert.equal([...bytes.subarray(at - 4, at + 11)], [0, 0, 0, 15, ...Buffer.from('av1C'), 0x81, 4, 0x0c, 0, 0x0a, 1, 0x55]);
  });
}

test('a live stream is written as it comes: a fragment at the key frame after a second, at any after four', () => {
  const muxer = new FragmentedMp4Muxer();
  muxer.addTrack(videoTrack('vp8'));
  const fragmentsAfter: number[] = [];
  for (let frame = 0; frame < 300; frame++) {
    muxer.write(0, { timestamp: 40 * frame, isKey: frame % 20 === 0 && frame <= 100, data: Uint8Array.of(1) });
    for (let output = muxer.read(); output; output = muxer.read()) if (Buffer.from(output.bytes).includes('moof')) fragmentsAfter.push(frame);
  }
  assert.equal(fragmentsAfter, [40, 80, 180, 280]);
});

test('more than 4 GiB: offsets of 64 bits', () => {
  const muxer = new Mp4Muxer({ canSeek: true });
  muxer.addTrack(videoTrack('vp8'));
  const data = new Uint8Array(1 << 30);
  for (let frame = 0; frame < 6; frame++) muxer.write(0, { timestamp: 1000 * frame, isKey: true, data });
  muxer.finish();
  const small: Buffer[] = [];
  for (let output = muxer.read(); output; output = muxer.read()) if (output.bytes !== data) small.push(Buffer.from(output.bytes));
  const moov = small.at(-1)!;
  const at = moov.indexOf('co64');
  const first = moov.readBigUInt64BE(at + 12);
  assert.is(moov.readUInt32BE(at + 8), 6);
  assert.is(moov.readBigUInt64BE(at + 12 + 40), first + (5n << 30n));
});

const refused: readonly (readonly [what: string, act: () => void, reason: RegExp])[] = [
  ['a target that can\'t seek', () => new Mp4Muxer().addTrack(videoTrack('vp8')), /can't seek/],
  ['Vorbis', () => new Mp4Muxer({ canSeek: true }).addTrack(audioTrack('vorbis', 48000, 2)), /MP4: the codec vorbis/],
  ['a video codec as sound', () => new FragmentedMp4Muxer().addTrack(audioTrack('vp8', 48000, 2)), /vp8 in a track of type audio/],
  ['video without a size', () => new FragmentedMp4Muxer().addTrack({ ...videoTrack('vp8'), description: { codec: 'vp8', description: null } }), /without its size/],
  ['sound without channels', () => new FragmentedMp4Muxer().addTrack(audioTrack('opus', 48000, 0)), /without its sample rate and channels/],
  ['FLAC without a description', () => new FragmentedMp4Muxer().addTrack(audioTrack('flac', 48000, 2)), /FLAC without its description/],
  ['Opus of six channels without OpusHead', () => new FragmentedMp4Muxer().addTrack(audioTrack('opus', 48000, 6)), /OpusHead/],
  ['a byte stream that does not begin with parameter sets', () => {
    const muxer = new FragmentedMp4Muxer();
    muxer.addTrack(videoTrack('avc1.42001e'));
    muxer.write(0, { timestamp: 0, isKey: true, data: Uint8Array.of(0, 0, 1, 0x65, 1) });
  }, /whose first sample does not begin with parameter sets/],
  ['AAC that is neither described nor in ADTS frames', () => {
    const muxer = new FragmentedMp4Muxer();
    muxer.addTrack(audioTrack('mp4a.40.2', 48000, 2));
    muxer.write(0, { timestamp: 0, isKey: true, data: Uint8Array.of(1, 2, 3) });
  }, /not single ADTS frames/],
];

for (const [what, act, reason] of refused) {
  test(`${what} is refused`, () => assert.throws(act, (error: Error) => error instanceof MuxerError && reason.test(error.message)));
}

test.run();
