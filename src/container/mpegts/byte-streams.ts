import { adtsConfiguration, adtsFrame } from '../adts/AdtsMuxer';
import { adtsHeader } from '../adts/frame-header';
import { avcParameterSetsOf, hevcParameterSetsOf, joinWithStartCodes, lengthBytesOf, splitByteStream, splitWithLengths } from '../codecs/nal-units';
import { MuxerError, type MuxerTrack } from '../Muxer';

/** Turns samples of a track into what a transport stream has of them. */
export type ToByteStream = (data: Uint8Array, isKey: boolean) => Uint8Array;

interface Kind {
  readonly streamType: number;
  readonly convert: ToByteStream;
}

type KindOf = (track: MuxerTrack) => Kind;

const forms = {
  avc: { delimiter: Uint8Array.of(9, 0xf0), sequenceSet: 7, typeOf: (unit: Uint8Array) => unit[0] & 31, setsOf: avcParameterSetsOf },
  // Of layer 0, any type of slices (ITU-T H.265, 7.3.2.5).
  hevc: { delimiter: Uint8Array.of(0x46, 1, 0x50), sequenceSet: 33, typeOf: (unit: Uint8Array) => (unit[0] >> 1) & 63, setsOf: hevcParameterSetsOf },
};

/** Access units with a delimiter in front, and parameter sets before random access points (ISO/IEC 13818-1, 2.14.1 and 2.17.1). */
function pictures(form: keyof typeof forms): KindOf {
  const { delimiter, sequenceSet, typeOf, setsOf } = forms[form];
  return ({ description: { codec, description } }) => {
    const sets = description && setsOf(description);
    const lengthBytes = description && lengthBytesOf(description, form === 'hevc');
    if (description && (!sets || !lengthBytes)) throw new MuxerError(`MPEG-TS: ${codec} whose description is cut off.`);
    return {
      streamType: form === 'avc' ? 0x1b : 0x24,
      convert(data, isKey) {
        const units = lengthBytes ? splitWithLengths(data, lengthBytes) : splitByteStream(data);
        if (!units || units.length === 0) throw new MuxerError(`MPEG-TS: a sample of ${codec} that is no ${lengthBytes ? `NAL units with lengths of ${lengthBytes} bytes` : 'byte stream'}.`);
        const isDelimited = typeOf(units[0]) === typeOf(delimiter);
        const lacksSets = isKey && sets !== null && !units.some((unit) => typeOf(unit) === sequenceSet);
        if (!lengthBytes && isDelimited && !lacksSets) return data;
        return joinWithStartCodes([isDelimited ? units[0] : delimiter, ...(lacksSets ? sets : []), ...units.slice(isDelimited ? 1 : 0)]);
      },
    };
  };
}

const aac: KindOf = ({ description: { description } }) => {
  const configuration = description && adtsConfiguration(description);
  return {
    streamType: 0x0f,
    convert(data) {
      if (configuration) return adtsFrame(configuration, data);
      if (!adtsHeader(data, 0)) throw new MuxerError('MPEG-TS: AAC without a description, whose samples are no ADTS frames.');
      return data;
    },
  };
};

const mp3: KindOf = ({ description: { audio } }) => ({ streamType: (audio?.sampleRate ?? 48_000) < 32_000 ? 0x04 : 0x03, convert: (data) => data });

const kinds: Readonly<Record<'video' | 'audio', Readonly<Record<string, KindOf>>>> = {
  video: { avc1: pictures('avc'), avc3: pictures('avc'), hvc1: pictures('hevc'), hev1: pictures('hevc') },
  audio: { 'mp4a.40': aac, mp3, 'mp4a.6B': mp3, 'mp4a.69': mp3 },
};

export const heldCodecs = { video: Object.keys(kinds.video), audio: Object.keys(kinds.audio) };

/** @throws MuxerError where a transport stream has no place for the track */
export function kindOf(track: MuxerTrack): Kind {
  const { type, description: { codec } } = track;
  const held = type === 'video' || type === 'audio' ? kinds[type] : {};
  const kind = Object.entries(held).find(([key]) => codec === key || codec.startsWith(`${key}.`))?.[1];
  if (!kind) throw new MuxerError(`MPEG-TS: the codec ${codec || 'without a name'} in a track of type ${type}. It holds ${Object.values(heldCodecs).flat().join(', ')}.`);
  return kind(track);
}
