/** Decodes a file with Mediant's demuxer and its WebCodecs, in software, and prints what that took as JSON: the first time, and of further times the processor time. */
import { decodeFile, type Decoded, type WebCodecs } from './decode-file';

const [, , path, entry, further] = process.argv as [string, string, string, string, string];
const webcodecs = await import(entry) as WebCodecs;

/** Ready to decode, so that loading is not measured. */
async function warmUp(): Promise<void> {
  const decoder = new webcodecs.VideoDecoder({ output() {}, error() {} });
  decoder.configure({ codec: 'vp8', hardwareAcceleration: 'prefer-software' });
  await decoder.flush();
  decoder.close();
}

async function measure(): Promise<Decoded & { wallSeconds: number; cpuSeconds: number }> {
  const cpuBefore = process.cpuUsage();
  const begin = performance.now();
  const decoded = await decodeFile(webcodecs, path, 'prefer-software');
  const wallSeconds = (performance.now() - begin) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { ...decoded, wallSeconds, cpuSeconds: (user + system) / 1e6 };
}

await warmUp();
const residentBefore = process.memoryUsage().rss;
const first = await measure();
const peakResidentMiB = process.resourceUsage().maxRSS / 1024;
const furtherCpuSeconds: number[] = [];
for (let time = 0; time < Number(further); time++) furtherCpuSeconds.push((await measure()).cpuSeconds);
process.stdout.write(`${JSON.stringify({ ...first, residentBeforeMiB: residentBefore / 2 ** 20, peakResidentMiB, furtherCpuSeconds })}\n`);
