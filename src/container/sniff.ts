import { adtsHeader } from './adts/frame-header';
import { fourCharacters } from './bytes';
import { id3Length } from './id3/tag';
import { mpegAudioHeader } from './mp3/frame-header';
import { isTransportStream } from './mpegts/packet';

/** `mp4` is the whole ISO base media family, `webm` the whole Matroska family. */
export type Container = 'wav' | 'mp3' | 'adts' | 'flac' | 'mp4' | 'ogg' | 'webm' | 'mpegts';

/** Box types that a file of the ISO base media family may begin with. */
const firstBoxes = ['ftyp', 'styp', 'moov', 'moof', 'mdat', 'free', 'skip', 'wide', 'sidx', 'pnot', 'uuid'];

/** Frames in a row that must agree before bytes without a signature pass for MPEG audio. */
const agreeingFrames = 3;
/** How far into a file (behind its tags) the first MPEG audio frame is looked for. */
const searchBytes = 65536;

/** Names the container by its content: https://mimesniff.spec.whatwg.org/#matching-an-audio-or-video-type-pattern, and more by structure. */
export function sniffContainer(bytes: Uint8Array): Container | null {
  const start = id3Length(bytes, 0);
  const signature = fourCharacters(bytes, start);
  if (signature === 'fLaC') return 'flac';
  if (start > 0) return mpegAudio(bytes, start);

  if (signature === 'OggS') return 'ogg';
  if (['RIFF', 'RF64', 'BW64'].includes(signature)) return fourCharacters(bytes, 8) !== 'WAVE' ? null : isMpegInWave(bytes) ? 'mp3' : 'wav';
  if (bytes[0] === 0x1a && bytes[1] === 0x45 && bytes[2] === 0xdf && bytes[3] === 0xa3) return 'webm'; // The EBML element.
  if (firstBoxes.includes(fourCharacters(bytes, 4))) return 'mp4';
  if (isTransportStream(bytes)) return 'mpegts';
  return mpegAudio(bytes, 0);
}

/** A fmt chunk of WAVE_FORMAT_MPEG or WAVE_FORMAT_MPEGLAYER3: frames of MPEG audio, before which other bytes stand. */
const isMpegInWave = (bytes: Uint8Array): boolean => fourCharacters(bytes, 12) === 'fmt ' && (bytes[20] === 0x50 || bytes[20] === 0x55) && bytes[21] === 0;

function mpegAudio(bytes: Uint8Array, start: number): 'mp3' | 'adts' | null {
  const end = Math.min(bytes.length, start + searchBytes);
  for (let offset = start; offset < end; offset++) {
    if (bytes[offset] !== 0xff) continue;
    if (framesAgree(bytes, offset, adtsHeader, offset === start)) return 'adts';
    if (framesAgree(bytes, offset, mpegAudioHeader, offset === start)) return 'mp3';
  }
  return null;
}

interface FrameHeader {
  readonly sampleRate: number;
  readonly frameBytes: number;
}

/** True when a chain of frames of one sample rate begins at `offset`. A chain cut short by the end of the file counts only where the file begins with it. */
function framesAgree(
  bytes: Uint8Array, offset: number, parse: (bytes: Uint8Array, offset: number) => FrameHeader | null, atStart: boolean,
): boolean {
  const first = parse(bytes, offset);
  if (!first) return false;
  let next = offset + first.frameBytes;
  for (let frames = 1; frames < agreeingFrames; frames++) {
    if (next + 10 > bytes.length) return atStart; // Too short for another header of either kind.
    const header = parse(bytes, next);
    if (!header || header.sampleRate !== first.sampleRate) return false;
    next += header.frameBytes;
  }
  return true;
}
