import { isCandidateFault, parseCandidateAttribute } from '../ice/candidate-attribute';
import type { IceCandidate } from '../ice/candidate';
import { isPassword, isUsernameFragment } from '../ice/ice-parameters';
import type { Fingerprint } from '../thread/messages';
import {
  directions, isToken, readExtensionMap, readFingerprint, readFormatParameters, readGroup, readMsid, readNumber, readRid, readRtcpFeedback, readRtpMap,
  readSetup, readSimulcast, readSsrc,
  type Direction, type ExtensionMap, type FormatParameters, type Group, type Msid, type Rid, type RtcpFeedback, type RtpMap, type Setup, type Simulcast,
  type SsrcAttribute,
} from './attributes';
import { quoted, type Attribute, type MediaDescription, type SdpFault, type SessionDescription } from './SessionDescription';

/** A media description as JSEP reads it. https://www.rfc-editor.org/rfc/rfc8829#section-5.8 */
export interface MediaSection {
  readonly kind: string;
  readonly protocol: string;
  readonly formats: readonly string[];
  readonly port: number;
  /** null where it is absent. */
  mid: string | null;
  direction: Direction;
  isBundleOnly: boolean;
  hasRtcpMux: boolean;
  hasRtcpReducedSize: boolean;
  usernameFragment: string | null;
  password: string | null;
  iceOptions: readonly string[];
  candidates: IceCandidate[];
  hasEndOfCandidates: boolean;
  fingerprints: Fingerprint[];
  setup: Setup | null;
  tlsId: string | null;
  rtpMaps: RtpMap[];
  formatParameters: FormatParameters[];
  feedback: RtcpFeedback[];
  extensions: ExtensionMap[];
  msids: Msid[];
  ssrcs: SsrcAttribute[];
  ssrcGroups: Group[];
  rids: Rid[];
  simulcast: Simulcast | null;
  sctpPort: number | null;
  maxMessageSize: number | null;
  packetTime: number | null;
  maxPacketTime: number | null;
  /** First line, for errors. */
  readonly line: number;
}

/** What holds for the whole session. */
export interface SessionSection {
  groups: Group[];
  isIceLite: boolean;
  hasExtmapAllowMixed: boolean;
  /** `a=msid-semantic`'s text. */
  msidSemantic: string | null;
}

export interface JsepDescription {
  readonly description: SessionDescription;
  readonly session: SessionSection;
  readonly media: readonly MediaSection[];
}

/** Says what is wrong with a value, or undefined where nothing is. */
type Reader<Target> = (target: Target, value: string) => string | undefined;

const bad = (name: string, value: string) => `${quoted(value)} is not a value of a=${name}`;

/** Puts what `read` finds into place. */
function take<Target, Value>(name: string, read: (value: string) => Value | undefined, put: (target: Target, value: Value) => void): [string, Reader<Target>] {
  return [name, (target, text) => {
    const value = read(text);
    if (value === undefined) return bad(name, text);
    put(target, value);
    return undefined;
  }];
}

function flag<Target>(name: string, put: (target: Target) => void): [string, Reader<Target>] {
  return [name, (target) => {
    put(target);
    return undefined;
  }];
}

const words = (value: string) => value.trim().split(/ +/);
const when = (isGood: (value: string) => boolean) => (value: string) => (isGood(value) ? value : undefined);

const mediaReaders = new Map<string, Reader<MediaSection>>([
  take('mid', when(isToken), (media, mid) => { media.mid = mid; }),
  ...directions.map((direction) => flag<MediaSection>(direction, (media) => { media.direction = direction; })),
  flag('bundle-only', (media) => { media.isBundleOnly = true; }),
  flag('rtcp-mux', (media) => { media.hasRtcpMux = true; }),
  flag('rtcp-rsize', (media) => { media.hasRtcpReducedSize = true; }),
  take('ice-ufrag', when(isUsernameFragment), (media, text) => { media.usernameFragment = text; }),
  take('ice-pwd', when(isPassword), (media, text) => { media.password = text; }),
  take('ice-options', words, (media, options) => { media.iceOptions = options; }),
  flag('end-of-candidates', (media) => { media.hasEndOfCandidates = true; }),
  ['candidate', (media, value) => {
    const candidate = parseCandidateAttribute(`candidate:${value}`);
    if (!isCandidateFault(candidate)) media.candidates.push(candidate);
    // What an agent has to pass over is no error. https://www.rfc-editor.org/rfc/rfc8839#section-5.1
    else if (candidate.fault === 'syntax') return bad('candidate', value);
    return undefined;
  }],
  ['fingerprint', (media, value) => {
    const fingerprint = readFingerprint(value);
    if (fingerprint === undefined) return bad('fingerprint', value);
    if (media.fingerprints.length === mostFingerprints) return 'there are too many fingerprints';
    media.fingerprints.push(fingerprint);
    return undefined;
  }],
  take('setup', readSetup, (media, setup) => { media.setup = setup; }),
  take('tls-id', when((text) => /^[A-Za-z\d+/_-]{20,255}$/.test(text)), (media, id) => { media.tlsId = id; }),
  take('rtpmap', readRtpMap, (media, map) => { media.rtpMaps.push(map); }),
  take('fmtp', readFormatParameters, (media, parameters) => { media.formatParameters.push(parameters); }),
  take('rtcp-fb', readRtcpFeedback, (media, feedback) => { media.feedback.push(feedback); }),
  take('extmap', readExtensionMap, (media, extension) => { media.extensions.push(extension); }),
  take('msid', readMsid, (media, msid) => { media.msids.push(msid); }),
  take('ssrc', readSsrc, (media, ssrc) => { media.ssrcs.push(ssrc); }),
  take('ssrc-group', readGroup, (media, group) => { media.ssrcGroups.push(group); }),
  take('rid', readRid, (media, rid) => { media.rids.push(rid); }),
  take('simulcast', readSimulcast, (media, simulcast) => { media.simulcast = simulcast; }),
  take('sctp-port', (text) => readNumber(text, 65535), (media, port) => { media.sctpPort = port; }),
  take('max-message-size', (text) => readNumber(text), (media, size) => { media.maxMessageSize = size; }),
  take('ptime', (text) => readNumber(text), (media, milliseconds) => { media.packetTime = milliseconds; }),
  take('maxptime', (text) => readNumber(text), (media, milliseconds) => { media.maxPacketTime = milliseconds; }),
]);

