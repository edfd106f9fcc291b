import { processHost } from '../host/window/process-host';
import { UsageError, parseCommandLine } from './Command';
import type { Command } from './Command';

const help = `Usage: mediant devices [--json]

Lists audio output devices. The ID is what 'mediant play --device' and AudioContext's sinkId take.

  --json  an array of { backend, id, name, channels, rate, default }`;

const headings = { backend: 'BACKEND', id: 'ID', name: 'NAME', channels: 'CHANNELS', rate: 'RATE', default: 'DEFAULT' };
type Row = Record<keyof typeof headings, string>;

async function run(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(argv, { json: { type: 'boolean' } });
  if (positionals.length) throw new UsageError(`devices takes no argument, not '${positionals[0]}'`);
  const devices = processHost().audio.outputDevices().map(({ backend, id, label, channels, sampleRate, isDefault }) => {
    return { backend, id, name: label, channels, rate: sampleRate, default: isDefault };
  });
  process.stdout.write(values.json ? `${JSON.stringify(devices, null, 2)}\n` : table(devices.map(asText)));
  return 0;
}

function asText(device: { [name in keyof Row]: string | number | boolean }): Row {
  const mark = device.default ? 'yes' : '';
  return { ...(Object.fromEntries(Object.entries(device).map(([name, value]) => [name, String(value)])) as Row), default: mark };
}

const rightAligned: readonly string[] = ['channels', 'rate'];

function table(rows: readonly Row[]): string {
  const columns = Object.keys(headings) as (keyof Row)[];
  const widths = columns.map((column) => Math.max(...[headings, ...rows].map((row) => row[column].length)));
  const line = (row: Row) =>
    columns
      .map((column, index) => (rightAligned.includes(column) ? row[column].padStart(widths[index]) : row[column].padEnd(widths[index])))
      .join('  ')
      .trimEnd();
  return [headings, ...rows].map((row) => `${line(row)}\n`).join('');
}

export const command: Command = { help, run };
