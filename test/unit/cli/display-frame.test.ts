import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { clip, frame, withColours, withoutColours } from '../../../src/cli/play/frame';
import type { Snapshot } from '../../../src/cli/play/frame';

const snapshot: Snapshot = {
  title: 'song.mp3',
  format: 'MP3 · 44.1 kHz · stereo',
  device: 'PulseAudio · Loudspeaker · 48 kHz',
  notice: '',
  elapsedSeconds: 60,
  durationSeconds: 240,
  state: 'playing',
  round: undefined,
  volume: 1,
  channels: [
    { name: 'L', decibels: -6, peak: -3 },
    { name: 'R', decibels: -Infinity, peak: -Infinity },
  ],
  keys: true,
};

const lineWith = (text: string, lines: readonly string[]) => lines.find((line) => line.includes(text)) ?? '';
const bare = (line: string) => line.replace(/\u001b\[\d*m/g, '');

test('no line is wider than the terminal, from 30 columns on', () => {
  const long = { ...snapshot, title: 'x'.repeat(300), device: 'y'.repeat(300), notice: 'z'.repeat(300), round: 12, state: 'paused' as const };
  for (let columns = 30; columns <= 200; columns += 1) {
    for (const line of frame(long, columns, withoutColours)) assert.ok([...line].length <= columns, `${columns}: ${line}`);
  }
});

test('colours change no character', () => {
  for (const columns of [30, 57, 80, 120]) {
    assert.equal(frame(snapshot, columns, withColours).map(bare), frame(snapshot, columns, withoutColours));
  }
});

test('the progress bar is filled by the part that was heard', () => {
  for (const [elapsedSeconds, share] of [[0, 0], [60, 0.25], [120, 0.5], [240, 1], [999, 1]]) {
    const line = lineWith('4:00', frame({ ...snapshot, elapsedSeconds }, 80, withoutColours));
    const done = [...line].filter((cell) => cell === '━').length + ([...line].includes('╸') ? 0.5 : 0);
    const rest = [...line].filter((cell) => cell === '─').length + ([...line].includes('╸') ? 0.5 : 0);
    assert.ok(Math.abs(done / (done + rest) - share) < 0.01, line);
  }
});

test('an empty file has a bar too', () => {
  assert.ok(frame({ ...snapshot, elapsedSeconds: 0, durationSeconds: 0 }, 80, withoutColours).length > 0);
});

test('the meter shows the level as a bar, the held peak as a mark and as a number', () => {
  const lines = frame(snapshot, 80, withoutColours);
  const left = lines.find((line) => line.startsWith('  L '))!;
  assert.match(left, /^ {2}L {3}█+[▏▎▍▌▋▊▉]? +▏ +-3\.0 dB$/);
  const right = lines.find((line) => line.startsWith('  R '))!;
  assert.match(right, /^ {2}R +-∞ dB$/);
});

test('a level over full scale stays within the meter', () => {
  const channels = [{ name: 'L', decibels: 6, peak: 6 }];
  const line = frame({ ...snapshot, channels }, 80, withoutColours).find((text) => text.startsWith('  L '))!;
  assert.match(line, /6\.0 dB$/);
  assert.is([...line].length, 78);
});

test('the scale has each mark below the end of a bar of that level', () => {
  const scale = lineWith('-24', frame(snapshot, 120, withoutColours));
  for (const level of [-48, -36, -24, -12, -6]) {
    const channels = [{ name: 'L', decibels: level, peak: -Infinity }];
    const bar = frame({ ...snapshot, channels }, 120, withoutColours).find((line) => line.startsWith('  L '))!;
    const end = /.*[█▏▎▍▌▋▊▉]/.exec(bar)![0].length - 1;
    const mark = new RegExp(`(?<= )${level}(?!\\d)`).exec(scale)!;
    assert.ok(Math.abs(mark.index + mark[0].length - 1 - end) <= 1, `${level}`);
  }
});

test('what wants to be known is said', () => {
  const text = (change: Partial<Snapshot>) => frame({ ...snapshot, ...change }, 80, withoutColours).join('\n');
  assert.match(text({ notice: 'No sound device' }), 'No sound device');
  assert.match(text({ round: 3 }), 'round 3');
  assert.match(text({ state: 'paused' }), 'paused');
  assert.match(text({ volume: 0.5 }), 'volume 50 %');
  assert.match(text({ keys: false }), 'Ctrl-C stops');
});

test('long names lose their middle', () => {
  assert.is(clip('short', 10), 'short');
  assert.is(clip('abcdefghijkl', 7), 'abc…jkl');
  assert.is([...clip('ab😀cd😀ef', 5)].length, 5);
});

test.run();
