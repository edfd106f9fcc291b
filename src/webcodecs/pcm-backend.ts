/** The backend that is always there: PCM and G.711, https://www.w3.org/TR/webcodecs-pcm-codec-registration/ and its neighbours. */
import type {
  AudioPlanes, Codec, CodecBackend, CodecEvents, CodecParameters, CodecRequest, EncodedData, EncodedOutput, SampleFormat,
} from '../host/CodecBackend';
import type { HostError } from '../host/Host';
import { compressionTable, expandALaw, expandMuLaw } from './g711';
import { bytesPerSample, copySamples } from './samples';

/** How samples are stored in chunks, interleaved, and as what they are given to script. */
interface Storage {
  readonly bytes: number;
  readonly format: SampleFormat;
  decode(stored: Uint8Array): Uint8Array;
  encode(samples: Uint8Array): Uint8Array;
}

const copy = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);

const asIs = (format: SampleFormat): Storage => ({ bytes: bytesPerSample(format), format, decode: copy, encode: copy });

const packed24: Storage = {
  bytes: 3,
  format: 's32',
  // Left-justified: https://w3c.github.io/webcodecs/#audio-samples-magnitude
  decode(stored) {
    const samples = new Uint8Array((stored.length / 3) * 4);
    for (let from = 0, to = 1; from < stored.length; from += 3, to += 4) samples.set(stored.subarray(from, from + 3), to);
    return samples;
  },
  encode(samples) {
    const stored = new Uint8Array((samples.length / 4) * 3);
    for (let from = 1, to = 0; from < samples.length; from += 4, to += 3) stored.set(samples.subarray(from, from + 3), to);
    return stored;
  },
};

/** With the bytes of each stored sample the other way around. */
function bigEndian(storage: Storage): Storage {
  const { bytes, decode, encode } = storage;
  const turned = (stored: Uint8Array): Uint8Array => {
    const result = new Uint8Array(stored.length);
    for (let start = 0; start < stored.length; start += bytes) {
      for (let i = 0; i < bytes; i++) result[start + i] = stored[start + bytes - 1 - i];
    }
    return result;
  };
  return { ...storage, decode: (stored) => decode(turned(stored)), encode: (samples) => turned(encode(samples)) };
}

function companded(expand: (code: number) => number): Storage {
  const values = Int16Array.from({ length: 256 }, (_, code) => expand(code));
  let codes: Uint8Array | undefined;
  return {
    bytes: 1,
    format: 's16',
    decode: (stored) => new Uint8Array(Int16Array.from(stored, (code) => values[code]).buffer),
    encode(samples) {
      const table = (codes ??= compressionTable(expand));
      return Uint8Array.from(new Int16Array(samples.buffer, samples.byteOffset, samples.byteLength / 2), (sample) => table[sample + 32768]);
    },
  };
}

const linear = { s16: asIs('s16'), s24: packed24, s32: asIs('s32'), f32: asIs('f32') };

const storages: Readonly<Record<string, Storage>> = {
  u8: asIs('u8'), ...linear, ...Object.fromEntries(Object.entries(linear).map(([type, storage]) => [`${type}be`, bigEndian(storage)])),
  alaw: companded(expandALaw), ulaw: companded(expandMuLaw),
};

function storageOf({ name, pcm }: CodecParameters): Storage | undefined {
  return Object.hasOwn(storages, pcm ?? name) ? storages[pcm ?? name] : undefined;
}

/** Works at once; what went wrong is told in a task. */
abstract class ImmediateCodec<Input, Output> implements Codec<Input, Output> {
  readonly isHardware = false;
  readonly #events: CodecEvents;
  #outputs: Output[] = [];
  #generation = 0;

  constructor(protected readonly storage: Storage, readonly name: string, protected readonly sampleRate: number, protected readonly channels: number, events: CodecEvents) {
    this.#events = events;
  }

  abstract convert(input: Input): Output | HostError;

  send(input: Input): boolean {
    const result = this.convert(input);
    if (typeof result === 'object' && result !== null && 'code' in result) this.#later(() => this.#events.failed(result as HostError));
    else this.#outputs.push(result as Output);
    return true;
  }

  receive(): Output | null {
    return this.#outputs.shift() ?? null;
  }

  flush(): void {
    this.#later(() => this.#events.flushed());
  }

  reset(): void {
    this.#generation++;
    this.#outputs = [];
  }

  close(): void {
    this.reset();
  }

  #later(tell: () => void): void {
    const generation = this.#generation;
    host.queueTask(() => {
      if (generation === this.#generation) tell();
    });
  }
}

class PcmDecoder extends ImmediateCodec<EncodedData, AudioPlanes> {
  convert({ data, timestamp }: EncodedData): AudioPlanes | HostError {
    const { bytes, format } = this.storage;
    const frameBytes = bytes * this.channels;
    const numberOfFrames = data.length / frameBytes;
    if (numberOfFrames === 0 || !Number.isInteger(numberOfFrames)) {
      return { code: 'encoding', message: `The chunk at ${timestamp} µs has ${data.length} bytes, no whole number of frames of ${frameBytes}.` };
    }
    const planes = [this.storage.decode(data)];
    return { format, sampleRate: this.sampleRate, numberOfFrames, numberOfChannels: this.channels, timestamp, planes };
  }
}

class PcmEncoder extends ImmediateCodec<AudioPlanes, EncodedOutput> {
  convert(input: AudioPlanes): EncodedOutput | HostError {
    const { numberOfFrames, numberOfChannels, sampleRate, timestamp } = input;
    if (sampleRate !== this.sampleRate || numberOfChannels !== this.channels) {
      return { code: 'encoding', message: `The encoder is configured for ${this.channels} channels of ${this.sampleRate} Hz, the AudioData has ${numberOfChannels} of ${sampleRate} Hz.` };
    }
    const { format } = this.storage;
    const samples = new Uint8Array(numberOfFrames * numberOfChannels * bytesPerSample(format));
    copySamples(input, samples, format, 0, 0, numberOfFrames);
    return { data: this.storage.encode(samples), isKey: true, timestamp, duration: Math.round((numberOfFrames / sampleRate) * 1e6) };
  }
}

function openNow(request: CodecRequest, events: CodecEvents): Codec | HostError {
  const storage = storageOf(request.codec);
  if (storage === undefined || (request.kind !== 'audio-decoder' && request.kind !== 'audio-encoder')) {
    return { code: 'not-supported', message: `The built-in codecs do not know ${request.codec.string}.` };
  }
  const { codec: { string }, sampleRate, numberOfChannels } = request;
  if (numberOfChannels > mostChannels || sampleRate > highestSampleRate) {
    return { code: 'not-supported', message: `${numberOfChannels} channels of ${sampleRate} Hz are out of range.` };
  }
  const Kind = request.kind === 'audio-decoder' ? PcmDecoder : PcmEncoder;
  return new Kind(storage, string, sampleRate, numberOfChannels, events);
}

const mostChannels = 32;
const highestSampleRate = 768_000;
const silent: CodecEvents = { progress() {}, flushed() {}, failed() {} };

export const pcmBackend: CodecBackend = {
  name: 'built-in',
  probe: (request, done) => host.queueTask(() => done(!('code' in openNow(request, silent)))),
  open: (request, events, done) => host.queueTask(() => done(openNow(request, events))),
};
