import { holdsCodec } from '../../container/muxers';
import type { MuxerFormat } from '../../container/muxers';
import type { Track } from '../../container/tracks';
import { Failure, UsageError } from '../Command';
import { nameOf } from './TrackConverter';

type Kind = 'video' | 'audio';

/** What is asked for, for tracks of each kind: a codec, `copy`, `none`; undefined: a copy where the format takes the codec, else its usual one. */
export type CodecChoices = Readonly<Partial<Record<Kind, string>>>;

/** Kinds of which something is set that only an encoder can do: their tracks are not copied. */
export type EncodedKinds = readonly Kind[];

/** What becomes of a track. */
export interface TrackPlan {
  readonly track: Track & { readonly type: Kind };
  /** A codec string, or what it begins with; null: a copy. */
  readonly encodeAs: string | null;
}

/** What people call codecs, by codec strings or what they begin with. */
const codecNames: Readonly<Record<string, string>> = {
  h264: 'avc1', avc: 'avc1', h265: 'hvc1', hevc: 'hvc1', vp8: 'vp8', vp9: 'vp09', av1: 'av01',
  aac: 'mp4a.40.2', 'he-aac': 'mp4a.40.5', opus: 'opus', vorbis: 'vorbis', flac: 'flac', mp3: 'mp3', pcm: 'pcm-s16', alaw: 'alaw', ulaw: 'ulaw',
};

const kinds: readonly Kind[] = ['video', 'audio'];

/** Codecs to encode with, `copy`, `none`, by the format. @throws UsageError for a codec that the format does not hold */
export function checkedChoices(format: MuxerFormat, choices: CodecChoices, encoded: EncodedKinds): CodecChoices {
  const copied = encoded.find((kind) => choices[kind] === 'copy');
  if (copied) throw new UsageError(`--${copied} copy leaves ${copied} as it is: nothing of it can be set`);
  return Object.fromEntries(kinds.flatMap((kind) => {
    const choice = choices[kind];
    if (choice === undefined || choice === 'none') return [[kind, choice]];
    if (format.codecs[kind].length === 0) throw new UsageError(`${format.name} holds no ${kind}, so that --${kind} can only be none`);
    if (choice === 'copy') return [[kind, choice]];
    const codec = codecNames[choice.toLowerCase()] ?? choice;
    if (!holdsCodec(format, codec)) throw new UsageError(`${format.name} does not hold ${choice}, but ${format.codecs[kind].join(', ')}`);
    return [[kind, codec]];
  }));
}

/** Which tracks are converted, and how; in the order of the file. @throws Failure where nothing would be left, or what is asked for can't be done */
export function planTracks(tracks: readonly Track[], format: MuxerFormat, choices: CodecChoices, encoded: EncodedKinds): TrackPlan[] {
  const wanted = tracks.filter((track): track is TrackPlan['track'] => isKind(track.type) && choices[track.type] !== 'none' && format.codecs[track.type].length > 0);
  if (wanted.length === 0) throw new Failure(`there is no track that is wanted and that ${format.name} holds`);
  const first = [...wanted].sort((a, b) => rank(a) - rank(b)).slice(0, format.mostTracks);
  return wanted.filter((track) => first.includes(track)).map((track) => ({ track, encodeAs: codecFor(track, format, choices[track.type], encoded.includes(track.type)) }));
}

const isKind = (type: Track['type']): type is Kind => kinds.includes(type as Kind);

/** Default tracks before others, video before audio. */
const rank = ({ type, isDefault }: Track): number => (isDefault ? 0 : 2) + kinds.indexOf(type as Kind);

function codecFor(track: TrackPlan['track'], format: MuxerFormat, choice: string | undefined, mustEncode: boolean): string | null {
  const [{ codec, format: containersName, encryption }] = track.descriptions;
  if (encryption?.isProtected) throw new Failure(`${nameOf(track)} is encrypted (${encryption.scheme})`);
  const isHeld = holdsCodec(format, codec);
  if (choice === 'copy' && !isHeld) throw new Failure(`${nameOf(track)} can't be copied: ${format.name} does not hold ${codec || containersName}, but ${format.codecs[track.type].join(', ')}`);
  if (choice !== undefined && choice !== 'copy') return choice;
  if (!isHeld) {
    // Samples stay what they are where only the order of their bytes differs.
    const littleEndian = codec.startsWith('pcm-') && codec.endsWith('be') ? codec.slice(0, -2) : '';
    return holdsCodec(format, littleEndian) ? littleEndian : format.codecs[track.type][0];
  }
  return mustEncode ? encodable(codec) : null;
}

/** The like of a codec string that an encoder can be asked for. */
function encodable(codec: string): string {
  const [family] = codec.split('.');
  return ({ avc1: 'avc1', avc3: 'avc1', hvc1: 'hvc1', hev1: 'hvc1', vp09: 'vp09', av01: 'av01' } as Record<string, string>)[family] ?? codec;
}
