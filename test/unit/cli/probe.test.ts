// timeout: 120 s
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { directory, file, mediant, start, wav } from './support';

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;
const tone = file('tone.wav', wav(1.5));

test('tells of a file in words', () => {
  const { status, stdout, stderr } = mediant(['probe', tone]);
  assert.is(status, 0, stderr);
  assert.match(stdout, /^WAV, 48\.0 kB, 1\.5 s/);
  assert.match(stdout, /audio 1, pcm-s16, 8000 Hz, stereo/);
});

test('--json gives numbers', () => {
  const { container, bytes, duration, error, tracks } = JSON.parse(mediant(['probe', '--json', tone]).stdout);
  assert.equal({ container, bytes, duration, error }, { container: 'wav', bytes: 48044, duration: 1.5, error: null });
  const [{ codec, sampleRate, channels, duration: length, bytes: content, bitsPerSecond }] = tracks;
  assert.equal({ codec, sampleRate, channels, length, content, bitsPerSecond }, { codec: 'pcm-s16', sampleRate: 8000, channels: 2, length: 1.5, content: 48000, bitsPerSecond: 256000 });
});

test('a file by its content, not its name', () => {
  const named = file('tone.mp4', readFileSync(tone));
  assert.match(mediant(['probe', named]).stdout, /^WAV/);
  const { status, stderr } = mediant(['probe', file('text.mp4', 'not media at all')]);
  assert.is(status, 1);
  assert.match(stderr, /^mediant: .*text\.mp4 is in no format that is known\n$/);
});

if (hasFfmpeg) {
  const film = join(directory, 'film.mp4');
  spawnSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=25', '-f', 'lavfi', '-i', 'sine', '-t', '4', '-c:v', 'libx264', '-g', '25', '-c:a', 'aac', film]);

  test('tracks and key frames of a film whose index comes last', () => {
    const { container, hasIndex, tracks } = JSON.parse(mediant(['probe', '--json', film]).stdout);
    assert.is(container, 'mp4');
    assert.ok(hasIndex);
    const [video, audio] = tracks;
    assert.is(video.samples, 100);
    assert.is(video.keySamples, 4);
    assert.equal(video.keyDistance, { least: 1, mean: 1, most: 1 });
    assert.match(video.codec, /^avc1\.6400/);
    assert.equal([video.width, video.height, video.duration], [160, 90, 4]);
    assert.is(audio.codec, 'mp4a.40.2');
    assert.ok(Math.abs(audio.duration - 4) < 0.03);
  });

  test('a file that ends too early: what is there, and that the rest lacks', () => {
    const whole = readFileSync(film);
    const { status, stdout } = mediant(['probe', file('cut.mp4', whole.subarray(0, 20_000))]);
    assert.match(stdout, status === 0 ? /truncated/ : /error: MP4/);
  });

  for (const ranges of [true, false]) {
    test(`a URL whose server ${ranges ? 'answers range requests' : 'gives all from the beginning'}`, async () => {
      const content = ranges ? readFileSync(film) : readFileSync(tone);
      const server = createServer((request, response) => {
        const begin = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
        if (ranges) response.writeHead(206, { 'Content-Range': `bytes ${begin}-${content.length - 1}/${content.length}` });
        response.end(ranges ? content.subarray(begin) : content);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const child = start(['probe', '--json', `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`]);
      let output = '';
      child.stdout.on('data', (text) => { output += text; });
      const status = await new Promise((resolve) => child.on('close', resolve));
      server.close();
      assert.is(status, 0);
      const { container, tracks } = JSON.parse(output);
      assert.equal([container, tracks.length], ranges ? ['mp4', 2] : ['wav', 1]);
    });
  }
} else console.log('skipped in part: no ffmpeg');

test.run();
