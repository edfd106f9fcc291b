import type { SampleDescription } from '../../../../container/tracks';
import { parseAudioCodec } from '../../../../webcodecs/codec-strings/parse';
import type { TrackDecoders } from '../file';
import type { NodeAv } from '../node-av';
import { AvPacketDecoder } from './AvPacketDecoder';
import { alacBox, decodersOf, opusDecoderName } from './open-decoder';

/** Which of FFmpeg's decoders a track needs, and what they want to know besides. */
export interface AvDecoder {
  /** For people. */
  readonly name: string;
  /** Of FFmpeg, the best first. */
  readonly names: readonly string[];
  readonly extraData: Uint8Array | null;
  readonly bitsPerSample?: number;
}

const plain = (name: string, names: readonly string[] = [name], extraData: Uint8Array | null = null): AvDecoder => ({ name, names, extraData });

function alac({ description }: SampleDescription): AvDecoder | null {
  const box = alacBox(description);
  return box && plain('alac', decodersOf('alac'), box);
}

const isAac = (codec: string): boolean => codec.startsWith('mp4a.40.') || ['mp4a.66', 'mp4a.67', 'mp4a.68'].includes(codec);

/** What has a name but is in no registration of WebCodecs, or is not what the registration says (layers I and II). */
const others: Readonly<Record<string, (description: SampleDescription) => AvDecoder | null>> = {
  'mp4a.69': () => plain('mp2', ['mp2float']),
  'mp4a.6B': () => plain('mp2', ['mp2float']),
  'mp4a.dd': ({ description }) => plain('vorbis', decodersOf('vorbis'), description),
  'ac-3': () => plain('ac3'),
  'ec-3': () => plain('eac3'),
  alac,
  'adpcm-ms': () => plain('adpcm_ms'),
  'adpcm-ima': () => ({ ...plain('adpcm_ima_wav'), bitsPerSample: 4 }),
  'gsm-ms': () => plain('gsm_ms'),
};

/** `pcm-s16`, and `pcm-s16be` of big-endian samples. */
function pcm(codec: string): AvDecoder | null {
  const [, type, endian] = /^pcm-([usf]\d+)(be)?$/.exec(codec) ?? [];
  return type ? plain(type.endsWith('8') ? `pcm_${type}` : `pcm_${type}${endian ?? 'le'}`) : null;
}

/** Null for what FFmpeg is not asked for: only these decoders ever see a file. */
export function avDecoderOf(description: SampleDescription): AvDecoder | null {
  const { codec } = description;
  if (isAac(codec)) return plain('aac', decodersOf('aac'), description.description);
  const other = others[codec]?.(description) ?? pcm(codec);
  if (other) return other;
  const name = parseAudioCodec(codec)?.name ?? '';
  if (!['opus', 'vorbis', 'flac', 'mp3', 'alaw', 'ulaw'].includes(name)) return null;
  return plain(name, decodersOf(name === 'opus' ? opusDecoderName(description.description) : name), description.description);
}

/** FFmpeg's. */
export function avTrackDecoders(av: NodeAv): TrackDecoders {
  return {
    nameOf: (description) => avDecoderOf(description)?.name ?? null,
    open(description) {
      const decoder = AvPacketDecoder.open(av, avDecoderOf(description)!, description);
      return Promise.resolve(decoder ?? { malformed: 'the decoder does not take it', offset: 0 });
    },
  };
}
