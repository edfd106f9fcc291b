// timeout: 120 s
/** What WebCodecs and decodeAudioData do where node-av is not installed. */
import { execFileSync } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { corpusFile, corpusMissing } from '../../support/containers/corpus';
import { demuxFile, initSegment, samplesOf } from '../../support/containers/demux';
import { isWithoutNodeAv } from '../../support/without-node-av';
import { createDemuxer } from '../../../src/container/demuxers';
import { sniffContainer } from '../../../src/container/sniff';

const files: Readonly<Record<string, string>> = {
  'without.mp3': '{audio} -ac 2 -c:a libmp3lame',
  'without.flac': '{audio} -ac 2 -c:a flac',
  'without-vorbis.ogg': '{audio} -ac 2 -c:a libvorbis',
  'without-opus.ogg': '{audio} -ac 2 -c:a libopus',
  'without-opus-silk.ogg': '{audio} -ac 2 -c:a libopus -application voip -b:a 16k',
  'without-opus-hybrid.ogg': '{audio} -ac 2 -c:a libopus -application voip -b:a 40k',
};

/** As ffmpeg decodes it, interleaved; what SILK codes FFmpeg's own decoder of Opus has late. */
function reference(name: string, path: string): Float32Array {
  const decoder = name.includes('opus') ? ['-c:a', 'libopus', '-request_sample_fmt', 'flt'] : [];
  const bytes = execFileSync('ffmpeg', ['-v', 'error', ...decoder, '-i', path, '-f', 'f32le', '-'], { maxBuffer: 2 ** 26 });
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

async function define(): Promise<void> {
  const { AudioDecoder, EncodedAudioChunk } = await import('mediant/webcodecs');
  const { OfflineAudioContext } = await import('mediant/webaudio');

  test('node-av is not found', async () => {
    let code: unknown;
    await import('node-av/lib').catch((error: { code: string }) => ({ code } = error));
    assert.is(code, 'ERR_MODULE_NOT_FOUND');
  });

  for (const [codec, description, supported] of [
    ['mp3', undefined, true], ['opus', undefined, true], ['pcm-s24', undefined, true], ['pcm-s16be', undefined, true], ['alaw', undefined, true], ['ulaw', undefined, true], ['mp4a.40.2', undefined, false],
    ['flac', new Uint8Array(42), false], ['vorbis', new Uint8Array([2, 1, 1, 0, 0, 0]), false], ['opus', new Uint8Array(19), false], ['alac', new Uint8Array(24), false],
  ] as const) {
    test(`isConfigSupported: ${codec}${description ? ', with a description that is none' : ''}`, async () => {
      assert.is((await AudioDecoder.isConfigSupported({ codec, sampleRate: 48000, numberOfChannels: 2, description })).supported, supported);
    });
  }

  for (const [name, command] of corpusMissing ? [] : Object.entries(files)) {
    test(`${name}: decodeAudioData has what ffmpeg has`, async () => {
      const { bytes, path } = corpusFile(name, command);
      const expected = reference(name, path);
      const buffer = await new OfflineAudioContext(2, 1, 48000).decodeAudioData(bytes.slice().buffer);
      assert.is(buffer.length, expected.length / 2);
      let worst = 0;
      for (const channel of [0, 1]) buffer.getChannelData(channel).forEach((sample, frame) => { worst = Math.max(worst, Math.abs(sample - expected[2 * frame + channel])); });
      assert.ok(worst * 32768 <= 0.1, `${worst * 32768} steps of 16 bits`);
    });

    test(`${name}: an AudioDecoder decodes, flushes, is reset and decodes again`, async () => {
      const { bytes } = corpusFile(name, command);
      const outputs = demuxFile(createDemuxer(sniffContainer(bytes)!, { canSeek: true, size: bytes.length })!, bytes);
      const [{ codec, description, audio }] = initSegment(outputs)!.tracks[0].descriptions;
      const samples = samplesOf(outputs).slice(0, 20);
      const config = { codec, description: description ?? undefined, sampleRate: audio!.sampleRate, numberOfChannels: audio!.numberOfChannels };
      assert.ok((await AudioDecoder.isConfigSupported(config)).supported);
      let frames: [timestamp: number, frames: number][] = [];
      const decoder = new AudioDecoder({ output: (data) => { frames.push([data.timestamp, data.numberOfFrames]); data.close(); }, error: (error) => { throw error; } });
      const feed = () => samples.forEach(({ data }, index) => decoder.decode(new EncodedAudioChunk({ type: 'key', timestamp: index * 20_000, data })));
      decoder.configure(config);
      feed();
      await decoder.flush();
      const first = frames;
      assert.equal(first.map(([timestamp]) => timestamp), samples.map((_, index) => index * 20_000).slice(codec === 'vorbis' ? 1 : 0));
      if (codec === 'opus') assert.is(first[0][1], 960 - 312);
      // What was sent before a reset is gone; the codec is there to be used again.
      frames = [];
      feed();
      decoder.reset();
      decoder.configure(config);
      feed();
      await decoder.flush();
      assert.equal(frames.map(([timestamp]) => timestamp), first.map(([timestamp]) => timestamp));
      assert.equal(frames.slice(1), first.slice(1));
      decoder.close();
      assert.is(decoder.state, 'closed');
    });
  }

  test('a chunk that is none is an EncodingError', async () => {
    for (const codec of ['mp3', 'opus']) {
      const error = await new Promise<DOMException>((resolve) => {
        const decoder = new AudioDecoder({ output() {}, error: resolve });
        decoder.configure({ codec, sampleRate: 48000, numberOfChannels: 2 });
        decoder.decode(new EncodedAudioChunk({ type: 'key', timestamp: 0, data: new Uint8Array([0xff, 0xff, 0xff]) }));
      });
      assert.is(error.name, 'EncodingError');
    }
  });

  if (corpusMissing) console.log(`skipped: ${corpusMissing}`);
  test.run();
}

if (isWithoutNodeAv(import.meta.url)) await define();
