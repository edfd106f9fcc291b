/** Files of codecs that FFmpeg alone decodes, against the ffmpeg command line. */
import { execFileSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isHostError } from '../../../src/host/Host';
import { corpusFile, corpusMissing } from '../../support/containers/corpus';
import { decode, tryDecode } from '../../support/media-decode';
import { backendMissing } from '../../support/media-encode';

const missing = (await backendMissing()) ?? corpusMissing;
if (missing) console.log(`skipped: ${missing}`);

const files: Readonly<Record<string, string>> = {
  'other-alac.m4a': '-c:a alac', 'other-alac.mkv': '-c:a alac', 'other-ac3.mp4': '-c:a ac3', 'other-layer-2.mp2': '-c:a mp2',
  'other-s16be.mov': '-c:a pcm_s16be', 'other-s24be.mov': '-c:a pcm_s24be', 'other-s24.mov': '-c:a pcm_s24le', 'other-s8.mov': '-c:a pcm_s8', 'other-f32be.mov': '-c:a pcm_f32be',
  'other-f64be.mov': '-c:a pcm_f64be', 'other-s16be.mkv': '-c:a pcm_s16be', 'other-f64.mkv': '-c:a pcm_f64le', 'other-alaw.mov': '-c:a pcm_alaw',
  'other-ms.wav': '-c:a adpcm_ms', 'other-ima.wav': '-c:a adpcm_ima_wav', 'other-mp3.wav': '-c:a libmp3lame',
};

/** Steps of 16 bits: the ffmpeg of the system decodes layer II to integers, and older ones multiply otherwise in ADPCM. */
const tolerances: Readonly<Record<string, number>> = { 'other-layer-2.mp2': 1.1, 'other-mp3.wav': 0.1, 'other-ima.wav': 40 };

for (const [name, command] of missing ? [] : Object.entries(files)) {
  test(`${name}: as ffmpeg has it`, async () => {
    const { bytes, path } = corpusFile(name, `{audio} -ac 2 ${command}`);
    const output = execFileSync('ffmpeg', ['-v', 'error', '-i', path, '-f', 'f32le', '-'], { maxBuffer: 2 ** 26 });
    const expected = new Float32Array(output.buffer.slice(output.byteOffset, output.byteOffset + output.byteLength));
    const { channels } = await decode(bytes, 48000);
    assert.is(channels[0].length, expected.length / 2);
    let worst = 0;
    channels.forEach((samples, channel) => samples.forEach((sample, frame) => { worst = Math.max(worst, Math.abs(sample - expected[2 * frame + channel])); }));
    assert.ok(worst * 32768 <= (tolerances[name] ?? 0.01), `${worst * 32768} steps of 16 bits`);
  });
}

test('a codec that is not listed is refused by its name', async () => {
  if (missing) return;
  const result = await tryDecode(corpusFile('other-wavpack.mkv', '{audio} -ac 2 -c:a wavpack').bytes, 48000);
  assert.ok(isHostError(result) && result.message === 'The WebM file holds audio of a codec that can\'t be decoded (A_WAVPACK4).', JSON.stringify(result));
});

test.run();
