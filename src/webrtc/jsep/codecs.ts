import type { RTCRtpCodec } from '../../generated/webrtc-types';
import { type Codec, codecs, type CodecIdentity, isSameCodec, type MediaKind, parseParameters } from '../rtp/capabilities';
import { mostPayloadType } from '../sdp/attributes';
import type { MediaSection } from '../sdp/MediaSection';

/** Codecs of a media section, in the order of its formats. */
export function sectionCodecs(section: MediaSection): Codec[] {
  // A format is named once; a peer that repeats it does not make us look for it again.
  return [...new Set(section.formats)].flatMap((format): Codec[] => {
    if (!payloadTypeFormat.test(format)) return [];
    const payloadType = Number(format);
    if (payloadType > mostPayloadType) return [];
    const map = section.rtpMaps.find((candidate) => candidate.payloadType === payloadType) ?? staticMaps.get(payloadType);
    if (!map) return [];
    return [{
      mimeType: `${section.kind}/${map.name}`,
      clockRate: map.clockRate,
      channels: map.channels ?? (section.kind === 'audio' ? 1 : null),
      parameters: section.formatParameters.find((candidate) => candidate.payloadType === payloadType)?.parameters ?? '',
      feedback: section.feedback.filter((candidate) => candidate.payloadType === null || candidate.payloadType === payloadType).map(({ value }) => value),
      payloadType,
    }];
  });
}

const payloadTypeFormat = /^(0|[1-9]\d{0,2})$/;

/** Payload types that need no `a=rtpmap`. https://www.rfc-editor.org/rfc/rfc3551#section-6 */
const staticMaps = new Map([
  [0, { name: 'PCMU', clockRate: 8000, channels: null }],
  [8, { name: 'PCMA', clockRate: 8000, channels: null }],
  [9, { name: 'G722', clockRate: 8000, channels: null }],
  [13, { name: 'CN', clockRate: 8000, channels: null }],
]);

function fromPreference({ mimeType, clockRate, channels, sdpFmtpLine }: RTCRtpCodec): CodecIdentity {
  return { mimeType, clockRate, channels: channels ?? null, parameters: sdpFmtpLine ?? '' };
}

/** The codecs a transceiver offers: all, or those it prefers, with the retransmission of each. */
export function preferredCodecs(kind: MediaKind, preferences: readonly RTCRtpCodec[]): readonly Codec[] {
  if (preferences.length === 0) return codecs[kind];
  const wantsRetransmission = preferences.some(({ mimeType }) => mimeType.toLowerCase() === 'video/rtx');
  const chosen: Codec[] = [];
  for (const preference of preferences) {
    if (preference.mimeType.toLowerCase() === 'video/rtx') continue;
    const codec = codecs[kind].find((candidate) => isSameCodec(candidate, fromPreference(preference)));
    if (!codec) continue;
    chosen.push(codec);
    const retransmission = codecs[kind].find(({ mimeType, parameters }) => mimeType === 'video/rtx' && parameters === `apt=${codec.payloadType}`);
    if (wantsRetransmission && retransmission) chosen.push(retransmission);
  }
  return chosen;
}

/** What both sides have, in the offer's order and with its payload types. */
export function commonCodecs(offered: readonly Codec[], ours: readonly Codec[]): Codec[] {
  const common: Codec[] = [];
  for (const codec of offered) {
    if (codec.mimeType.toLowerCase() === 'video/rtx') {
      const apt = parseParameters(codec.parameters).get('apt');
      const isOfCommon = common.some(({ payloadType }) => String(payloadType) === apt);
      if (isOfCommon && ours.some(({ mimeType }) => mimeType === 'video/rtx')) common.push({ ...codec, feedback: [] });
      continue;
    }
    const own = ours.find((candidate) => isSameCodec(candidate, codec));
    if (own) common.push({ ...codec, parameters: own.parameters, feedback: own.feedback.filter((value) => codec.feedback.includes(value)) });
  }
  return common;
}

/** The offer's order gives way to our preferences, where we have any. */
export function orderByPreference(common: readonly Codec[], ours: readonly Codec[], hasPreferences: boolean): Codec[] {
  if (!hasPreferences) return [...common];
  const rank = (codec: Codec): number => {
    const main = codec.mimeType.toLowerCase() === 'video/rtx'
      ? common.find(({ payloadType }) => String(payloadType) === parseParameters(codec.parameters).get('apt')) ?? codec
      : codec;
    const index = ours.findIndex((candidate) => isSameCodec(candidate, main));
    return index < 0 ? ours.length : index;
  };
  return [...common].sort((a, b) => rank(a) - rank(b));
}
