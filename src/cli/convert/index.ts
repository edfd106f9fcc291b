import { extname } from 'node:path';
import { muxerFormat, muxerFormats } from '../../container/muxers';
import type { MuxerFormat } from '../../container/muxers';
import { UsageError, numberOption, parseCommandLine } from '../Command';
import type { Command } from '../Command';
import { size as bytesText } from '../probe/text';
import { convertFile } from './convertFile';
import type { Written } from './convertFile';
import { checkedChoices } from './plan';
import { Progress, speedOf } from './Progress';

const help = `Usage: mediant convert [OPTION…] FILE|URL OUT

Writes a media file in another format, which OUT's extension tells: ${muxerFormats.map(({ extensions: [extension] }) => extension).join(', ')}. What the format holds is
copied, without loss; all else is decoded and encoded. OUT '-' is standard output.

  --video CODEC         h264, h265, vp8, vp9, av1 or a codec string; 'copy': or fail; 'none': leave video out
  --audio CODEC         aac, opus, flac, vorbis, mp3, pcm, … in the same way
  --video-bitrate RATE  bits a second: 800k, 2M
  --audio-bitrate RATE
  --size WIDTHxHEIGHT   of video that is encoded, in pixels
  --sample-rate HERTZ   of audio that is encoded
  --channels NUMBER
  --from SECONDS        begin here; video that is copied begins with the key frame before
  --to SECONDS          end here
  --format NAME         whatever OUT's extension is: ${muxerFormats.map(({ name }) => name).join(', ')}, or a MIME type
  --fragmented          MP4 in fragments, that can be played while it is written, and needs no going back
  --overwrite           replace OUT where it is there already
  --json                an object in the end: what was done; times in seconds, sizes in bytes
  --quiet               nothing else than errors

OUT is there when it is whole, and not before; Ctrl-C leaves nothing.`;

const options = {
  video: { type: 'string' }, audio: { type: 'string' }, 'video-bitrate': { type: 'string' }, 'audio-bitrate': { type: 'string' }, size: { type: 'string' },
  'sample-rate': { type: 'string' }, channels: { type: 'string' }, from: { type: 'string' }, to: { type: 'string' }, format: { type: 'string' },
  fragmented: { type: 'boolean' }, overwrite: { type: 'boolean' }, json: { type: 'boolean' }, quiet: { type: 'boolean' },
} as const;

const longest = 1e9;

async function run(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(argv, options);
  if (positionals.length !== 2) throw new UsageError(`convert takes a file to read and one to write, not ${positionals.length} names`);
  const [inputName, outputName] = positionals;
  const format = formatOf(outputName, values.format, values.fragmented === true);
  const video = { bitrate: bitrateOption('video-bitrate', values['video-bitrate']), size: sizeOption(values.size) };
  const audio = {
    bitrate: bitrateOption('audio-bitrate', values['audio-bitrate']), sampleRate: numberOption('sample-rate', values['sample-rate'], 3000, 768000),
    channels: numberOption('channels', values.channels, 1, 32),
  };
  const encoded = Object.entries({ video, audio }).filter(([, settings]) => Object.values(settings).some((value) => value !== undefined)).map(([kind]) => kind as 'video' | 'audio');
  const choices = checkedChoices(format, { video: values.video, audio: values.audio }, encoded);
  const from = numberOption('from', values.from, 0, longest);
  const to = numberOption('to', values.to, 0, longest);
  if (to !== undefined && to <= (from ?? 0)) throw new UsageError(`--to ${to} is not behind --from ${from ?? 0}`);
  if (values.json && outputName === '-') throw new UsageError('--json writes where the file goes, to standard output');

  const progress = new Progress(process.stderr);
  const show = values.quiet ? () => {} : (done: number, total: number | null) => progress.show(done, total);
  const result = await interruptible((signal) => convertFile(inputName, outputName, values.overwrite === true, { format, choices, encoded, video, audio, from, to, signal, progress: show }));
  progress.clear();
  if (typeof result === 'number') return result;
  const facts = { ...result, format: format.name, elapsed: progress.elapsed };
  if (values.json) process.stdout.write(`${JSON.stringify({ ...facts, speed: speedOf({ done: facts.duration, elapsed: facts.elapsed }) }, null, 2)}\n`);
  else if (!values.quiet) process.stderr.write([summaryText(outputName, facts), ...facts.notes].map((line) => `${line}\n`).join(''));
  return 0;
}

