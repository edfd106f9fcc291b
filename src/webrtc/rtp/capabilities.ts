/** Which codecs and header extensions descriptions name. https://w3c.github.io/webrtc-pc/#dom-rtcrtpsender-getcapabilities */

export type MediaKind = 'audio' | 'video';

/** A codec as RTP knows it. */
export interface Codec {
  /** `audio/opus` */
  readonly mimeType: string;
  readonly clockRate: number;
  readonly channels: number | null;
  /** `a=fmtp`'s parameters; '' for none. */
  readonly parameters: string;
  /** `a=rtcp-fb`'s values. */
  readonly feedback: readonly string[];
  /** The payload type in our offers; retransmission of a codec has the one beside it. */
  readonly payloadType: number;
}

export interface HeaderExtension {
  readonly uri: string;
  readonly id: number;
}

const videoFeedback = ['goog-remb', 'transport-cc', 'ccm fir', 'nack', 'nack pli'];

const video = (name: string, payloadType: number, parameters = ''): Codec[] => [
  { mimeType: `video/${name}`, clockRate: 90_000, channels: null, parameters, feedback: videoFeedback, payloadType },
  { mimeType: 'video/rtx', clockRate: 90_000, channels: null, parameters: `apt=${payloadType}`, feedback: [], payloadType: payloadType + 1 },
];

const audio = (name: string, payloadType: number, clockRate: number, channels: number | null = null, parameters = '', feedback: readonly string[] = []): Codec => (
  { mimeType: `audio/${name}`, clockRate, channels, parameters, feedback, payloadType }
);

const h264 = (profileLevelId: string, packetizationMode: number) => (
  `level-asymmetry-allowed=1;packetization-mode=${packetizationMode};profile-level-id=${profileLevelId}`
);

/** The best first. https://www.rfc-editor.org/rfc/rfc7874, https://www.rfc-editor.org/rfc/rfc7742 */
export const codecs: Record<MediaKind, readonly Codec[]> = {
  audio: [
    audio('opus', 111, 48_000, 2, 'minptime=10;useinbandfec=1', ['transport-cc']),
    audio('G722', 9, 8000, 1),
    audio('PCMU', 0, 8000, 1),
    audio('PCMA', 8, 8000, 1),
    audio('CN', 13, 8000, 1),
    audio('telephone-event', 110, 48_000, 1),
    audio('telephone-event', 126, 8000, 1),
  ],
  video: [
    ...video('VP8', 96),
    ...video('VP9', 98, 'profile-id=0'),
    ...video('H264', 102, h264('42e01f', 1)),
    ...video('H264', 104, h264('42e01f', 0)),
    ...video('H264', 106, h264('4d001f', 1)),
    ...video('AV1', 45, 'level-idx=5;profile=0;tier=0'),
  ],
};

/** https://www.rfc-editor.org/rfc/rfc8834#section-5.2 */
export const headerExtensions: Record<MediaKind, readonly HeaderExtension[]> = {
  audio: [
    { id: 1, uri: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level' },
    { id: 2, uri: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time' },
    { id: 3, uri: 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01' },
    { id: 4, uri: 'urn:ietf:params:rtp-hdrext:sdes:mid' },
  ],
  video: [
    { id: 14, uri: 'urn:ietf:params:rtp-hdrext:toffset' },
    { id: 2, uri: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time' },
    { id: 13, uri: 'urn:3gpp:video-orientation' },
    { id: 3, uri: 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01' },
    { id: 4, uri: 'urn:ietf:params:rtp-hdrext:sdes:mid' },
    { id: 10, uri: 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id' },
    { id: 11, uri: 'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id' },
  ],
};

/** Codecs that carry no media of their own: retransmission, redundancy, noise, tones. */
const resiliencyNames: ReadonlySet<string> = new Set(['rtx', 'red', 'ulpfec', 'flexfec-03', 'cn', 'telephone-event']);

export function isResiliencyCodec(mimeType: string): boolean {
  return resiliencyNames.has(mimeType.slice(mimeType.indexOf('/') + 1).toLowerCase());
}

/** Parameters as name and value, lower-case names. */
export function parseParameters(text: string): Map<string, string> {
  const entries = text.split(';').map((item) => item.trim()).filter((item) => item !== '');
  return new Map(entries.map((item) => {
    const equals = item.indexOf('=');
    return equals < 0 ? [item.toLowerCase(), ''] : [item.slice(0, equals).trim().toLowerCase(), item.slice(equals + 1).trim()];
  }));
}

/** Parameters that make two codecs of one name different ones, with what stands for an absent one. */
const distinguishing: Readonly<Record<string, readonly (readonly [name: string, absent: string])[]>> = {
  'video/h264': [['packetization-mode', '0'], ['profile-level-id', '420010']],
  'video/vp9': [['profile-id', '0']],
  'video/av1': [['profile', '0']],
  'video/rtx': [['apt', '']],
};

/** https://www.rfc-editor.org/rfc/rfc6184#section-8.1: the level may differ, the profile not. */
function distinguish(name: string, value: string): string {
  return name === 'profile-level-id' ? h264Profile(value) : value;
}

/** profile_idc with the constraint bits that matter: constrained baseline is what baseline with constraint_set1 is. */
function h264Profile(profileLevelId: string): string {
  const value = parseInt(profileLevelId, 16);
  const profile = value >> 16;
  const constraints = (value >> 8) & 0xff;
  if (profile === 0x42) return (constraints & 0x40) !== 0 ? 'constrained-baseline' : 'baseline';
  if (profile === 0x4d) return (constraints & 0x80) !== 0 ? 'constrained-baseline' : 'main';
  return `${profile}`;
}

export interface CodecIdentity {
  readonly mimeType: string;
  readonly clockRate: number;
  readonly channels: number | null;
  readonly parameters: string;
}

/** https://w3c.github.io/webrtc-pc/#dfn-codec-match, as far as two descriptions have to agree. */
export function isSameCodec(a: CodecIdentity, b: CodecIdentity): boolean {
  const type = a.mimeType.toLowerCase();
  if (type !== b.mimeType.toLowerCase() || a.clockRate !== b.clockRate || (a.channels ?? 1) !== (b.channels ?? 1)) return false;
  const ofA = parseParameters(a.parameters);
  const ofB = parseParameters(b.parameters);
  return (distinguishing[type] ?? []).every(([name, absent]) => distinguish(name, ofA.get(name) ?? absent) === distinguish(name, ofB.get(name) ?? absent));
}
