/** MIME types of media: which there are, and what codec they name. */

export interface ContentType {
  /** `video/mp4`, lower case */
  readonly essence: string;
  readonly type: string;
  readonly subtype: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const parameter = new RegExp(`^\\s*(${token})=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;"]*))\\s*(?:;|$)`);

/** https://mimesniff.spec.whatwg.org/#parse-a-mime-type; null for failure. Parameters that are not well-formed are left out. */
export function parseContentType(text: string): ContentType | null {
  const match = new RegExp(`^[\\t\\n\\r ]*(${token})/(${token})[\\t\\n\\r ]*(?:;(.*))?$`, 's').exec(text);
  if (match === null) return null;
  const [, type, subtype, rest = ''] = match;
  const parameters = new Map<string, string>();
  for (let left = rest; left.trim() !== '';) {
    const found = parameter.exec(left);
    if (found === null) {
      const next = left.indexOf(';');
      left = next < 0 ? '' : left.slice(next + 1);
      continue;
    }
    const [whole, name, quoted, plain] = found;
    const key = name.toLowerCase();
    if (!parameters.has(key)) parameters.set(key, quoted?.replace(/\\(.)/g, '$1') ?? plain.trim());
    left = left.slice(whole.length);
  }
  return { essence: `${type}/${subtype}`.toLowerCase(), type: type.toLowerCase(), subtype: subtype.toLowerCase(), parameters };
}

/** Codecs, by our names, that a container may hold; containers of one codec need no parameter. */
interface Container {
  readonly codecs: readonly string[];
  /** The codec string where the type alone tells it. */
  readonly only?: string;
}

const mp4: Container = { codecs: ['h264', 'hevc', 'vp9', 'av1', 'aac', 'opus', 'flac', 'mp3'] };
const webm: Container = { codecs: ['vp8', 'vp9', 'av1', 'opus', 'vorbis'] };
const ogg: Container = { codecs: ['opus', 'vorbis', 'flac'] };

export const containers: Readonly<Record<string, Container>> = {
  'video/mp4': mp4, 'audio/mp4': mp4, 'video/webm': webm, 'audio/webm': webm, 'audio/ogg': ogg, 'video/ogg': ogg, 'application/ogg': ogg,
  'video/mp2t': { codecs: ['h264', 'hevc', 'aac', 'mp3'] },
  'audio/mpeg': { codecs: ['mp3'], only: 'mp3' }, 'audio/mp3': { codecs: ['mp3'], only: 'mp3' }, 'audio/flac': { codecs: ['flac'], only: 'flac' },
  'audio/aac': { codecs: ['aac'], only: 'mp4a.40.2' }, 'audio/wav': { codecs: ['pcm'], only: 'pcm-s16' },
};

/** https://w3c.github.io/media-capabilities/#check-mime-type-validity, for types whose kind is right. */
export function hasValidParameters({ essence, parameters }: ContentType): boolean {
  const container = Object.hasOwn(containers, essence) ? containers[essence] : undefined;
  if (container?.only !== undefined) return parameters.size === 0;
  const codecs = parameters.get('codecs');
  return parameters.size === 1 && codecs !== undefined && codecs.trim() !== '' && !codecs.includes(',');
}

/** The codec string that a type of a file names. Older types name VP8 and VP9 in ways that WebCodecs has not. */
export function codecStringOf({ essence, parameters }: ContentType): string | null {
  const container = Object.hasOwn(containers, essence) ? containers[essence] : undefined;
  if (container === undefined) return null;
  const codec = container.only ?? parameters.get('codecs')?.trim();
  if (codec === undefined) return null;
  return ({ 'vp8.0': 'vp8', vp9: 'vp09.00.10.08', 'vp9.0': 'vp09.00.10.08' } as Record<string, string>)[codec] ?? codec;
}

/** The codec string of an RTP payload format, with the parameters of `a=fmtp`; null for what is none. */
export function codecStringOfRtp({ essence, parameters }: ContentType): string | null {
  const number = (name: string, otherwise: number) => (parameters.has(name) ? Number(parameters.get(name)) : otherwise);
  switch (essence) {
    case 'video/vp8':
      return 'vp8';
    case 'video/vp9': // RFC 9628 section 6: profiles 2 and 3 have 10 bits or more.
      return ({ 0: 'vp09.00.10.08', 1: 'vp09.01.10.08', 2: 'vp09.02.10.10', 3: 'vp09.03.10.10' } as Record<number, string>)[number('profile-id', 0)] ?? null;
    case 'video/h264': // RFC 6184 section 8.1: without a profile it is baseline, level 1.
      return `avc1.${parameters.get('profile-level-id') ?? '42000a'}`;
    case 'video/h265': // RFC 7798 section 7.1
      return `hvc1.${number('profile-id', 1)}.6.${number('tier-flag', 0) === 1 ? 'H' : 'L'}${number('level-id', 93)}.B0`;
    case 'video/av1': {
      const level = String(number('level-idx', 5)).padStart(2, '0');
      return `av01.${number('profile', 0)}.${level}${number('tier', 0) === 1 ? 'H' : 'M'}.08`;
    }
    case 'audio/opus':
      return 'opus';
    case 'audio/pcmu':
      return 'ulaw';
    case 'audio/pcma':
      return 'alaw';
    case 'audio/g722':
      return 'g722';
    default:
      return null;
  }
}
