// timeout: 240 s
/** What decoders make of packets that are not what an encoder wrote: pictures, sound or an EncodingError, and the process lives. */
import { AudioDecoder, EncodedAudioChunk, EncodedVideoChunk, VideoDecoder } from 'mediant/webcodecs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createDemuxer } from '../../../src/container/demuxers';
import type { Sample } from '../../../src/container/outputs';
import { sniffContainer } from '../../../src/container/sniff';
import { corpusFile, corpusMissing } from '../../support/containers/corpus';
import { demuxFile, initSegment, samplesOf } from '../../support/containers/demux';

const packets = 1000;
/** As many in a row go to one decoder, so that damage meets every state of it. */
const run = 25;

const files: Readonly<Record<string, string>> = {
  'h264.mp4': '{video} -c:v libx264 -g 12 -bf 2',
  'h265.mp4': '{video} -c:v libx265 -tag:v hvc1 -x265-params log-level=none:pools=none',
  'vp8.webm': '{video} -c:v libvpx',
  'vp9.webm': '{video} -c:v libvpx-vp9 -g 12',
  'av1.mp4': '{video} -c:v libsvtav1 -preset 12',
  'aac.mp4': '{audio} -c:a aac',
  'mp3.mp3': '{audio} -c:a libmp3lame',
  'opus.webm': '{audio} -c:a libopus',
  'vorbis.webm': '{audio} -ac 2 -c:a libvorbis',
  'flac.mkv': '{audio} -c:a flac',
};

/** Marsaglia's xorshift: whole numbers below 2³², always the same. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** Bits turned, bytes lost at the end or in the middle, or nothing but noise. */
function damaged(data: Uint8Array, random: () => number): Uint8Array {
  const kind = random() % 4;
  const copy = data.slice();
  if (kind === 0) for (let turned = 0; turned <= random() % 8; turned++) copy[random() % copy.length] ^= 1 << random() % 8;
  if (kind === 1) return copy.subarray(0, 1 + (random() % copy.length));
  if (kind === 2) copy.copyWithin(random() % copy.length, random() % copy.length);
  if (kind === 3) for (let at = random() % copy.length; at < copy.length; at++) copy[at] = random();
  return copy;
}

/** What comes with Mediant, where node-av is not installed. */
const isEmbeddedOnly = await import('node-av/lib').then(() => false, () => true);
const tried = Object.entries(files).filter(([name]) => !isEmbeddedOnly || /^(mp3|opus|vorbis|flac)/.test(name));

for (const [name, command] of corpusMissing ? [] : tried) {
  test(`${packets} damaged packets of ${name}`, async () => {
    const { bytes } = corpusFile(name, command);
    const outputs = demuxFile(createDemuxer(sniffContainer(bytes)!, { canSeek: true, size: bytes.length })!, bytes);
    const [{ type, timescale, descriptions: [{ codec, description, video, audio }] }] = initSegment(outputs)!.tracks;
    const samples = samplesOf(outputs);
    const random = generator(0x5eed);
    let [decoded, failed, frames] = [0, 0, 0];
    const init = {
      output(frame: { close(): void }) {
        frames++;
        frame.close();
      },
      error(error: DOMException) {
        assert.is(error.name, 'EncodingError');
        failed++;
      },
    };
    const open = () => {
      if (type === 'video') {
        const decoder = new VideoDecoder(init);
        decoder.configure({ codec, description: description ?? undefined, codedWidth: video!.codedWidth, codedHeight: video!.codedHeight });
        return decoder;
      }
      const decoder = new AudioDecoder(init);
      decoder.configure({ codec, description: description ?? undefined, sampleRate: audio!.sampleRate, numberOfChannels: audio!.numberOfChannels });
      return decoder;
    };
    const Chunk = type === 'video' ? EncodedVideoChunk : EncodedAudioChunk;
    const chunk = ({ timestamp, data }: Sample, isKey: boolean) => new Chunk({ type: isKey ? 'key' : 'delta', timestamp: (timestamp / timescale) * 1e6, data });
    while (decoded < packets) {
      const decoder = open();
      const begin = samples.findIndex(({ isKey }, index) => isKey && index >= random() % samples.length);
      for (let sent = 0; sent < run && decoder.state === 'configured'; sent++, decoded++) {
        const sample = samples[(Math.max(begin, 0) + sent) % samples.length];
        const isWhole = random() % 4 === 0;
        decoder.decode(chunk({ ...sample, data: isWhole ? sample.data : damaged(sample.data, random) }, sent === 0 || sample.isKey) as never);
        if (sent % 8 === 7) await new Promise((resolve) => { setTimeout(resolve, 0); });
      }
      await decoder.flush().catch((error: DOMException) => assert.ok(['EncodingError', 'InvalidStateError', 'DataError'].includes(error.name), error.name));
      if (decoder.state !== 'closed') decoder.close();
    }
    console.log(`${name}: ${decoded} packets, ${frames} frames, ${failed} decoders gave up`);
    assert.ok(frames + failed > 0);
  });
}

if (corpusMissing) console.log(`skipped: ${corpusMissing}`);
test.run();
