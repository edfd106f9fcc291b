// timeout: 180 s
/**
 * Mutations of small files of every format: each ends in a result or an EncodingError, the Worker lives on, memory stays flat.
 * `MEDIANT_CORPUS=50000` runs more, `MEDIANT_CORPUS_SEED` others.
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isHostError } from '../../../src/host/Host';
import { CodecService } from '../../../src/host/node/codecs/service';
import { startWorker } from '../../../src/host/node/start-worker';
import { backendMissing, encode, formats } from '../../support/media-encode';
import { encodeWave, randomIntegers, tones } from '../../support/media-signal';

const mutations = Number(process.env.MEDIANT_CORPUS) || 5000;
const seed = Number(process.env.MEDIANT_CORPUS_SEED) || 20260105;
const mostGrowthBytes = 96 * 2 ** 20;

const missing = await backendMissing();
if (missing) console.log(`skipped: ${missing}`);

const random = randomIntegers(seed);
const pick = <Item>(items: readonly Item[]): Item => items[random(items.length)];

interface Sample {
  readonly name: string;
  readonly bytes: Uint8Array;
}

async function samples(): Promise<Sample[]> {
  const short = 6000;
  const waves = ([['integer', 8], ['integer', 16], ['integer', 24], ['integer', 32], ['float', 32], ['float', 64]] as const).map(([encoding, bits]) => ({
    name: `wav-${encoding}-${bits}`,
    bytes: encodeWave(tones(short, 44100, 2), 44100, { encoding, bits, extensible: bits > 16, extraChunks: [['LIST', 26]] }),
  }));
  const rf64 = { name: 'wav-rf64', bytes: encodeWave(tones(short, 44100, 1), 44100, { form: 'RF64' }) };
  const others: Sample[] = [];
  for (const format of missing ? [] : formats) {
    const sampleRate = format.sampleRates?.[0] ?? 44100;
    others.push({ name: format.name, bytes: await encode(format, tones(short, sampleRate, 2), sampleRate) });
  }
  return [...waves, rf64, ...others];
}

/** Most of what decides about a file stands near its beginning or its end. */
function place(bytes: Uint8Array): number {
  const near = Math.min(bytes.length, 512);
  return pick([() => random(bytes.length), () => random(near), () => bytes.length - 1 - random(near)])();
}

const sizeLies = [0, 1, 7, 8, 0x7f, 0xff, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff];

const mutators: Record<string, (bytes: Uint8Array, corpus: readonly Sample[]) => Uint8Array> = {
  bits(bytes) {
    for (let count = 1 + random(24); count > 0; count--) bytes[place(bytes)] ^= 1 << random(8);
    return bytes;
  },
  truncation: (bytes) => bytes.subarray(0, random(bytes.length)),
  beheading: (bytes) => bytes.subarray(random(Math.min(bytes.length, 2000))),
  splice(bytes, corpus) {
    const other = pick(corpus).bytes;
    const from = random(other.length);
    const piece = other.subarray(from, from + 1 + random(600));
    const at = place(bytes);
    const rest = bytes.subarray(Math.min(bytes.length, at + random(600)));
    return Uint8Array.from([...bytes.subarray(0, at), ...piece, ...rest]);
  },
  size(bytes) {
    const width = pick([1, 2, 4, 8]);
    const at = Math.min(place(bytes), bytes.length - width);
    const lie = pick(sizeLies);
    for (let index = 0; index < width; index++) bytes[at + index] = (lie / 256 ** (random(2) ? index : width - 1 - index)) & 0xff;
    return bytes;
  },
  zeros(bytes) {
    const at = place(bytes);
    return bytes.fill(0, at, at + 1 + random(1000));
  },
  noise(bytes) {
    const at = place(bytes);
    for (let index = at; index < Math.min(bytes.length, at + 1 + random(200)); index++) bytes[index] = random(256);
    return bytes;
  },
};

let started = 0;
const service = new CodecService(() => {
  started++;
  return startWorker('codec', undefined);
});

function decode(bytes: Uint8Array): Promise<'result' | 'encoding'> {
  return new Promise((resolve, reject) => service.submit({ kind: 'decode', bytes, sampleRate: 44100 }, (answer) => {
    if (answer.kind === 'decoded') {
      const lengths = new Set(answer.result.channels.map(({ length }) => length));
      if (lengths.size === 1 && !lengths.has(0)) resolve('result');
      else reject(new Error(`A result of ${lengths.size} lengths.`));
    } else if (answer.kind === 'failed' && isHostError(answer.error) && answer.error.code === 'encoding') {
      if (/^The (file can't be decoded|decoder failed)/.test(answer.error.message)) unexpected.add(answer.error.message);
      resolve('encoding');
    } else {
      reject(new Error(JSON.stringify(answer)));
    }
  }));
}

/** Failures that no part of the decoder announced: bugs. */
const unexpected = new Set<string>();

test(`${mutations} mutations end in a result or an EncodingError`, async () => {
  const corpus = await samples();
  const counts = new Map<string, { results: number; errors: number }>();
  const resident: number[] = [];
  for (let index = 0; index < mutations; index++) {
    const sample = corpus[index % corpus.length];
    const kind = pick(Object.keys(mutators));
    const mutated = mutators[kind](sample.bytes.slice(), corpus).slice();
    const outcome = await decode(mutated);
    for (const name of [sample.name, `(${kind})`]) {
      const count = counts.get(name) ?? { results: 0, errors: 0 };
      count[outcome === 'result' ? 'results' : 'errors']++;
      counts.set(name, count);
    }
    if (index % (mutations >> 3) === 0) resident.push(process.memoryUsage.rss());
  }
  for (const [name, { results, errors }] of counts) console.log(`${name.padEnd(18)} ${String(results).padStart(5)} results ${String(errors).padStart(5)} errors`);
  assert.is(started, 1, 'Workers started');
  assert.equal([...unexpected], []);
  for (const { name, bytes } of corpus) assert.is(await decode(bytes.slice()), 'result', name);
  resident.push(process.memoryUsage.rss());
  console.log(`resident memory, MiB: ${resident.map((bytes) => Math.round(bytes / 2 ** 20)).join(' ')}`);
  const growth = resident.at(-1)! - resident[2];
  assert.ok(growth < mostGrowthBytes, `${growth} bytes`);
});

test.run();
