/** Decoders of telephony, which have no registration in WebCodecs: against what the ffmpeg command line makes of the same frames. */
import { spawnSync } from 'node:child_process';
import { AudioDecoder, EncodedAudioChunk } from 'mediant/webcodecs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { corpusMissing } from '../../support/containers/corpus';
import { backendMissing } from '../../support/media-encode';
import { randomIntegers } from '../../support/media-signal';

const missing = (await backendMissing()) ?? corpusMissing;
if (missing) console.log(`skipped: ${missing}`);

interface Format {
  readonly name: string;
  readonly codec: string;
  readonly sampleRate: number;
  /** What its files begin with. */
  readonly magic: string;
  readonly demuxer: string;
  /** The first byte of each frame; null: it is not special. */
  readonly head: number | null;
  readonly frameBytes: number;
  readonly frameSamples: number;
}

/** Heads of AMR: RFC 4867, 5.3. */
const formats: readonly Format[] = [
  { name: 'iLBC, 20 ms', codec: 'ilbc', sampleRate: 8000, magic: '#!iLBC20\n', demuxer: 'ilbc', head: null, frameBytes: 38, frameSamples: 160 },
  { name: 'iLBC, 30 ms', codec: 'ilbc', sampleRate: 8000, magic: '#!iLBC30\n', demuxer: 'ilbc', head: null, frameBytes: 50, frameSamples: 240 },
  { name: 'AMR-NB, 12.2 kbit/s', codec: 'amr', sampleRate: 8000, magic: '#!AMR\n', demuxer: 'amr', head: 0x3c, frameBytes: 32, frameSamples: 160 },
  { name: 'AMR-NB, 4.75 kbit/s', codec: 'amr', sampleRate: 8000, magic: '#!AMR\n', demuxer: 'amr', head: 0x04, frameBytes: 13, frameSamples: 160 },
  { name: 'AMR-WB, 23.85 kbit/s', codec: 'amr-wb', sampleRate: 16_000, magic: '#!AMR-WB\n', demuxer: 'amr', head: 0x44, frameBytes: 61, frameSamples: 320 },
];

const count = 25;

/** Bits that nobody chose: each is a frame, and they sound like nothing. */
function framesOf({ head, frameBytes }: Format): Uint8Array[] {
  const random = randomIntegers(5);
  return Array.from({ length: count }, () => {
    const frame = Uint8Array.from({ length: frameBytes }, () => random(256));
    if (head !== null) frame[0] = head;
    // The last bit tells that a frame of iLBC is empty.
    else frame[frameBytes - 1] &= 0xfe;
    return frame;
  });
}

async function decode({ codec, sampleRate }: Format, chunks: readonly Uint8Array[], microseconds: number): Promise<{ samples: Float32Array; timestamps: number[] }> {
  const pieces: Float32Array[] = [];
  const timestamps: number[] = [];
  const decoder = new AudioDecoder({
    output(data) {
      const piece = new Float32Array(data.numberOfFrames);
      data.copyTo(piece, { planeIndex: 0, format: 'f32-planar' });
      pieces.push(piece);
      timestamps.push(data.timestamp);
      data.close();
    },
    error: assert.unreachable,
  });
  decoder.configure({ codec, sampleRate, numberOfChannels: 1 });
  chunks.forEach((data, index) => decoder.decode(new EncodedAudioChunk({ type: 'key', timestamp: index * microseconds, data })));
  await decoder.flush();
  decoder.close();
  return { samples: Float32Array.from(pieces.flatMap((piece) => [...piece])), timestamps };
}

const lengthOf = ({ frameSamples, sampleRate }: Format): number => (frameSamples / sampleRate) * 1e6;

for (const format of missing ? [] : formats) {
  test(`${format.name}: as ffmpeg has it`, async () => {
    const frames = framesOf(format);
    const { samples, timestamps } = await decode(format, frames, lengthOf(format));
    assert.equal(timestamps, frames.map((_, index) => index * lengthOf(format)));
    const { stdout } = spawnSync('ffmpeg', ['-v', 'error', '-f', format.demuxer, '-i', '-', '-f', 'f32le', '-'], { input: Buffer.concat([Buffer.from(format.magic), ...frames]) });
    const theirs = new Float32Array(stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + stdout.length));
    assert.is(samples.length, count * format.frameSamples);
    assert.is(theirs.length, samples.length);
    samples.forEach((sample, index) => assert.ok(Math.abs(sample - theirs[index]) <= 1 / 32_768, `sample ${index}: ${sample}, ffmpeg says ${theirs[index]}`));
  });
}

test('a chunk of several frames of iLBC is as long as all of them', async () => {
  if (missing) return;
  const [, format] = formats;
  const frames = framesOf(format).slice(0, 24);
  const pairs = Array.from({ length: 12 }, (_, index) => Uint8Array.from([...frames[2 * index], ...frames[2 * index + 1]]));
  const [apart, together] = [await decode(format, frames, 30_000), await decode(format, pairs, 60_000)];
  assert.equal(together, apart);
});

test('a chunk of iLBC of another length is an EncodingError', async () => {
  if (missing) return;
  const errors: string[] = [];
  const decoder = new AudioDecoder({ output: () => assert.unreachable(), error: ({ name }) => errors.push(name) });
  decoder.configure({ codec: 'ilbc', sampleRate: 8000, numberOfChannels: 1 });
  decoder.decode(new EncodedAudioChunk({ type: 'key', timestamp: 0, data: new Uint8Array(39) }));
  await decoder.flush().catch(() => {});
  assert.equal(errors, ['EncodingError']);
});

test.run();
