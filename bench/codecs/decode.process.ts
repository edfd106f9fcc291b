/** Decodes a file once with Mediant's demuxer and its WebCodecs, and prints what that took as JSON. */
import { fstatSync, openSync, readSync } from 'node:fs';
import type { AudioDecoder, VideoDecoder } from 'mediant/webcodecs';
import { createDemuxer } from '../../src/container/demuxers';
import type { Sample } from '../../src/container/outputs';
import { sniffContainer } from '../../src/container/sniff';
import type { Track } from '../../src/container/tracks';

const [, , path, entry, acceleration] = process.argv as [string, string, string, string, 'prefer-hardware' | 'prefer-software'];
const webcodecs = await import(entry) as typeof import('mediant/webcodecs');

const file = openSync(path, 'r');
const { size } = fstatSync(file);
const piece = 1 << 18;

function read(position: number): Uint8Array {
  const bytes = new Uint8Array(piece);
  return bytes.subarray(0, readSync(file, bytes, 0, piece, position));
}

let outputs = 0;
let failure: string | null = null;
const error = (reason: DOMException) => { failure = `${reason.name}: ${reason.message}`; };
const output = (frame: { close(): void }) => {
  outputs++;
  frame.close();
};

function decoderFor({ type, descriptions: [{ codec, description, audio, video }] }: Track): AudioDecoder | VideoDecoder {
  if (type === 'video') {
    const decoder = new webcodecs.VideoDecoder({ output, error });
    decoder.configure({ codec, description: description ?? undefined, codedWidth: video!.codedWidth, codedHeight: video!.codedHeight, hardwareAcceleration: acceleration });
    return decoder;
  }
  const decoder = new webcodecs.AudioDecoder({ output, error });
  decoder.configure({ codec, description: description ?? undefined, sampleRate: audio!.sampleRate, numberOfChannels: audio!.numberOfChannels });
  return decoder;
}

/** As many chunks may wait for the decoder. */
const mostQueued = 16;

/** Ready to decode, so that loading is not measured. */
async function warmUp(): Promise<void> {
  const decoder = new webcodecs.VideoDecoder({ output, error });
  decoder.configure({ codec: 'vp8' });
  await decoder.flush();
  decoder.close();
}

await warmUp();
const residentBefore = process.memoryUsage().rss;
const cpuBefore = process.cpuUsage();
const begin = performance.now();
const first = read(0);
const demuxer = createDemuxer(sniffContainer(first)!, { canSeek: true, size })!;
const decoders = new Map<number, { decoder: any; track: Track }>();
let packets = 0;
for (let bytes = first, isOver = false; !isOver;) {
  if (bytes.length > 0) demuxer.push(bytes);
  else demuxer.end();
  for (let step = demuxer.read(); step; step = demuxer.read()) {
    if (step.type === 'init-segment') for (const track of step.tracks) decoders.set(track.id, { track, decoder: decoderFor(track) });
    if (step.type === 'sample') await decode(step);
    if (step.type === 'error') failure = step.message;
    isOver = step.type === 'end' || step.type === 'error';
    if (isOver) break;
  }
  if (!isOver) bytes = read(demuxer.wanted.begin);
}
for (const { decoder } of decoders.values()) if (decoder.state === 'configured') await decoder.flush();
const wallSeconds = (performance.now() - begin) / 1000;
const { user, system } = process.cpuUsage(cpuBefore);
const result = {
  wallSeconds, cpuSeconds: (user + system) / 1e6, packets, outputs, failure,
  residentBeforeMiB: residentBefore / 2 ** 20, peakResidentMiB: process.resourceUsage().maxRSS / 1024,
};
process.stdout.write(`${JSON.stringify(result)}\n`);

async function decode({ trackId, timestamp, duration, isKey, data }: Sample): Promise<void> {
  const { decoder, track } = decoders.get(trackId)!;
  const microseconds = 1e6 / track.timescale;
  const Chunk = track.type === 'video' ? webcodecs.EncodedVideoChunk : webcodecs.EncodedAudioChunk;
  packets++;
  decoder.decode(new Chunk({ type: isKey ? 'key' : 'delta', timestamp: timestamp * microseconds, duration: (duration ?? 0) * microseconds, data }));
  if (decoder.decodeQueueSize > mostQueued) await new Promise((resolve) => decoder.addEventListener('dequeue', resolve, { once: true }));
}
