import { fstatSync, openSync, readSync } from 'node:fs';
import type { AudioDecoder, VideoDecoder } from 'mediant/webcodecs';
import { createDemuxer } from '../../src/container/demuxers';
import type { Sample } from '../../src/container/outputs';
import { sniffContainer } from '../../src/container/sniff';
import type { Track } from '../../src/container/tracks';

export type WebCodecs = typeof import('mediant/webcodecs');
type Acceleration = 'prefer-hardware' | 'prefer-software';

/** As many chunks may wait for the decoder. */
const mostQueued = 16;
const piece = 1 << 18;

export interface Decoded {
  packets: number;
  outputs: number;
  failure: string | null;
}

/** Decodes a file with Mediant's demuxer and its WebCodecs. */
export async function decodeFile(webcodecs: WebCodecs, path: string, hardwareAcceleration: Acceleration, onTimestamp?: (microseconds: number) => void): Promise<Decoded> {
  const file = openSync(path, 'r');
  const { size } = fstatSync(file);
  const read = (position: number): Uint8Array => {
    const bytes = new Uint8Array(piece);
    return bytes.subarray(0, readSync(file, bytes, 0, piece, position));
  };
  const result: Decoded = { packets: 0, outputs: 0, failure: null };
  const error = (reason: DOMException) => { result.failure = `${reason.name}: ${reason.message}`; };
  const output = (frame: { timestamp: number; close(): void }) => {
    result.outputs++;
    onTimestamp?.(frame.timestamp);
    frame.close();
  };

  function decoderFor({ type, descriptions: [{ codec, description, audio, video }] }: Track): AudioDecoder | VideoDecoder {
    if (type === 'video') {
      const decoder = new webcodecs.VideoDecoder({ output, error });
      decoder.configure({ codec, description: description ?? undefined, codedWidth: video!.codedWidth, codedHeight: video!.codedHeight, hardwareAcceleration });
      return decoder;
    }
    const decoder = new webcodecs.AudioDecoder({ output, error });
    decoder.configure({ codec, description: description ?? undefined, sampleRate: audio!.sampleRate, numberOfChannels: audio!.numberOfChannels });
    return decoder;
  }

  const first = read(0);
  const demuxer = createDemuxer(sniffContainer(first)!, { canSeek: true, size })!;
  const decoders = new Map<number, { decoder: any; track: Track }>();

  async function decode({ trackId, timestamp, duration, isKey, data }: Sample): Promise<void> {
    const { decoder, track } = decoders.get(trackId)!;
    const microseconds = 1e6 / track.timescale;
    const Chunk = track.type === 'video' ? webcodecs.EncodedVideoChunk : webcodecs.EncodedAudioChunk;
    result.packets++;
    decoder.decode(new Chunk({ type: isKey ? 'key' : 'delta', timestamp: timestamp * microseconds, duration: (duration ?? 0) * microseconds, data }));
    if (decoder.decodeQueueSize > mostQueued) await new Promise((resolve) => decoder.addEventListener('dequeue', resolve, { once: true }));
  }

  for (let bytes = first, isOver = false; !isOver;) {
    if (bytes.length > 0) demuxer.push(bytes);
    else demuxer.end();
    for (let step = demuxer.read(); step; step = demuxer.read()) {
      if (step.type === 'init-segment') for (const track of step.tracks) decoders.set(track.id, { track, decoder: decoderFor(track) });
      if (step.type === 'sample') await decode(step);
      if (step.type === 'error') result.failure = step.message;
      isOver = step.type === 'end' || step.type === 'error';
      if (isOver) break;
    }
    if (!isOver) bytes = read(demuxer.wanted.begin);
  }
  for (const { decoder } of decoders.values()) if (decoder.state === 'configured') await decoder.flush();
  return result;
}