/** A certificate has one for each hash function; a peer may have several certificates. */
const mostFingerprints = 64;

/**
 * Attributes of the session that stand for those of every media description without its own, and where they are kept. Sections share
 * what the session says: a line of it must not become a thousand.
 */
const inherited: Readonly<Record<string, keyof MediaSection>> = {
  'ice-ufrag': 'usernameFragment', 'ice-pwd': 'password', 'ice-options': 'iceOptions', 'fingerprint': 'fingerprints', 'setup': 'setup', 'tls-id': 'tlsId', 'extmap': 'extensions',
};
const inheritedNames: ReadonlySet<string> = new Set([...Object.keys(inherited), ...directions]);

const sessionReaders = new Map<string, Reader<SessionSection>>([
  take('group', readGroup, (session, group) => { session.groups.push(group); }),
  flag('ice-lite', (session) => { session.isIceLite = true; }),
  flag('extmap-allow-mixed', (session) => { session.hasExtmapAllowMixed = true; }),
  take('msid-semantic', (text) => text, (session, text) => { session.msidSemantic = text.trim(); }),
]);

/** Reads the attributes that JSEP uses; others are left alone. */
export function readSections(description: SessionDescription): JsepDescription | SdpFault {
  const session: SessionSection = { groups: [], isIceLite: false, hasExtmapAllowMixed: false, msidSemantic: null };
  const fault = readAttributes(session, description.attributes, sessionReaders);
  if (fault) return fault;
  const shared = emptySection(noMedia);
  const sharedFault = readAttributes(shared, description.attributes.filter(({ name }) => inheritedNames.has(name)), mediaReaders);
  if (sharedFault) return sharedFault;
  const media: MediaSection[] = [];
  for (const one of description.media) {
    const own = new Set(one.attributes.map(({ name }) => name));
    const fromSession = Object.entries(inherited).flatMap(([name, member]) => (own.has(name) ? [] : [[member, shared[member]]]));
    const section: MediaSection = { ...emptySection(one), direction: shared.direction, ...Object.fromEntries(fromSession) };
    const problem = readAttributes(section, one.attributes, mediaReaders);
    if (problem) return problem;
    if (section.msids.length === 0) section.msids = sourceMsids(section);
    media.push(section);
  }
  return { description, session, media };
}

/** Peers of old name streams and tracks by source. https://datatracker.ietf.org/doc/html/draft-ietf-mmusic-msid-02 */
function sourceMsids({ ssrcs }: MediaSection): MediaSection['msids'] {
  const values = new Set(ssrcs.flatMap(({ name, value }) => (name === 'msid' && value !== null ? [value] : [])));
  return [...values].map(readMsid).filter((msid) => msid !== undefined);
}

function readAttributes<Target>(target: Target, attributes: readonly Attribute[], readers: ReadonlyMap<string, Reader<Target>>): SdpFault | undefined {
  for (const { name, value, line } of attributes) {
    const fault = readers.get(name)?.(target, value ?? '');
    if (fault !== undefined) return { fault, line };
  }
  return undefined;
}

const noMedia: MediaDescription = { kind: '', port: 0, portCount: null, protocol: '', formats: [], otherLines: [], attributes: [], line: 0 };

function emptySection({ kind, protocol, formats, port, line }: MediaDescription): MediaSection {
  return {
    kind, protocol, formats, port, line,
    mid: null, direction: 'sendrecv', isBundleOnly: false, hasRtcpMux: false, hasRtcpReducedSize: false,
    usernameFragment: null, password: null, iceOptions: [], candidates: [], hasEndOfCandidates: false,
    fingerprints: [], setup: null, tlsId: null,
    rtpMaps: [], formatParameters: [], feedback: [], extensions: [], msids: [], ssrcs: [], ssrcGroups: [], rids: [], simulcast: null,
    sctpPort: null, maxMessageSize: null, packetTime: null, maxPacketTime: null,
  };
}
