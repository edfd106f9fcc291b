/** FFmpeg's audio encoders, and how WebCodecs' settings are told to each. */
import type { AudioEncoderRequest } from '../../../CodecBackend';

export interface AudioEncoderKind {
  readonly encoder: string;
  /** Hertz it can be opened with; null for any. What is not among them is resampled to `resamplesTo`, if that is given. */
  readonly sampleRates: readonly number[] | null;
  readonly resamplesTo?: number;
  readonly mostChannels: number;
  /** The samples it takes, interleaved or planar as it wants them. */
  readonly format: 's16' | 's32' | 'f32' | 'f32-planar';
  readonly bitsPerRawSample?: number;
  readonly options: (request: AudioEncoderRequest) => Record<string, string>;
  /** Frames in a packet where the encoder leaves that to the caller. */
  readonly frameSize?: number;
  /** What decoders are to be configured with, from what the encoder has. */
  readonly description: (extraData: Uint8Array, request: AudioEncoderRequest) => Uint8Array | undefined;
  /** Changes a packet for the bitstream format that was asked for; null leaves it out. */
  readonly packet?: (data: Uint8Array, request: AudioEncoderRequest, extraData: Uint8Array) => Uint8Array | null;
}

/** ISO/IEC 14496-3 table 1.18 */
const aacSampleRates = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];

const isAdts = ({ options }: AudioEncoderRequest): boolean => options['format'] === 'adts';

/** Puts an adts_frame's header (ISO/IEC 14496-3 section 1.A.2.2) before a raw frame. */
function withAdtsHeader(data: Uint8Array, [first, second]: Uint8Array): Uint8Array {
  // From the AudioSpecificConfig: 5 bits of object type, 4 of the index of the sample rate, 4 of the channel configuration.
  const profile = (first >> 3) - 1;
  const rateIndex = ((first & 7) << 1) | (second >> 7);
  const channels = (second >> 3) & 15;
  const length = data.length + 7;
  const header = [
    0xff, 0xf1, (profile << 6) | (rateIndex << 2) | (channels >> 2), ((channels & 3) << 6) | (length >> 11), (length >> 3) & 0xff, ((length & 7) << 5) | 0x1f, 0xfc,
  ];
  const framed = new Uint8Array(length);
  framed.set(header);
  framed.set(data, header.length);
  return framed;
}

const aacCommon = {
  sampleRates: aacSampleRates,
  mostChannels: 8,
  description: (extraData: Uint8Array, request: AudioEncoderRequest) => (isAdts(request) ? undefined : extraData),
  packet: (data: Uint8Array, request: AudioEncoderRequest, extraData: Uint8Array) => (isAdts(request) ? withAdtsHeader(data, extraData) : data),
};

/** FFmpeg's numbers of profiles, one less than the audio object type. */
const fdkProfile = (objectType: number): string => String(objectType - 1);

const fdkAac: AudioEncoderKind = {
  ...aacCommon,
  encoder: 'libfdk_aac',
  format: 's16',
  options: ({ codec }) => ({ profile: fdkProfile(codec.profile!), afterburner: '1' }),
};

const ffmpegAac: AudioEncoderKind = { ...aacCommon, encoder: 'aac', format: 'f32-planar', options: () => ({}) };

/** Bytes of a packet that says that nothing is heard, and need not be sent: RFC 6716 section 3.1, RFC 7587 section 3.1.3. */
const silentPacketBytes = 2;

const opus: AudioEncoderKind = {
  encoder: 'libopus',
  sampleRates: [48000, 24000, 16000, 12000, 8000],
  resamplesTo: 48000,
  mostChannels: 8,
  format: 'f32',
  options: ({ bitrateMode, options }) => ({
    application: options['application'] as string,
    frame_duration: String((options['frameDuration'] as number) / 1000),
    packet_loss: String(options['packetlossperc']),
    fec: options['useinbandfec'] ? '1' : '0',
    dtx: options['usedtx'] ? '1' : '0',
    vbr: bitrateMode === 'constant' ? 'off' : 'on',
    compression_level: String(options['complexity']),
  }),
  description: (extraData) => extraData,
  packet: (data, { options }) => (options['usedtx'] && data.length <= silentPacketBytes ? null : data),
};

const flac: AudioEncoderKind = {
  encoder: 'flac',
  sampleRates: null,
  mostChannels: 8,
  // 24 bits hold what any of WebCodecs' sources has; zeros at their end cost nothing.
  format: 's32',
  bitsPerRawSample: 24,
  options: ({ options }) => ({ compression_level: String(options['compressLevel'] ?? 5) }),
  // `fLaC`, then STREAMINFO as the last metadata block: https://www.w3.org/TR/webcodecs-flac-codec-registration/#audiodecoderconfig-description
  description: (streamInfo) => Uint8Array.from([0x66, 0x4c, 0x61, 0x43, 0x80, 0, 0, streamInfo.length, ...streamInfo]),
};

const mp3: AudioEncoderKind = {
  encoder: 'libmp3lame', sampleRates: [48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000], mostChannels: 2, format: 'f32-planar', options: () => ({}), description: () => undefined,
};

const vorbis: AudioEncoderKind = {
  encoder: 'libvorbis', sampleRates: null, mostChannels: 8, format: 'f32-planar', options: () => ({}), description: (extraData) => extraData,
};

const g722: AudioEncoderKind = {
  encoder: 'g722', sampleRates: [16000], mostChannels: 1, format: 's16', frameSize: 320, options: () => ({}), description: () => undefined,
};

/** The encoders of each codec, the best first; HE-AAC has one only. */
export function audioEncoders({ codec }: AudioEncoderRequest): readonly AudioEncoderKind[] {
  if (codec.name === 'aac') return codec.profile === 2 ? [fdkAac, ffmpegAac] : [fdkAac];
  return ({ opus: [opus], flac: [flac], mp3: [mp3], vorbis: [vorbis], g722: [g722] } as Record<string, AudioEncoderKind[]>)[codec.name] ?? [];
}
