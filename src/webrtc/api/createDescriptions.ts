import type { RTCOfferOptions } from '../../generated/webrtc-types';
import type { MediaKind } from '../rtp/capabilities';
import { commonCodecs, orderByPreference, preferredCodecs, sectionCodecs } from '../jsep/codecs';
import { dataSection, rejectedSection, rtpSection, session, type TransportLines } from '../jsep/media-lines';
import type { JsepDescription, MediaSection } from '../sdp/MediaSection';
import type { MediaDescription, SessionDescription } from '../sdp/SessionDescription';
import type { IceParametersData } from '../thread/messages';
import { localMaxMessageSize } from './RTCSctpTransport';
import { receives, reversed, type RTCRtpTransceiver, sends, toDirection } from './RTCRtpTransceiver';

/** What descriptions are made from. */
export interface DescriptionSource {
  readonly sessionId: string;
  readonly sessionVersion: number;
  readonly transceivers: readonly RTCRtpTransceiver[];
  /** There has been a call of createDataChannel(), or data was negotiated. */
  readonly needsData: boolean;
  /** The newest local description, applied or pending; null before the first. */
  readonly local: JsepDescription | null;
  /** The remote description that goes with it, or the offer to be answered. */
  readonly remote: JsepDescription | null;
  readonly bundlePolicy: 'balanced' | 'max-compat' | 'max-bundle';
  readonly fingerprints: readonly string[];
  /** Credentials for a section by its mid: those it has, or new ones where they are to be replaced. */
  iceToOffer(mid: string, isRestart: boolean): IceParametersData;
  /** The same in an answer: new ones where the offer's user name fragment shows a restart. */
  iceToAnswer(mid: string, usernameFragment: string | null): IceParametersData;
  /** Whether a section goes over the transport of another one. */
  isBundled(mid: string): boolean;
  /** The DTLS role that the transport of a section has: client, server, or not decided. */
  dtlsRole(mid: string): 'client' | 'server' | null;
  /** An unused mid. */
  nextMid(used: ReadonlySet<string>): string;
}

const sctpPort = 5000;

function msidsOf({ sender }: RTCRtpTransceiver): { stream: string; track: string }[] {
  const streams = sender._streamIds.length > 0 ? sender._streamIds : ['-'];
  return streams.map((stream) => ({ stream, track: sender._trackId }));
}

/** https://www.rfc-editor.org/rfc/rfc8829#section-5.2 */
export function createOffer(source: DescriptionSource, options: Pick<RTCOfferOptions, 'iceRestart'>): SessionDescription {
  const sections: MediaDescription[] = [];
  const bundle: string[] = [];
  const used = new Set<string>();
  for (const { mid } of [...(source.local?.media ?? []), ...(source.remote?.media ?? [])]) if (mid !== null) used.add(mid);
  const waiting = source.transceivers.filter(({ mid, _stopping }) => mid === null && !_stopping);
  let hasData = false;

  /** In the first offer under this policy everything but the first section is bundle-only. */
  const isBundleOnly = (mid: string) => source.bundlePolicy === 'max-bundle' && bundle.length > 0 && bundle[0] !== mid && !source.isBundled(mid);
  const transportOf = (mid: string): TransportLines | null => {
    if (source.isBundled(mid) && bundle.length > 0 && bundle[0] !== mid) return null;
    return isBundleOnly(mid) ? null : { ice: source.iceToOffer(mid, options.iceRestart), setup: 'actpass', fingerprints: source.fingerprints };
  };
  const addRtp = (transceiver: RTCRtpTransceiver, mid: string) => {
    const transport = transportOf(mid);
    const { _kind: kind, direction } = transceiver;
    const codecs = preferredCodecs(kind, transceiver._preferredCodecs);
    sections.push(rtpSection({
      kind, mid, direction, codecs, extensions: transceiver._offeredExtensions,
      msids: sends(direction) ? msidsOf(transceiver) : [],
      encodings: sends(direction) && kind === 'video' ? transceiver.sender._encodings : [],
      transport, isBundleOnly: isBundleOnly(mid),
    }));
    bundle.push(mid);
  };
  const addData = (mid: string) => {
    sections.push(dataSection({ mid, sctpPort, maxMessageSize: localMaxMessageSize, transport: transportOf(mid), isBundleOnly: isBundleOnly(mid) }));
    bundle.push(mid);
    hasData = true;
  };

  // Sections that there are keep their place. https://www.rfc-editor.org/rfc/rfc8829#section-5.2.2
  const count = Math.max(source.local?.media.length ?? 0, source.remote?.media.length ?? 0);
  for (let index = 0; index < count; index++) {
    const local = source.local?.media[index];
    const known = (local ?? source.remote!.media[index])!;
    const { kind, protocol, formats, mid } = known;
    if (kind === 'application') {
      if (known.port !== 0 || local?.isBundleOnly === true) addData(mid!);
      else if (source.needsData && !hasData && isRecyclable(source, index)) addData(source.nextMid(used));
      else sections.push(rejectedSection(kind, protocol, formats, mid));
      continue;
    }
    const transceiver = source.transceivers.find((candidate) => candidate.mid === mid && candidate.mid !== null);
    if (transceiver && !transceiver._stopping) {
      addRtp(transceiver, mid!);
      continue;
    }
    // A section that both sides have given up is taken again.
    const next = isRecyclable(source, index) ? waiting.shift() : undefined;
    if (next) {
      const fresh = source.nextMid(used);
      used.add(fresh);
      addRtp(next, fresh);
    } else {
      sections.push(rejectedSection(kind, protocol, formats, mid));
    }
  }
  for (const transceiver of waiting) {
    const mid = source.nextMid(used);
    used.add(mid);
    addRtp(transceiver, mid);
  }
  if (source.needsData && !hasData) addData(source.nextMid(used));
  return session(source.sessionId, source.sessionVersion, bundle, sections);
}

