import type { SampleDescription, Track } from '../tracks';
import type { AccessUnitParser } from './access-units';
import { adtsParser, mpegAudioParser } from './audio-frames';
import { avcParser, hevcParser } from './pictures';
import type { ElementaryStream } from './sections';

/** By stream_type: ISO/IEC 13818-1, table 2-34. Other streams are passed over. */
export const streamTypes: Readonly<Record<number, { type: Track['type']; create: () => AccessUnitParser }>> = {
  0x03: { type: 'audio', create: mpegAudioParser },
  0x04: { type: 'audio', create: mpegAudioParser },
  0x0f: { type: 'audio', create: adtsParser },
  0x1b: { type: 'video', create: avcParser },
  0x24: { type: 'video', create: hevcParser },
};

/** One that a track is made of. */
export class Stream {
  readonly parser: AccessUnitParser;
  description: SampleDescription | null = null;
  continuityCounter: number | null = null;
  /** Of the PES packet; null before the first one, and where packets were lost. */
  payloadLeft: number | null = null;

  constructor(readonly entry: ElementaryStream) {
    this.parser = streamTypes[entry.type].create();
  }

  get type(): Track['type'] {
    return streamTypes[this.entry.type].type;
  }

  /** What comes next does not follow what came last. */
  restart(): void {
    this.parser.drop();
    this.payloadLeft = this.continuityCounter = null;
  }
}

export function isSame(left: SampleDescription, right: SampleDescription | null): boolean {
  return right !== null && left.codec === right.codec
    && left.video?.codedWidth === right.video?.codedWidth && left.video?.codedHeight === right.video?.codedHeight
    && left.audio?.sampleRate === right.audio?.sampleRate && left.audio?.numberOfChannels === right.audio?.numberOfChannels;
}

export const trackOf = ({ entry, description }: Stream): Track => ({
  id: entry.pid,
  type: streamTypes[entry.type].type,
  timescale: 90_000,
  duration: null,
  language: entry.language,
  label: '',
  isDefault: true,
  descriptions: [{ ...description!, format: `0x${entry.type.toString(16).padStart(2, '0')}` }],
  gapless: null,
});
