import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AudioBuffer, AudioContext } from 'mediant/webaudio';
import * as webaudio from '../../entry/webaudio';
import { isHostError } from '../../host/Host';
import { probeAudio } from '../../host/node/codecs';
import { processHost } from '../../host/window/process-host';
import { pathOf } from '../ByteSource';
import { Failure, UsageError, exactlyOne, numberOption, parseCommandLine, reasonOf } from '../Command';
import type { Command } from '../Command';
import { PlainDisplay } from './PlainDisplay';
import { Player } from './Player';
import { TerminalDisplay } from './TerminalDisplay';
import { View, mostVolume } from './View';
import { describeDevice, describeFormat } from './format';
import { listenForKeys } from './keys';

const help = `Usage: mediant play [OPTION…] FILE|URL

Plays an audio file on the default output device. Without FILE it plays a sample.

  --volume NUMBER  1 is the file's own level (0 to 8; default 1)
  --loop           start again at the end, until stopped
  --device ID      play on this device; 'mediant devices' lists them
  --rate HERTZ     run the audio graph at this sample rate (default: the device's)
  --no-display     plain lines instead of the terminal display

Keys: space pauses, up and down change the volume, q or Ctrl-C stops.`;

const options = {
  volume: { type: 'string' },
  loop: { type: 'boolean' },
  device: { type: 'string' },
  rate: { type: 'string' },
  'no-display': { type: 'boolean' },
} as const;

async function run(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(argv, options);
  const volume = numberOption('volume', values.volume, 0, mostVolume) ?? 1;
  const sampleRate = numberOption('rate', values.rate, 3000, 768000);
  const loop = values.loop === true;
  const sinkId = checkedDevice(values.device);
  const source = positionals.length ? exactlyOne('file', positionals) : sampleFile();
  const title = titleOf(source);

  const terminal = process.stdout.isTTY && process.env['TERM'] !== 'dumb' && !values['no-display'];
  const display = terminal ? new TerminalDisplay(process.stdout) : new PlainDisplay((text) => process.stdout.write(text));
  try {
    display.wait(`Decoding ${title} …`);
    const bytes = await read(source);
    const context = openContext(sampleRate, sinkId);
    const [format, buffer] = await Promise.all([probe(bytes), decode(context, bytes, source)]);
    const info = processHost().audio.outputInfo(sinkId);
    const view = new View(new Player(context, buffer, { volume, loop }), volume, {
      title,
      format,
      device: describeDevice(info, context.sampleRate),
      notice: info.backend === 'silent' ? 'No sound device was found: playing in silence, by the clock.' : '',
      loop,
      keys: terminal && process.stdin.isTTY === true,
    });
    await play(view, display);
    await context.close();
  } finally {
    display.close();
  }
  return 0;
}

/** Plays to the end, or until it is told to stop. */
async function play(view: View, display: TerminalDisplay | PlainDisplay): Promise<void> {
  const stop = () => view.player.stop();
  process.on('SIGINT', stop).on('SIGTERM', stop);
  const unlisten = view.keys ? listenForKeys(process.stdin, (key) => view.pressed(key)) : () => {};
  await view.player.start();
  display.show(view.snapshot());
  const timer = setInterval(() => display.show(view.snapshot()), 1000 / display.framesPerSecond);
  view.outcome = await view.player.ended;
  display.show(view.snapshot());
  clearInterval(timer);
  unlisten();
  process.off('SIGINT', stop).off('SIGTERM', stop);
}

function titleOf(source: string): string {
  if (!/^https?:/.test(source) || !URL.canParse(source)) return basename(source);
  const name = basename(new URL(source).pathname);
  try {
    return decodeURIComponent(name) || source;
  } catch {
    return name; // A % in it stands for itself.
  }
}

function checkedDevice(id: string | undefined): string {
  if (id === undefined) return '';
  if (!processHost().audio.outputDevices().some((device) => device.id === id)) {
    throw new UsageError(`no output device '${id}'; 'mediant devices' lists them`);
  }
  return id;
}

/** `assets/sample.*` of the package. */
function sampleFile(): string {
  const folder = new URL('../assets/', import.meta.url);
  const name = readdirSync(folder).find((entry) => entry.startsWith('sample.'));
  if (name === undefined) throw new UsageError('no file given, and this installation has no sample');
  return fileURLToPath(new URL(name, folder));
}

async function read(source: string): Promise<Uint8Array> {
  if (!/^https?:/.test(source)) {
    const path = pathOf(source);
    try {
      return await readFile(path);
    } catch (error) {
      throw new UsageError(`cannot read ${source}: ${reasonOf(error)}`);
    }
  }
  const response = await fetch(source).catch((error) => {
    throw new Failure(`cannot fetch ${source}: ${error.cause?.message ?? error.message}`);
  });
  if (!response.ok) throw new Failure(`cannot fetch ${source}: ${response.status} ${response.statusText}`);
  return new Uint8Array(await response.arrayBuffer());
}

function openContext(sampleRate: number | undefined, sinkId: string): AudioContext {
  try {
    return new webaudio.AudioContext({ sampleRate, sinkId, latencyHint: 'playback' });
  } catch (error) {
    throw new Failure((error as Error).message);
  }
}

/** One line about the file; empty when only the decoder knows what it is. */
function probe(bytes: Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    probeAudio(bytes, (result) => resolve(isHostError(result) ? '' : describeFormat(result)));
  });
}

async function decode(context: AudioContext, bytes: Uint8Array, source: string): Promise<AudioBuffer> {
  // A copy: decodeAudioData detaches what it is given, and a Buffer of Node may share its memory with others.
  const data = bytes.slice().buffer as ArrayBuffer;
  try {
    return await context.decodeAudioData(data);
  } catch (error) {
    await context.close();
    // The member that failed is no news to somebody who plays a file.
    throw new Failure(`cannot decode ${source}: ${(error as Error).message.replace(/^Failed to [^:]+: /, '')}`);
  }
}

export const command: Command = { help, run };
