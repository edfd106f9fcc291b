import { aacCodecString, aacSampleRates, parseAudioSpecificConfig } from '../codecs/aac';
import { av1CodecString } from '../codecs/av1';
import { avcCodecString } from '../codecs/avc';
import { hevcCodecString } from '../codecs/hevc';
import { vp9CodecString, vp9Features, vp9KeyFrame } from '../codecs/vp9';

export interface CodecMapping {
  readonly codec: string;
  readonly description: Uint8Array | null;
  /** Frames a second that the decoder gives, where it is another than the container's. */
  readonly sampleRate?: number;
  readonly numberOfChannels?: number;
}

/** Of a stream whose container says nothing: profile 0, 8 bits, the least level. */
const plainVp9 = { profile: 0, level: 10, bitDepth: 8, chromaSubsampling: 1 };
const none = new Uint8Array(0);

/**
 * The registered codec string and description of a CodecID ("Matroska Codec Specifications"). Codecs without a registration get ''.
 * @param bitDepth of PCM, as the track tells
 */
export function codecOf(id: string, codecPrivate: Uint8Array = none, audio: { sampleRate: number; channels: number; bitDepth: number }): CodecMapping {
  const own = codecPrivate.length > 0 ? codecPrivate : null;
  switch (id) {
    case 'V_VP8': return { codec: 'vp8', description: null };
    case 'V_VP9': return { codec: vp9CodecString(vp9Features(codecPrivate) ?? plainVp9), description: null };
    case 'V_AV1': return { codec: av1CodecString(codecPrivate), description: null };
    case 'V_MPEG4/ISO/AVC': return { codec: avcCodecString(codecPrivate), description: own };
    case 'V_MPEGH/ISO/HEVC': return { codec: hevcCodecString(codecPrivate), description: own };
    case 'A_OPUS': return { codec: 'opus', description: own, sampleRate: 48000 };
    case 'A_VORBIS': return { codec: 'vorbis', description: own };
    case 'A_FLAC': return { codec: 'flac', description: own };
    case 'A_MPEG/L3': return { codec: 'mp3', description: null };
    case 'A_MPEG/L2': case 'A_MPEG/L1': return { codec: 'mp4a.6B', description: null };
    case 'A_AC3': return { codec: 'ac-3', description: null };
    case 'A_EAC3': return { codec: 'ec-3', description: null };
    case 'A_ALAC': return { codec: 'alac', description: own };
    case 'A_PCM/INT/BIG': return { codec: audio.bitDepth === 8 ? 'pcm-u8' : `pcm-s${audio.bitDepth}be`, description: null };
    case 'A_PCM/INT/LIT': return { codec: audio.bitDepth === 8 ? 'pcm-u8' : `pcm-s${audio.bitDepth}`, description: null };
    case 'A_PCM/FLOAT/IEEE': return { codec: [32, 64].includes(audio.bitDepth) ? `pcm-f${audio.bitDepth}` : '', description: null };
    case 'A_MS/ACM': return waveFormat(codecPrivate);
  }
  if (id === 'A_AAC' || id.startsWith('A_AAC/')) return aac(id, own, audio);
  return { codec: '', description: own };
}

/** The codec string of VP9 without CodecPrivate, by its first frame. */
export const vp9ByFrame = (frame: Uint8Array, level: number): string => vp9CodecString(vp9KeyFrame(frame, level) ?? { ...plainVp9, level });

/** Old files have no AudioSpecificConfig but a name that tells the profile: `A_AAC/MPEG4/LC/SBR`. */
function aac(id: string, own: Uint8Array | null, audio: { sampleRate: number; channels: number }): CodecMapping {
  if (!own) {
    const objectType = id.includes('/SBR') ? 5 : id.includes('/MAIN') ? 1 : id.includes('/SSR') ? 3 : 2;
    const index = aacSampleRates.indexOf(audio.sampleRate);
    const description = Uint8Array.of((2 << 3) | (index >> 1), ((index & 1) << 7) | (audio.channels << 3));
    return { codec: aacCodecString(objectType), description: index < 0 ? null : description };
  }
  const configuration = parseAudioSpecificConfig(own);
  if (!configuration) return { codec: '', description: own };
  const { objectType, sampleRate, numberOfChannels } = configuration;
  return { codec: aacCodecString(objectType), description: own, sampleRate, ...(numberOfChannels > 0 ? { numberOfChannels } : {}) };
}

const waveFormats: Record<number, string> = { 6: 'alaw', 7: 'ulaw', 0x55: 'mp3' };

/** A WAVEFORMATEX: what the codec is, its first two bytes say. */
function waveFormat(codecPrivate: Uint8Array): CodecMapping {
  const tag = codecPrivate.length >= 2 ? codecPrivate[0] | (codecPrivate[1] << 8) : 0;
  return { codec: waveFormats[tag] ?? '', description: null };
}