/** Rejected in the negotiated local or remote description. */
function isRecyclable({ local, remote }: DescriptionSource, index: number): boolean {
  const isRejected = (section: MediaSection | undefined) => section !== undefined && section.port === 0 && !section.isBundleOnly;
  return isRejected(local?.media[index]) || isRejected(remote?.media[index]);
}

/** https://www.rfc-editor.org/rfc/rfc8829#section-5.3 */
export function createAnswer(source: DescriptionSource): SessionDescription {
  const offer = source.remote!;
  const offered = offer.session.groups.find(({ semantics }) => semantics === 'BUNDLE')?.members ?? [];
  const sections: MediaDescription[] = [];
  const bundle: string[] = [];
  for (const section of offer.media) {
    const { kind, protocol, formats, mid } = section;
    const isInBundle = mid !== null && offered.includes(mid);
    const setup = answerSetup(source, section, mid ?? '');
    const isTagged = isInBundle && bundle.length === 0;
    const transport: TransportLines | null = isInBundle && !isTagged
      ? null
      : { ice: source.iceToAnswer(mid ?? '', section.usernameFragment), setup, fingerprints: source.fingerprints };
    const answered = kind === 'application' ? answerData(section, transport) : answerRtp(source, section, transport);
    if (answered && isInBundle) bundle.push(mid!);
    sections.push(answered ?? rejectedSection(kind, protocol, formats, mid));
  }
  return session(source.sessionId, source.sessionVersion, bundle, sections);
}

/** https://www.rfc-editor.org/rfc/rfc8842#section-5.3 */
function answerSetup(source: DescriptionSource, section: MediaSection, mid: string): 'active' | 'passive' {
  const role = source.dtlsRole(mid);
  if (role !== null) return role === 'client' ? 'active' : 'passive';
  return section.setup === 'active' ? 'passive' : 'active';
}

function isOffered(section: MediaSection): boolean {
  return section.port !== 0 || section.isBundleOnly;
}

function answerData(section: MediaSection, transport: TransportLines | null): MediaDescription | null {
  if (!isOffered(section) || !/^(UDP|TCP)\/DTLS\/SCTP$/.test(section.protocol)) return null;
  return dataSection({ mid: section.mid ?? '', sctpPort, maxMessageSize: localMaxMessageSize, transport, isBundleOnly: false });
}

function answerRtp(source: DescriptionSource, section: MediaSection, transport: TransportLines | null): MediaDescription | null {
  const transceiver = source.transceivers.find(({ mid }) => mid !== null && mid === section.mid);
  if (!transceiver || transceiver._stopping || !isOffered(section)) return null;
  const kind = section.kind as MediaKind;
  const ours = preferredCodecs(kind, transceiver._preferredCodecs);
  const codecs = orderByPreference(commonCodecs(sectionCodecs(section), ours), ours, transceiver._preferredCodecs.length > 0);
  if (codecs.length === 0) return null;
  const theirs = reversed(section.direction);
  const direction = toDirection(sends(transceiver.direction) && sends(theirs), receives(transceiver.direction) && receives(theirs));
  return rtpSection({
    kind, mid: section.mid ?? '', direction, codecs,
    extensions: transceiver._answeredExtensions(section.extensions),
    msids: sends(direction) ? msidsOf(transceiver) : [],
    encodings: [], transport, isBundleOnly: false,
  });
}