const signals = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;
/** For what goes on after a signal, such as the flush of an encoder. */
const patienceMilliseconds = 2000;

/** What an action gives; where a signal ends it, the exit status that shells have for that. */
async function interruptible<T>(action: (signal: AbortSignal) => Promise<T>): Promise<T | number> {
  const controller = new AbortController();
  let status = 0;
  const stop = (signal: NodeJS.Signals) => {
    status = 128 + signals[signal as keyof typeof signals];
    controller.abort();
    // Files that are not finished are removed at the exit.
    setTimeout(() => process.exit(status), patienceMilliseconds).unref();
  };
  const names = Object.keys(signals) as NodeJS.Signals[];
  for (const name of names) process.once(name, stop);
  try {
    return await action(controller.signal);
  } catch (error) {
    if (status !== 0) return status;
    throw error;
  } finally {
    for (const name of names) process.off(name, stop);
  }
}

function formatOf(outputName: string, name: string | undefined, isFragmented: boolean): MuxerFormat {
  const known = () => muxerFormats.map((format) => format.name).join(', ');
  if (name === undefined && outputName === '-') throw new UsageError(`standard output has no extension: --format says what to write, of ${known()}`);
  const text = name ?? extname(outputName);
  const format = muxerFormat(text);
  if (format === null) throw new UsageError(`no format that can be written is called '${text}'; there are ${known()}`);
  if (!isFragmented || format.name.startsWith('fragmented-')) return format;
  return muxerFormat(`fragmented-${format.name}`) ?? unfragmented(format);
}

function unfragmented({ name }: MuxerFormat): never {
  throw new UsageError(`--fragmented: ${name} has no fragments`);
}

function bitrateOption(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const match = /^(\d+(?:\.\d+)?)([kM]?)$/.exec(value);
  const rate = match ? Math.round(Number(match[1]) * { '': 1, k: 1e3, M: 1e6 }[match[2]]!) : 0;
  if (rate < 1 || rate >= 2 ** 31) throw new UsageError(`--${name} wants bits a second, as 800k or 2M, not '${value}'`);
  return rate;
}

function sizeOption(value: string | undefined): { width: number; height: number } | undefined {
  if (value === undefined) return undefined;
  const match = /^(\d+)[x×](\d+)$/.exec(value);
  const [width, height] = match ? [Number(match[1]), Number(match[2])] : [0, 0];
  // Smaller than a macroblock, some encoders give nothing.
  if (width < 16 || height < 16 || width > 16384 || height > 16384) throw new UsageError(`--size wants WIDTHxHEIGHT in pixels, each from 16 to 16384, not '${value}'`);
  return { width, height };
}

/** `out.webm: 312 kB, 4.00 s; video vp09.00.20.08 (was avc1.64000d), audio opus (copied); 3.2 × real time` */
function summaryText(name: string, { tracks, bytes, duration, elapsed }: Written & { readonly elapsed: number }): string {
  const parts = tracks.map(({ type, from, to, isCopy }) => `${type} ${to || 'without samples'} (${isCopy ? 'copied' : `was ${from}`})`);
  return `${name === '-' ? 'standard output' : name}: ${bytesText(bytes)}, ${duration.toFixed(2)} s; ${parts.join(', ')}; ${speedOf({ done: duration, elapsed }).toFixed(1)} × real time`;
}

export const command: Command = { help, run };
