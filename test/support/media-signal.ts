/** Test signals and WAV files made without any codec. */

/** Two tones a channel, of different pitch in each, so that a swapped channel or a lost frame shows. Peak 0.5. */
export function tones(frames: number, sampleRate: number, channels: number): Float32Array[] {
  return Array.from({ length: channels }, (_, channel) => Float32Array.from({ length: frames }, (_unused, frame) => {
    const time = (2 * Math.PI * frame) / sampleRate;
    return 0.3 * Math.sin((220 + 110 * channel) * time) + 0.2 * Math.sin((1000 + 130 * channel) * time);
  }));
}

/** Decibels of `signal` over its difference from `decoded`. */
export function signalToNoise(signal: Float32Array, decoded: Float32Array, from = 0, to = signal.length): number {
  let power = 0;
  let noise = 0;
  for (let frame = from; frame < to; frame++) {
    power += signal[frame] ** 2;
    noise += (signal[frame] - decoded[frame]) ** 2;
  }
  return 10 * Math.log10(power / noise);
}

export interface WaveOptions {
  readonly encoding?: 'integer' | 'float';
  readonly bits?: number;
  readonly extensible?: boolean;
  readonly form?: 'RIFF' | 'RF64';
  /** Chunks between `fmt ` and `data`: type and length. */
  readonly extraChunks?: readonly (readonly [string, number])[];
  /** What the data chunk claims, where it is a lie. */
  readonly claimedBytes?: number;
}

const subtypeTail = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];

export function encodeWave(channels: readonly Float32Array[], sampleRate: number, options: WaveOptions = {}): Uint8Array {
  const { encoding = 'integer', bits = 16, extensible = false, form = 'RIFF', extraChunks = [] } = options;
  const sampleBytes = bits / 8;
  const frameBytes = sampleBytes * channels.length;
  const dataBytes = channels[0].length * frameBytes;
  const out: number[] = [];
  const text = (characters: string) => out.push(...[...characters].map((character) => character.charCodeAt(0)));
  const integer = (value: number, bytes: number) => {
    for (let index = 0; index < bytes; index++) out.push(Math.floor(value / 256 ** index) % 256);
  };
  const tag = encoding === 'integer' ? 1 : 3;
  text(form);
  integer(form === 'RF64' ? 0xffffffff : 36 + dataBytes, 4);
  text('WAVE');
  if (form === 'RF64') {
    text('ds64');
    integer(28, 4);
    integer(72 + dataBytes, 8);
    integer(dataBytes, 8);
    integer(channels[0].length, 8);
    integer(0, 4);
  }
  text('fmt ');
  integer(extensible ? 40 : 16, 4);
  integer(extensible ? 0xfffe : tag, 2);
  integer(channels.length, 2);
  integer(sampleRate, 4);
  integer(sampleRate * frameBytes, 4);
  integer(frameBytes, 2);
  integer(bits, 2);
  if (extensible) {
    integer(22, 2);
    integer(bits, 2);
    integer(2 ** channels.length - 1, 4);
    integer(tag, 2);
    out.push(...subtypeTail);
  }
  for (const [type, length] of extraChunks) {
    text(type);
    integer(length, 4);
    for (let index = 0; index < length + (length % 2); index++) out.push(index % 251);
  }
  text('data');
  integer(options.claimedBytes ?? (form === 'RF64' ? 0xffffffff : dataBytes), 4);
  const file = new Uint8Array(out.length + dataBytes);
  file.set(out);
  const view = new DataView(file.buffer, out.length);
  const write = writers[`${encoding} ${bits}`];
  for (let frame = 0, offset = 0; frame < channels[0].length; frame++) {
    for (const samples of channels) {
      write(view, offset, samples[frame]);
      offset += sampleBytes;
    }
  }
  return file;
}

const scaled = (value: number, scale: number) => Math.max(-scale, Math.min(scale - 1, Math.round(value * scale)));

const writers: Record<string, (view: DataView, offset: number, value: number) => void> = {
  'integer 8': (view, offset, value) => view.setUint8(offset, scaled(value, 128) + 128),
  'integer 16': (view, offset, value) => view.setInt16(offset, scaled(value, 32768), true),
  'integer 24': (view, offset, value) => {
    const sample = scaled(value, 8388608);
    view.setUint16(offset, sample & 0xffff, true);
    view.setInt8(offset + 2, sample >> 16);
  },
  'integer 32': (view, offset, value) => view.setInt32(offset, scaled(value, 2147483648), true),
  'float 32': (view, offset, value) => view.setFloat32(offset, value, true),
  'float 64': (view, offset, value) => view.setFloat64(offset, value, true),
};

/** A small seeded generator (xorshift32): the same seed gives the same test. Returns integers below `limit`. */
export function randomIntegers(seed: number): (limit: number) => number {
  let state = seed | 0 || 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}
