// timeout: 180 s
/** Files that our muxers wrote, in Chromium's media element: their durations and sizes, a seek, and playing on to the end. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Browser, type Page, chromium } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { browserPath } from '../browser-path';

const path = browserPath('chromium');
if (path === undefined) console.log('skipped: no Chromium on the PATH');

const seconds = 3;
const folder = mkdtempSync(join(tmpdir(), 'mediant-played-'));

/** What ffmpeg writes, to be written again by us. */
const sources: Readonly<Record<string, readonly string[]>> = {
  'h264-aac.mp4': ['-c:v', 'libx264', '-bf', '2', '-g', '20', '-pix_fmt', 'yuv420p', '-c:a', 'aac'],
  'vp9-opus.webm': ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-g', '20', '-c:a', 'libopus'],
  'av1-flac.mp4': ['-c:v', 'libsvtav1', '-preset', '12', '-g', '20', '-pix_fmt', 'yuv420p', '-c:a', 'flac', '-strict', '-2'],
  'vp8-vorbis.webm': ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-g', '20', '-ac', '2', '-c:a', 'libvorbis'],
};

/** [source, file that we write, options of `mediant convert`]: with a name the file can be gone back in, as standard output it can't. */
const cases: readonly (readonly [string, string, ...string[]])[] = [
  ['h264-aac.mp4', 'flat.mp4'],
  ['h264-aac.mp4', 'fragmented.mp4', '--fragmented'],
  ['h264-aac.mp4', 'streamed.mp4', '--format', 'fragmented-mp4'],
  ['vp9-opus.webm', 'indexed.webm'],
  ['vp9-opus.webm', 'live.webm', '--format', 'webm'],
  ['vp9-opus.webm', 'vp9-opus.mp4'],
  ['vp8-vorbis.webm', 'vp8-vorbis.webm'],
  ['av1-flac.mp4', 'av1-flac.mp4'],
  ['av1-flac.mp4', 'av1-flac-fragmented.mp4', '--fragmented'],
];

/** Sound alone; in part encoded anew. Chromium plays no transport streams. */
const sounds: readonly (readonly [source: string, name: string, type: string, ...options: string[]])[] = [
  ['vp9-opus.webm', 'opus.ogg', 'audio/ogg', '--audio', 'copy'],
  ['h264-aac.mp4', 'aac.aac', 'audio/aac', '--audio', 'copy'],
  ['h264-aac.mp4', 'aac.m4a', 'audio/mp4', '--audio', 'copy'],
  ['vp8-vorbis.webm', 'vorbis.webm', 'audio/webm', '--audio', 'copy'],
  ['h264-aac.mp4', 's16.wav', 'audio/wav', '--audio', 'pcm-s16'],
  ['h264-aac.mp4', 'f32.wav', 'audio/wav', '--audio', 'pcm-f32'],
  ['h264-aac.mp4', 'ulaw.wav', 'audio/wav', '--audio', 'ulaw'],
];

function write([source, name, ...options]: (typeof cases)[number]): string {
  const out = join(folder, `ours-${name}`);
  const isStreamed = options.includes('--format');
  const copies = ['--video', 'copy', '--audio', 'copy', '--quiet'];
  const bytes = execFileSync(process.execPath, ['dist/cli.js', 'convert', join(folder, source), isStreamed ? '-' : out, ...options, ...copies], { maxBuffer: 1 << 28 });
  if (isStreamed) execFileSync('tee', [out], { input: bytes, stdio: ['pipe', 'ignore', 'inherit'] });
  return out;
}

interface Played {
  readonly duration: number;
  readonly videoWidth: number;
  readonly videoHeight: number;
  readonly end: number;
  readonly totalVideoFrames: number;
}

const html = `<!doctype html><script>
async function play(url) {
  const video = document.createElement('video');
  const happens = (type) => new Promise((resolve, reject) => {
    video.addEventListener(type, resolve, { once: true });
    video.addEventListener('error', () => reject(new Error(video.error.message + ' before ' + type)), { once: true });
  });
  video.muted = true;
  video.src = url;
  await happens('loadeddata');
  video.currentTime = 1.5;
  await happens('seeked');
  video.play();
  await happens('ended');
  const { duration, videoWidth, videoHeight, currentTime } = video;
  return { duration, videoWidth, videoHeight, end: currentTime, totalVideoFrames: video.getVideoPlaybackQuality().totalVideoFrames };
}
</script>`;

if (path !== undefined) {
  let browser: Browser;
  let page: Page;

  test.before(async () => {
    const input = ['-f', 'lavfi', '-i', `testsrc2=size=176x144:rate=20:duration=${seconds}`, '-f', 'lavfi', '-i', `sine=440:sample_rate=48000:duration=${seconds}`];
    for (const [name, options] of Object.entries(sources)) execFileSync('ffmpeg', ['-v', 'error', ...input, ...options, join(folder, name)]);
    browser = await chromium.launch({ executablePath: path, chromiumSandbox: false, args: ['--autoplay-policy=no-user-gesture-required', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'] });
    page = await browser.newPage();
    await page.route('**/*', (route) => {
      const name = basename(new URL(route.request().url()).pathname);
      if (name === '') return route.fulfill({ contentType: 'text/html', body: html });
      const type = sounds.find((sound) => name === `ours-${sound[1]}`)?.[2] ?? (name.endsWith('.mp4') ? 'video/mp4' : 'video/webm');
      return route.fulfill({ contentType: type, body: readFileSync(join(folder, name)) });
    });
    await page.goto('https://interop.test/');
  });

  for (const each of cases) {
    test(`${each[0]} written as ${each[1]} plays`, async () => {
      const { duration, videoWidth, videoHeight, end, totalVideoFrames } = await page.evaluate<Played>(`play('/${basename(write(each))}')`);
      assert.equal([videoWidth, videoHeight], [176, 144]);
      assert.ok(Math.abs(duration - seconds) < 0.1, `a duration of ${duration} s`);
      assert.ok(Math.abs(end - seconds) < 0.1, `ended at ${end} s`);
      assert.ok(totalVideoFrames > 0);
    });
  }

  for (const [source, name, , ...options] of sounds) {
    test(`${name}, written of ${source}, plays`, async () => {
      const out = join(folder, `ours-${name}`);
      execFileSync(process.execPath, ['dist/cli.js', 'convert', join(folder, source), out, '--video', 'none', ...options, '--quiet']);
      const { duration, videoWidth, end } = await page.evaluate<Played>(`play('/${basename(out)}')`);
      assert.is(videoWidth, 0);
      assert.ok(Math.abs(duration - seconds) < 0.1, `a duration of ${duration} s`);
      assert.ok(Math.abs(end - seconds) < 0.1, `ended at ${end} s`);
    });
  }

  test.after(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });
}

test.run();
