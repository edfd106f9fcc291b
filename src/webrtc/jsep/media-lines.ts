import type { RTCRtpEncodingParameters } from '../../generated/webrtc-types';
import { type Codec, headerExtensions, type MediaKind } from '../rtp/capabilities';
import { type ExtensionMap, writeExtensionMap, writeMsid, writeRtpMap } from '../sdp/attributes';
import type { Attribute, MediaDescription, SessionDescription } from '../sdp/SessionDescription';
import type { IceParametersData } from '../thread/messages';

/** How a media section reaches its peer; null where it is bundled into another one. */
export interface TransportLines {
  readonly ice: IceParametersData;
  readonly setup: 'active' | 'passive' | 'actpass';
  readonly fingerprints: readonly string[];
}

/** Everything that a section of audio or video says. */
export interface RtpSection {
  readonly kind: MediaKind;
  readonly mid: string;
  readonly direction: string;
  readonly codecs: readonly Codec[];
  readonly extensions: readonly ExtensionMap[];
  /** `a=msid`: streams, and the track. */
  readonly msids: readonly { readonly stream: string; readonly track: string }[];
  /** Of several encodings, each with a `rid`. */
  readonly encodings: readonly RTCRtpEncodingParameters[];
  readonly transport: TransportLines | null;
  readonly isBundleOnly: boolean;
}

export interface DataSection {
  readonly mid: string;
  readonly sctpPort: number;
  readonly maxMessageSize: number;
  readonly transport: TransportLines | null;
  readonly isBundleOnly: boolean;
}

export const attribute = (name: string, value: string | number | null = null): Attribute => ({ name, value: value === null ? null : String(value), line: 0 });

const rtpProtocol = 'UDP/TLS/RTP/SAVPF';
const dataProtocol = 'UDP/DTLS/SCTP';
/** Where there is nothing yet: candidates trickle. https://www.rfc-editor.org/rfc/rfc8840#section-4.1.1 */
const discardPort = 9;
const unknownAddress = 'IN IP4 0.0.0.0';
const connectionLine = { type: 'c', value: unknownAddress };

function media(kind: string, port: number, protocol: string, formats: readonly string[], attributes: Attribute[]): MediaDescription {
  return { kind, port, portCount: null, protocol, formats, otherLines: [connectionLine], attributes, line: 0 };
}

function transportAttributes(transport: TransportLines | null): Attribute[] {
  if (transport === null) return [];
  const { ice, setup, fingerprints } = transport;
  return [
    attribute('ice-ufrag', ice.usernameFragment), attribute('ice-pwd', ice.password), attribute('ice-options', 'trickle'),
    ...fingerprints.map((fingerprint) => attribute('fingerprint', fingerprint)), attribute('setup', setup),
  ];
}

/** https://www.rfc-editor.org/rfc/rfc8829#section-5.2.1 */
export function rtpSection(section: RtpSection): MediaDescription {
  const { kind, mid, direction, codecs, extensions, msids, encodings, transport, isBundleOnly } = section;
  const rids = encodings.map(({ rid }) => rid).filter((rid) => rid !== undefined);
  const attributes = [
    attribute('rtcp', `${discardPort} ${unknownAddress}`),
    ...transportAttributes(transport),
    attribute('mid', mid),
    ...extensions.map((extension) => attribute('extmap', writeExtensionMap(extension))),
    attribute(direction),
    ...msids.map((msid) => attribute('msid', writeMsid(msid))),
    ...(isBundleOnly ? [attribute('bundle-only')] : []),
    attribute('rtcp-mux'),
    attribute('rtcp-rsize'),
    ...codecs.flatMap(codecAttributes),
    ...rids.map((rid) => attribute('rid', `${rid} send`)),
    ...(rids.length > 1 ? [attribute('simulcast', `send ${rids.join(';')}`)] : []),
  ];
  return media(kind, isBundleOnly ? 0 : discardPort, rtpProtocol, codecs.map(({ payloadType }) => String(payloadType)), attributes);
}

function codecAttributes({ mimeType, clockRate, channels, parameters, feedback, payloadType }: Codec): Attribute[] {
  const name = mimeType.slice(mimeType.indexOf('/') + 1);
  return [
    attribute('rtpmap', writeRtpMap({ payloadType, name, clockRate, channels: channels === 1 ? null : channels })),
    ...feedback.map((value) => attribute('rtcp-fb', `${payloadType} ${value}`)),
    ...(parameters === '' ? [] : [attribute('fmtp', `${payloadType} ${parameters}`)]),
  ];
}

/** https://www.rfc-editor.org/rfc/rfc8841#section-4 */
export function dataSection({ mid, sctpPort, maxMessageSize, transport, isBundleOnly }: DataSection): MediaDescription {
  return media('application', isBundleOnly ? 0 : discardPort, dataProtocol, ['webrtc-datachannel'], [
    ...transportAttributes(transport),
    attribute('mid', mid),
    ...(isBundleOnly ? [attribute('bundle-only')] : []),
    attribute('sctp-port', sctpPort),
    attribute('max-message-size', maxMessageSize),
  ]);
}

/** A section that is refused or has ended. https://www.rfc-editor.org/rfc/rfc8829#section-5.3.1 */
export function rejectedSection(kind: string, protocol: string, formats: readonly string[], mid: string | null): MediaDescription {
  const isData = kind === 'application';
  return media(kind, 0, protocol, formats.length > 0 ? formats : ['0'], [
    ...(mid === null ? [] : [attribute('mid', mid)]), ...(isData ? [] : [attribute('inactive')]),
  ]);
}

export function defaultExtensions(kind: MediaKind): ExtensionMap[] {
  return headerExtensions[kind].map(({ id, uri }) => ({ id, uri, direction: null, attributes: null }));
}

/** https://www.rfc-editor.org/rfc/rfc8829#section-5.2.1: the session's lines around its sections. */
export function session(id: string, version: number, bundle: readonly string[], sections: readonly MediaDescription[]): SessionDescription {
  return {
    origin: { username: '-', sessionId: id, sessionVersion: String(version), networkType: 'IN', addressType: 'IP4', address: '127.0.0.1' },
    name: '-',
    otherLines: [{ type: 't', value: '0 0' }],
    attributes: [
      ...(bundle.length > 0 ? [attribute('group', `BUNDLE ${bundle.join(' ')}`)] : []),
      attribute('extmap-allow-mixed'),
      attribute('msid-semantic', ' WMS *'),
    ],
    media: sections,
  };
}
