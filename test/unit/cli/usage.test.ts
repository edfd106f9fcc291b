// timeout: 240 s
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { directory, file, mediant, mediantUnread } from './support';

const song = file('song.wav', 'not audio at all');

/** Each wrong command line, and what its one line must speak of. */
const wrong: readonly [args: readonly string[], names: string][] = [
  [[], 'no command'],
  [['sing'], "'sing'"],
  [['--loud'], "'--loud'"],
  [['play', '--loud', song], '--loud'],
  [['play', song, song], 'one file'],
  [['play', '--volume', 'high', song], '--volume'],
  [['play', '--volume', '-1', song], '--volume'],
  [['play', '--volume=99', song], '--volume'],
  [['play', '--rate', '12', song], '--rate'],
  [['play', '--device', 'tin can', song], 'tin can'],
  [['play', `${directory}/absent.mp3`], 'absent.mp3'],
  [['play', directory], directory],
  [['play', directory], 'on a directory\n'],
  [['play', 'file:%'], 'file:%'],
  [['probe'], 'no file'],
  [['probe', 'file://else/where.mp4'], 'file://else/where.mp4'],
  [['probe', song, song], 'one file'],
  [['probe', `${directory}/absent.mp4`], 'absent.mp4'],
  [['probe', directory], 'not a file'],
  [['convert', song], 'not 1 name'],
  [['convert', song, 'out.xyz'], "'.xyz'"],
  [['convert', song, '-'], '--format'],
  [['convert', song, 'out.wav', '--format', 'cassette'], 'cassette'],
  [['convert', song, 'out.wav', '--audio', 'opus'], 'opus'],
  [['convert', song, 'out.wav', '--video', 'h264'], 'no video'],
  [['convert', song, 'out.wav', '--audio', 'copy', '--channels', '1'], '--audio copy'],
  [['convert', song, 'out.wav', '--audio-bitrate', 'much'], '--audio-bitrate'],
  [['convert', song, 'out.wav', '--size', '640'], '--size'],
  [['convert', song, 'out.wav', '--size', '8x640'], '16 to 16384'],
  [['convert', song, 'out.wav', '--from', '3', '--to', '2'], '--to 2'],
  [['convert', song, 'out.wav', '--fragmented'], '--fragmented'],
  [['convert', song, '-', '--format', 'wav', '--json'], '--json'],
  [['convert', `${directory}/absent.mp4`, 'out.wav'], 'absent.mp4'],
  [['devices', 'all'], "'all'"],
  [['devices', '--yaml'], '--yaml'],
  [['run'], 'no script'],
  [['run', 'absent.js'], 'absent.js'],
  [['run', directory], 'not a file'],
  [['run', 'http://'], 'http://'],
  [['run', 'file:%'], 'file:%'],
  [['run', '--fast'], '--fast'],
  [['run', 'ftp://example.test/a.html'], 'ftp:'],
  [['wpt', '--fast'], '--fast'],
];

for (const [args, names] of wrong) {
  test(`mediant ${args.map((argument) => argument.replace(directory, '…')).join(' ')}`, () => {
    const { status, stdout, stderr } = mediant(args);
    assert.is(status, 2, stderr);
    assert.is(stdout, '');
    assert.match(stderr, /^mediant: .+\n$/);
    assert.ok(stderr.includes(names), stderr);
  });
}

test('a file that is no audio: one line, exit 1', () => {
  const { status, stderr } = mediant(['play', song]);
  assert.is(status, 1);
  assert.match(stderr, /^mediant: .*song\.wav.*\n$/);
});

for (const url of ['http://', 'http://127.0.0.1:1/100%.mp3']) {
  test(`play ${url}: one line, exit 1`, () => {
    const { status, stderr } = mediant(['play', url]);
    assert.is(status, 1);
    assert.match(stderr, /^mediant: cannot fetch .+\n$/);
    assert.ok(stderr.includes(url), stderr);
  });
}

test('a reader that goes away ends a command without a word', () => {
  if (process.platform === 'win32') return;
  assert.equal(mediantUnread(['devices']), { status: 141, stderr: '' });
});

test('--help for everything', () => {
  assert.match(mediant(['--help']).stdout, /^Usage: mediant COMMAND/);
  for (const command of ['play', 'convert', 'devices', 'run', 'wpt']) {
    for (const args of [['--help'], ['-h']]) {
      const { status, stdout, stderr } = mediant([command, ...args]);
      assert.is(status, 0, stderr);
      assert.match(stdout, new RegExp(`^Usage: .*${command}`));
    }
  }
  assert.match(mediant(['play', 'x.mp3', '--help']).stdout, /^Usage: mediant play/);
});

test('--version', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  assert.is(mediant(['--version']).stdout, `${version}\n`);
});

test.run();
