import { BitReader } from './BitReader';

export interface AacConfiguration {
  /** Of what the stream is to a decoder that knows it all: 2 AAC-LC, 5 HE-AAC, 29 HE-AAC version 2, 42 xHE-AAC. */
  readonly objectType: number;
  /** Of what is decoded, spectral band replication included where it is told. */
  readonly sampleRate: number;
  readonly coreSampleRate: number;
  readonly numberOfChannels: number;
  /** Frames of one access unit, at the core's sample rate: 1024 or 960. */
  readonly frameLength: number;
}

export const aacSampleRates = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];
/** Channel configurations 0 to 7 and 11 to 14 (ISO/IEC 14496-3, table 1.19); 0 is told by a program config element. */
export const aacChannelCounts = [0, 1, 2, 3, 4, 5, 6, 8, 0, 0, 0, 7, 8, 24, 8];

const spectralBandReplication = 5;
const parametricStereo = 29;

/** AudioSpecificConfig: ISO/IEC 14496-3, 1.6.2.1. Null for what makes no sense. */
export function parseAudioSpecificConfig(bytes: Uint8Array): AacConfiguration | null {
  if (bytes.length < 2) return null;
  const reader = new BitReader(bytes);
  let objectType = readObjectType(reader);
  const coreSampleRate = readSampleRate(reader);
  const channelConfiguration = reader.bits(4);
  let numberOfChannels = aacChannelCounts[channelConfiguration] ?? 0;
  let sampleRate = coreSampleRate;
  let told = objectType;
  if (objectType === spectralBandReplication || objectType === parametricStereo) {
    sampleRate = readSampleRate(reader);
    objectType = readObjectType(reader);
    if (told === parametricStereo) numberOfChannels = 2;
  }
  let frameLength = 1024;
  if ([1, 2, 3, 4, 6, 7, 17, 19, 20, 21, 22, 23].includes(objectType)) {
    if (reader.flag()) frameLength = 960;
    if (reader.flag()) reader.skip(14); // coreCoderDelay
    const hasExtension = reader.flag();
    if (channelConfiguration === 0) numberOfChannels = readProgramConfig(reader);
    if (objectType === 6 || objectType === 20) reader.skip(3);
    if (hasExtension) {
      if (objectType === 22) reader.skip(16);
      if (objectType === 17 || objectType === 19 || objectType === 20 || objectType === 23) reader.skip(3);
      reader.skip(1);
    }
    // Backward compatible signalling of what lies on top.
    if (told !== spectralBandReplication && told !== parametricStereo && reader.bytes.length * 8 - reader.at >= 16 && reader.bits(11) === 0x2b7
      && readObjectType(reader) === spectralBandReplication && reader.flag()) {
      told = spectralBandReplication;
      sampleRate = readSampleRate(reader);
      if (reader.bytes.length * 8 - reader.at >= 12 && reader.bits(11) === 0x548 && reader.flag()) {
        told = parametricStereo;
        numberOfChannels = 2;
      }
    }
  }
  if (coreSampleRate === 0 || sampleRate === 0) return null;
  return { objectType: told, sampleRate, coreSampleRate, numberOfChannels, frameLength };
}

function readObjectType(reader: BitReader): number {
  const type = reader.bits(5);
  return type === 31 ? 32 + reader.bits(6) : type;
}

function readSampleRate(reader: BitReader): number {
  const index = reader.bits(4);
  return index === 15 ? reader.bits(24) : aacSampleRates[index] ?? 0;
}

/** program_config_element() up to its channels: ISO/IEC 14496-3, 4.4.1.1. Returns how many there are; the reader stands behind the element's identifier. */
export function readProgramConfig(reader: BitReader): number {
  reader.skip(10);
  const [front, side, back, lfe] = [4, 4, 4, 2].map((bits) => reader.bits(bits));
  const data = reader.bits(3);
  const coupling = reader.bits(4);
  if (reader.flag()) reader.skip(4);
  if (reader.flag()) reader.skip(4);
  if (reader.flag()) reader.skip(3);
  let channels = lfe;
  for (let element = front + side + back; element > 0; element--) {
    channels += reader.flag() ? 2 : 1;
    reader.skip(4);
  }
  reader.skip(lfe * 4 + data * 4 + coupling * 5);
  reader.skip((8 - (reader.at % 8)) % 8);
  reader.skip(reader.bits(8) * 8); // A comment
  return channels;
}

/** RFC 6381, 3.3, for audio of MPEG-4. */
export const aacCodecString = (objectType: number): string => `mp4a.40.${objectType}`;
