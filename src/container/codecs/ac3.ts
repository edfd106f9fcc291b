import { BitReader } from './BitReader';

const channels = [2, 1, 2, 3, 3, 4, 4, 5];
const sampleRates = [48_000, 44_100, 32_000];

export interface Ac3Configuration {
  readonly sampleRate: number;
  readonly numberOfChannels: number;
}

/** A dac3 box's content: ETSI TS 102 366, F.4. */
export function ac3Configuration(content: Uint8Array): Ac3Configuration | null {
  if (content.length < 3) return null;
  const reader = new BitReader(content);
  const sampleRate = sampleRates[reader.bits(2)];
  reader.skip(8);
  const numberOfChannels = channels[reader.bits(3)] + reader.bits(1);
  return sampleRate ? { sampleRate, numberOfChannels } : null;
}

/** A dec3 box's content, of its first substream: ETSI TS 102 366, F.6. */
export function eac3Configuration(content: Uint8Array): Ac3Configuration | null {
  if (content.length < 5) return null;
  const reader = new BitReader(content);
  reader.skip(16);
  const sampleRate = sampleRates[reader.bits(2)];
  reader.skip(10);
  const numberOfChannels = channels[reader.bits(3)] + reader.bits(1);
  return sampleRate ? { sampleRate, numberOfChannels } : null;
}
