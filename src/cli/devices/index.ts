import { processHost } from '../../host/window/process-host';
import { hardwareDevices } from '../../host/node/codecs/av';
import { UsageError, parseCommandLine } from '../Command';
import type { Command } from '../Command';
import { codecRows } from './codecs';
import type { CodecRow } from './codecs';

const help = `Usage: mediant devices [--codecs] [--json]

Lists audio output devices. The ID is what 'mediant play --device' and AudioContext's sinkId take.

  --codecs  lists what decodes and encodes on this machine instead, found out by opening it,
            and the devices that hardware decoding was tried on
  --json    an array of { backend, id, name, channels, rate, default }, or of
            { codec, string, decoder, encoder, hardwareDecoder, hardwareEncoder }`;

const codecHeadings = {
  codec: 'CODEC', string: 'TRIED', decoder: 'DECODER', encoder: 'ENCODER', hardwareDecoder: 'HARDWARE DECODER', hardwareEncoder: 'HARDWARE ENCODER',
};
const headings = { backend: 'BACKEND', id: 'ID', name: 'NAME', channels: 'CHANNELS', rate: 'RATE', default: 'DEFAULT' };
type Row = Record<string, string>;
type DeviceRow = Record<keyof typeof headings, string | number | boolean>;

async function run(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(argv, { json: { type: 'boolean' }, codecs: { type: 'boolean' } });
  if (positionals.length) throw new UsageError(`devices takes no argument, not '${positionals[0]}'`);
  if (values.codecs) {
    const rows: CodecRow[] = [];
    for await (const row of codecRows(processHost().codecs.backends ?? [])) rows.push(row);
    process.stdout.write(values.json ? asJson(rows) : table(codecHeadings, rows.map(withDashes)));
    if (!values.json) process.stdout.write(await hardwareTable());
    return 0;
  }
  const devices = processHost().audio.outputDevices().map(({ backend, id, label, channels, sampleRate, isDefault }) => {
    return { backend, id, name: label, channels, rate: sampleRate, default: isDefault };
  });
  process.stdout.write(values.json ? asJson(devices) : table(headings, devices.map(asText)));
  return 0;
}

const asJson = (rows: readonly object[]): string => `${JSON.stringify(rows, null, 2)}\n`;

function asText(device: DeviceRow): Row {
  const mark = device.default ? 'yes' : '';
  return { ...Object.fromEntries(Object.entries(device).map(([name, value]) => [name, String(value)])), default: mark };
}

function withDashes(row: CodecRow): Row {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value ?? '–']));
}

/** The ways to hardware, and why those that are not gone can't be. */
async function hardwareTable(): Promise<string> {
  const devices = await hardwareDevices();
  return devices.length === 0 ? '' : `\n${table({ device: 'DEVICE', problem: 'STATE' }, devices.map(({ device, problem }) => ({ device, problem: problem ?? 'opens' })))}`;
}

const rightAligned: readonly string[] = ['channels', 'rate'];

function table(headings: Row, rows: readonly Row[]): string {
  const columns = Object.keys(headings);
  const widths = columns.map((column) => Math.max(...[headings, ...rows].map((row) => row[column].length)));
  const line = (row: Row) =>
    columns
      .map((column, index) => (rightAligned.includes(column) ? row[column].padStart(widths[index]) : row[column].padEnd(widths[index])))
      .join('  ')
      .trimEnd();
  return [headings, ...rows].map((row) => `${line(row)}\n`).join('');
}

export const command: Command = { help, run };
