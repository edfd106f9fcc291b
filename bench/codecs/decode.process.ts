/** Decodes a file once with Mediant's demuxer and its WebCodecs, in software, and prints what that took as JSON. */
import { decodeFile, type WebCodecs } from './decode-file';

const [, , path, entry] = process.argv as [string, string, string, string];
const webcodecs = await import(entry) as WebCodecs;

/** Ready to decode, so that loading is not measured. */
async function warmUp(): Promise<void> {
  const decoder = new webcodecs.VideoDecoder({ output() {}, error() {} });
  decoder.configure({ codec: 'vp8', hardwareAcceleration: 'prefer-software' });
  await decoder.flush();
  decoder.close();
}

await warmUp();
const residentBefore = process.memoryUsage().rss;
const cpuBefore = process.cpuUsage();
const begin = performance.now();
const decoded = await decodeFile(webcodecs, path, 'prefer-software');
const wallSeconds = (performance.now() - begin) / 1000;
const { user, system } = process.cpuUsage(cpuBefore);
const result = { wallSeconds, cpuSeconds: (user + system) / 1e6, ...decoded, residentBeforeMiB: residentBefore / 2 ** 20, peakResidentMiB: process.resourceUsage().maxRSS / 1024 };
process.stdout.write(`${JSON.stringify(result)}\n`);
