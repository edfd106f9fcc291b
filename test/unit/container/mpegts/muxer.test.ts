// timeout: 300 s
/** Files that ffmpeg wrote, written again as transport streams: what ffmpeg and our own demuxers read must be the same as before. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MpegTsMuxer } from '../../../../src/container/mpegts/MpegTsMuxer';
import { MuxerError, type MuxerTrack } from '../../../../src/container/Muxer';
import type { DemuxerOutput } from '../../../../src/container/outputs';
import { corpusFile, corpusMissing } from '../../../support/containers/corpus';
import { initSegment, samplesOf } from '../../../support/containers/demux';
import { audioTrack, complaints, decodedAudio, decodedVideo, demux, fileOf, remux, sameMedia, videoTrack, written } from '../../../support/containers/mux';

if (corpusMissing) console.log(`skipped in part: ${corpusMissing}`);

const x265 = '-c:v libx265 -x265-params log-level=none:pools=none:keyint=12';
const lead = 1.4;

/** Times without the lead that all have. */
const withoutLead = (outputs: readonly DemuxerOutput[]): DemuxerOutput[] => outputs.map((output) => (output.type === 'sample'
  ? { ...output, timestamp: output.timestamp - lead * 90_000, decodeTimestamp: output.decodeTimestamp - lead * 90_000 } : output));

const files: readonly (readonly [name: string, command: string])[] = [
  ['avc-aac.mp4', '{video} {audio} -c:v libx264 -g 12 -bf 2 -c:a aac'],
  ['avc-aac.mkv', '{video} {audio} -c:v libx264 -g 12 -bf 2 -c:a aac'],
  ['hevc-aac.mp4', `{video} {audio} ${x265} -tag:v hev1 -c:a aac`],
  ['avc-aac.ts', '{video} {audio} -c:v libx264 -g 12 -bf 2 -c:a aac'],
  ['mp3.mkv', '{audio} -c:a libmp3lame'],
];

for (const [name, command] of corpusMissing ? [] : files) {
  test(`${name} as a transport stream`, () => {
    const original = corpusFile(name, command);
    const before = demux(original.bytes);
    const isByteStream = name.endsWith('.ts'); // Whole access units and ADTS frames stay as they are.
    const bytes = remux(new MpegTsMuxer(), before);
    const after = withoutLead(demux(bytes));
    sameMedia(after, before, { ignore: ['description', 'trim', 'duration', ...(isByteStream ? [] : ['data'] as const), ...(name.endsWith('.mkv') ? ['decodeTimestamp'] as const : [])], tolerance: 0.00051 });
    const path = fileOf(`${name}.ts`, bytes);
    assert.is(complaints(path), '');
    assert.ok(decodedVideo(path).equals(decodedVideo(original.path)), 'pictures');
    assert.ok(decodedAudio(path).includes(decodedAudio(original.path)), 'sound');
  });
}

const configuration = Uint8Array.of(1, 0x42, 0, 0x1e, 0xff, 0xe1, 0, 4, 0x67, 0x42, 0xc0, 0x0a, 1, 0, 1, 0x68);

test('access units get delimiters, those of random access points parameter sets; counters and times go on', () => {
  const muxer = new MpegTsMuxer();
  muxer.addTrack({ ...videoTrack('avc1.42001e', configuration), language: 'deu' });
  for (let frame = 0; frame < 40; frame++) muxer.write(0, { timestamp: 40 * frame, isKey: frame % 2 === 0, data: Uint8Array.of(0, 0, 0, 2, frame % 2 ? 0x41 : 0x65, 0x80) });
  muxer.finish();
  const bytes = written(muxer);
  const counters = new Map<number, number>();
  for (let at = 0; at < bytes.length; at += 188) {
    const pid = ((bytes[at + 1] & 31) << 8) | bytes[at + 2];
    assert.is(bytes[at + 3] & 15, ((counters.get(pid) ?? -1) + 1) & 15);
    counters.set(pid, bytes[at + 3] & 15);
  }
  const text = Buffer.from(bytes).toString('hex');
  assert.ok(text.includes('0000000109f0000000016742c00a0000000168000000016580'));
  assert.ok(text.includes('0000000109f0000000014180'));
});

test('times beyond 33 bits begin again with 0', () => {
  const muxer = new MpegTsMuxer();
  muxer.addTrack({ ...audioTrack('mp3', 48000, 2), timescale: 90_000 });
  const frame = Uint8Array.of(0xff, 0xfb, 0x94, 0, ...new Uint8Array(380));
  for (let index = 0; index < 8; index++) muxer.write(0, { timestamp: 2 ** 33 - 126_000 + 2160 * (index - 4), isKey: true, data: frame });
  muxer.finish();
  const outputs = demux(written(muxer));
  assert.equal(samplesOf(outputs).map(({ timestamp }) => timestamp - 2 ** 33), [-4, -3, -2, -1, 0, 1, 2, 3].map((index) => 2160 * index));
  assert.is(initSegment(outputs)!.tracks[0].descriptions[0].codec, 'mp3');
});

const refused: readonly (readonly [what: string, act: (muxer: MpegTsMuxer) => void, reason: RegExp])[] = [
  ['Opus', (muxer) => muxer.addTrack(audioTrack('opus', 48000, 2)), /MPEG-TS: the codec opus/],
  ['text', (muxer) => muxer.addTrack({ type: 'text', timescale: 1000, description: { codec: 'wvtt', description: null } } satisfies MuxerTrack), /in a track of type text/],
  ['a description that is cut off', (muxer) => muxer.addTrack(videoTrack('avc1.42001e', configuration.subarray(0, 9))), /cut off/],
  ['a sample whose lengths don\'t fit', (muxer) => {
    muxer.addTrack(videoTrack('avc1.42001e', configuration));
    muxer.write(0, { timestamp: 0, isKey: true, data: Uint8Array.of(0, 0, 0, 9, 1) });
  }, /NAL units with lengths of 4 bytes/],
  ['AAC that is neither described nor in ADTS frames', (muxer) => {
    muxer.addTrack(audioTrack('mp4a.40.2', 48000, 2));
    muxer.write(0, { timestamp: 0, isKey: true, data: Uint8Array.of(1) });
  }, /no ADTS frames/],
];

for (const [what, act, reason] of refused) {
  test(`${what} is refused`, () => assert.throws(() => act(new MpegTsMuxer()), (error: Error) => error instanceof MuxerError && reason.test(error.message)));
}

test.run();
