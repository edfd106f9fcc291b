/** Prints as JSON which devices there are, or how a file was decoded by one: `hardware.mjs`. */
import { nodeAvBackend, hardwareDecoding, hardwareDevices } from '../../src/host/node/codecs/av';
import { parseVideoCodec } from '../../src/webcodecs/codec-strings/parse';
import { decodeFile, type WebCodecs } from './decode-file';
import { TakenAwayBackend } from './TakenAwayBackend';

const [, , entry, what, ...rest] = process.argv as string[];
const webcodecs = await import(entry) as WebCodecs;

const actions: Record<string, (...values: string[]) => Promise<object>> = {
  async devices(...codecs) {
    const decoding = await Promise.all(codecs.map(async (codec) => [codec, await hardwareDecoding(parseVideoCodec(codec)!)] as const));
    return { devices: await hardwareDevices(), decoding: Object.fromEntries(decoding) };
  },

  /** The whole file by the device, which is taken away after so many frames. */
  async decode(path, frames) {
    const backend = new TakenAwayBackend(nodeAvBackend, frames === 'all' ? Infinity : Number(frames));
    webcodecs.registerCodecBackend(backend);
    const timestamps: number[] = [];
    const begin = performance.now();
    const cpuBefore = process.cpuUsage();
    const decoded = await decodeFile(webcodecs, path, 'prefer-hardware', (timestamp) => timestamps.push(timestamp));
    const { user, system } = process.cpuUsage(cpuBefore);
    const { losses, opened } = backend;
    const isInOrder = timestamps.every((timestamp, index) => index === 0 || timestamp > timestamps[index - 1]);
    return { ...decoded, wallSeconds: (performance.now() - begin) / 1000, cpuSeconds: (user + system) / 1e6, losses, decoder: opened[0] ?? null, isInOrder };
  },
};

process.stdout.write(`${JSON.stringify(await actions[what](...rest))}\n`);
