/** The terminal display as lines of text, made from a snapshot: no terminal in here. */
import type { Level } from './LevelMeter';
import { floorDecibels } from './LevelMeter';
import { clock, decibels } from './format';

export interface Snapshot {
  readonly title: string;
  /** `MP3 · 44.1 kHz · stereo`. */
  readonly format: string;
  readonly device: string;
  /** Drawn as a remark that wants to be read: no sound device, and so on. */
  readonly notice: string;
  readonly elapsedSeconds: number;
  readonly durationSeconds: number;
  readonly state: 'playing' | 'paused' | 'stopped' | 'finished';
  /** How often the file has been played through; shown when looping. */
  readonly round: number | undefined;
  readonly volume: number;
  readonly channels: readonly (Level & { readonly name: string })[];
  readonly keys: boolean;
}

const reset = '\u001b[0m';
const styles = {
  bold: '\u001b[1m',
  dim: '\u001b[2m',
  title: '\u001b[1m',
  accent: '\u001b[36m',
  notice: '\u001b[33m',
  low: '\u001b[32m',
  high: '\u001b[33m',
  clip: '\u001b[31m',
} as const;
type Style = keyof typeof styles;

const symbols = { playing: '▶', paused: '‖', stopped: '■', finished: '■' } as const;
/** Where the meter changes colour, dBFS. */
const zones: readonly { from: number; style: Style }[] = [
  { from: floorDecibels, style: 'low' },
  { from: -12, style: 'high' },
  { from: -3, style: 'clip' },
];
const scaleMarks = [-48, -36, -24, -12, -6, 0];
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const widest = 96;
const narrowest = 30;
const margin = '  ';

export type Paint = (style: Style, text: string) => string;

export const withColours: Paint = (style, text) => (text === '' ? '' : styles[style] + text + reset);
export const withoutColours: Paint = (_style, text) => text;

/** The whole display, each line at most `columns` wide. */
export function frame(snapshot: Snapshot, columns: number, paint: Paint): string[] {
  const width = Math.max(narrowest, Math.min(widest, columns)) - 2 * margin.length;
  const lines = [
    '',
    paint('accent', '♪ ') + paint('title', clip(snapshot.title, width - 2)),
    paint('dim', clip(snapshot.format, width)),
    paint('dim', clip(snapshot.device, width)),
    ...(snapshot.notice ? [paint('notice', clip(snapshot.notice, width))] : []),
    '',
    progress(snapshot, width, paint),
    '',
    ...snapshot.channels.map((channel) => meter(channel, width, paint)),
    scale(width, paint),
    '',
    status(snapshot, width, paint),
  ];
  return lines.map((line) => (line === '' ? '' : margin + line));
}

function progress({ elapsedSeconds, durationSeconds, state }: Snapshot, width: number, paint: Paint): string {
  const total = clock(durationSeconds);
  const elapsed = clock(elapsedSeconds).padStart(total.length);
  const cells = width - elapsed.length - total.length - 6;
  const fraction = durationSeconds > 0 ? Math.min(1, Math.max(0, elapsedSeconds / durationSeconds)) : 0;
  const halves = Math.round(fraction * cells * 2);
  const full = Math.floor(halves / 2);
  const half = halves % 2 ? '╸' : '';
  const done = '━'.repeat(full) + half;
  const rest = '─'.repeat(cells - full - half.length);
  return `${paint('accent', symbols[state])} ${elapsed}  ${paint('accent', done)}${paint('dim', rest)}  ${paint('dim', total)}`;
}

const labelWidth = 4;
const readingWidth = 9;

const meterCells = (width: number) => width - labelWidth - readingWidth;
const cellOf = (value: number, cells: number) => ((Math.min(0, value) - floorDecibels) / -floorDecibels) * cells;

function meter({ name, decibels: level, peak }: Snapshot['channels'][number], width: number, paint: Paint): string {
  const cells = meterCells(width);
  const filled = Math.max(0, Math.min(cells, cellOf(level, cells)));
  const whole = Math.floor(filled);
  const bar = '█'.repeat(whole) + eighths[Math.floor((filled - whole) * 8)];
  const mark = Math.min(cells - 1, Math.floor(cellOf(peak, cells)));
  const text = [...bar.padEnd(cells)];
  if (mark >= bar.length) text[mark] = '▏';
  return paint('dim', name.padEnd(labelWidth)) + zoned(text, cells, paint) + decibels(peak).padStart(readingWidth);
}

/** Colours the cells of a meter by the zone each lies in. */
function zoned(text: readonly string[], cells: number, paint: Paint): string {
  const edges = zones.map(({ from }) => Math.round(cellOf(from, cells)));
  return zones
    .map(({ style }, index) => paint(style, text.slice(edges[index], edges[index + 1] ?? cells).join('')))
    .join('');
}

function scale(width: number, paint: Paint): string {
  const cells = meterCells(width);
  const text = Array<string>(cells + 2).fill(' ');
  for (const value of scaleMarks) {
    const label = String(value);
    const start = Math.round(cellOf(value, cells)) - label.length + (value === 0 ? 0 : 1);
    if (start > 0 && text.slice(start - 2, start + label.length).every((cell) => cell === ' ')) text.splice(start, label.length, ...label);
  }
  return ' '.repeat(labelWidth) + paint('dim', text.join('').trimEnd());
}

function status({ volume, round, state, keys }: Snapshot, width: number, paint: Paint): string {
  const parts = [`volume ${Math.round(volume * 100)} %`];
  if (round !== undefined) parts.push(`loop, round ${round}`);
  if (state !== 'playing') parts.push(state);
  const over = state === 'finished' || state === 'stopped';
  const hint = over ? '' : keys ? 'space pause · ↑↓ volume · q quit' : 'Ctrl-C stops';
  const left = parts.join(' · ');
  const gap = width - left.length - hint.length;
  return gap >= 2 ? left + ' '.repeat(gap) + paint('dim', hint) : clip(left, width);
}

/** Shortens text in the middle, where names of files differ least. */
export function clip(text: string, width: number): string {
  const characters = [...text];
  if (characters.length <= width) return text;
  const head = Math.ceil((width - 1) / 2);
  return `${characters.slice(0, head).join('')}…${characters.slice(characters.length - (width - 1 - head)).join('')}`;
}
