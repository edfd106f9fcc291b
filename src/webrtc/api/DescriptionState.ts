import type { RTCIceCandidateInit, RTCSdpType, RTCSignalingState } from '../../generated/webrtc-types';
import { isCandidateFault, parseCandidateAttribute, serialiseCandidateAttribute } from '../ice/candidate-attribute';
import { mostRemoteCandidates } from '../ice/IceContext';
import { toScript } from '../../webidl/platform-object';
import { newPromise } from '../../webidl/promise';
import { attribute } from '../jsep/media-lines';
import { type JsepDescription, type MediaSection, readSections } from '../sdp/MediaSection';
import { isSdpFault, type MediaDescription, parseSessionDescription, serialiseSessionDescription } from '../sdp/SessionDescription';
import type { GatheredCandidate } from '../thread/messages';
import { applyLocal, applyRemote, rollback, takeStable, type Effects } from './applyDescription';
import { RTCError } from './RTCError';
import type { RTCIceCandidate } from './RTCIceCandidate';
import type { RTCPeerConnection } from './RTCPeerConnection';
import { RTCSessionDescription } from './RTCSessionDescription';
import type { TransportController } from './TransportController';

/** A description that has been applied, in its forms. */
export class AppliedDescription {
  readonly type: RTCSdpType;
  #parsed: JsepDescription;
  #object: RTCSessionDescription | null;

  constructor(type: RTCSdpType, parsed: JsepDescription, sdp: string) {
    this.type = type;
    this.#parsed = parsed;
    this.#object = new RTCSessionDescription({ type, sdp });
  }

  get parsed(): JsepDescription {
    return this.#parsed;
  }

  /** Candidates have been added: an object that script has keeps what it says, and the next one is written when script asks for it. */
  set parsed(parsed: JsepDescription) {
    this.#parsed = parsed;
    this.#object = null;
  }

  /** What script sees. */
  get object(): RTCSessionDescription {
    this.#object ??= new RTCSessionDescription({ type: this.type, sdp: serialiseSessionDescription(this.#parsed.description) });
    return this.#object;
  }
}

export interface SetDescription {
  readonly type: RTCSdpType;
  readonly sdp: string;
  readonly isRemote: boolean;
}

/** In which signaling states a description may be set, and to which it leads. https://www.rfc-editor.org/rfc/rfc8829#section-3.2 */
const transitions: Record<'local' | 'remote', Record<RTCSdpType, Partial<Record<RTCSignalingState, RTCSignalingState>>>> = {
  local: {
    offer: { 'stable': 'have-local-offer', 'have-local-offer': 'have-local-offer' },
    pranswer: { 'have-remote-offer': 'have-local-pranswer', 'have-local-pranswer': 'have-local-pranswer' },
    answer: { 'have-remote-offer': 'stable', 'have-local-pranswer': 'stable' },
    rollback: { 'have-local-offer': 'stable', 'have-remote-offer': 'stable' },
  },
  remote: {
    offer: { 'stable': 'have-remote-offer', 'have-remote-offer': 'have-remote-offer' },
    pranswer: { 'have-local-offer': 'have-remote-pranswer', 'have-remote-pranswer': 'have-remote-pranswer' },
    answer: { 'have-local-offer': 'stable', 'have-remote-pranswer': 'stable' },
    rollback: { 'have-local-offer': 'stable', 'have-remote-offer': 'stable' },
  },
};

/** The descriptions of a connection and the signaling state. */
export class DescriptionState {
  readonly #connection: RTCPeerConnection;
  signalingState: RTCSignalingState = 'stable';
  /** [[CurrentLocalDescription]] and its like */
  currentLocal: AppliedDescription | null = null;
  pendingLocal: AppliedDescription | null = null;
  currentRemote: AppliedDescription | null = null;
  pendingRemote: AppliedDescription | null = null;
  /** [[LastCreatedOffer]], [[LastCreatedAnswer]] */
  lastCreatedOffer: string | null = null;
  lastCreatedAnswer: string | null = null;

  constructor(connection: RTCPeerConnection) {
    this.#connection = connection;
  }

  /** https://w3c.github.io/webrtc-pc/#set-description */
  async set(description: SetDescription): Promise<undefined> {
    const { type, isRemote } = description;
    const connection = this.#connection;
    // Step 4.4.1
    const next = transitions[isRemote ? 'remote' : 'local'][type][this.signalingState];
    if (next === undefined) {
      throw new DOMException(this.#failed(isRemote, `a description of type ${type} can not be set in the state ${this.signalingState}.`), 'InvalidStateError');
    }
    // Step 4.1.1: what is set locally is what was created.
    if (!isRemote && type !== 'rollback') this.#checkCreated(type, description.sdp);
    const parsed = type === 'rollback' ? null : this.#parse(description);
    const certificate = await connection._certificate();
    // Step 4.5: in a task of its own
    const p = newPromise<undefined>();
    host.queueTask(() => {
      if (connection._isClosed) return;
      let effects: Effects;
      try {
        effects = this.#apply(description, parsed, next, certificate);
      } catch (error) {
        p.reject(error);
        return;
      }
      this.#tell(effects, next, p.resolve);
    });
    return p.promise;
  }

  #failed(isRemote: boolean, detail: string): string {
    return `Failed to execute '${isRemote ? 'setRemoteDescription' : 'setLocalDescription'}' on 'RTCPeerConnection': ${detail}`;
  }

  #checkCreated(type: RTCSdpType, sdp: string): void {
    const created = type === 'offer' ? this.lastCreatedOffer : this.lastCreatedAnswer;
    if (sdp !== created) throw new DOMException(this.#failed(false, `the description is not the one that create${type === 'offer' ? 'Offer' : 'Answer'}() made.`), 'InvalidModificationError');
  }

  /** Syntax, and what the descriptions before it ask for. */
  #parse({ type, sdp, isRemote }: SetDescription): JsepDescription {
    const description = parseSessionDescription(sdp);
    const sections = isSdpFault(description) ? description : readSections(description);
    if (isSdpFault(sections)) {
      throw wrapped(new RTCError({ errorDetail: 'sdp-syntax-error', sdpLineNumber: sections.line }, this.#failed(isRemote, `line ${sections.line}: ${sections.fault}.`)));
    }
    const problem = isRemote ? this.#remoteProblem(type, sections) : null;
    if (problem !== null) throw new DOMException(this.#failed(isRemote, problem), 'InvalidAccessError');
    return sections;
  }

  /** https://www.rfc-editor.org/rfc/rfc8829#section-5.8.3 */
  #remoteProblem(type: RTCSdpType, { media, session }: JsepDescription): string | null {
    const mids = media.map(({ mid }) => mid).filter((mid) => mid !== null);
    const known = new Set(mids);
    if (known.size < mids.length) return 'two media sections have the same mid.';
    const bundle = bundleOf({ media, session });
    if (bundle.some((mid) => !known.has(mid))) return 'the bundle names a mid that there is not.';
    for (const section of media) {
      if (section.port === 0 && !section.isBundleOnly) continue;
      const isShared = section.mid !== null && bundle.includes(section.mid) && section.mid !== bundle[0];
      if (isShared) continue;
      if (section.usernameFragment === null || section.password === null) return 'a media section has no ICE credentials.';
      if (section.fingerprints.length === 0) return 'a media section has no fingerprint.';
      if (section.kind !== 'application' && !section.hasRtcpMux) return 'a media section does not multiplex RTCP.';
    }
    for (const { kind, formats, rtpMaps } of media) {
      // https://www.rfc-editor.org/rfc/rfc5761#section-4: these numbers would be taken for RTCP's packet types.
      const used = new Set(formats);
      const taken = kind === 'application' ? undefined : rtpMaps.find(({ payloadType }) => payloadType >= 64 && payloadType <= 95 && used.has(String(payloadType)));
      if (taken) return `the payload type ${taken.payloadType} can not be told from RTCP.`;
    }
    const offer = type === 'offer' ? null : (this.pendingLocal ?? this.currentLocal)?.parsed;
    if (offer && offer.media.length !== media.length) return `the answer has ${media.length} media sections, the offer ${offer.media.length}.`;
    if (offer?.media.some(({ kind }, index) => kind !== media[index]!.kind)) return 'the media sections of answer and offer are of different kinds.';
    const renumbered = offer?.media.flatMap(({ extensions }, index) => (
      media[index]!.extensions.filter(({ id, uri }) => extensions.some((offered) => offered.id === id && offered.uri !== uri))
    ));
    // https://www.rfc-editor.org/rfc/rfc8285#section-6
    if (renumbered && renumbered.length > 0) return `the answer gives the number ${renumbered[0]!.id} to another header extension than the offer.`;
    const before = (this.currentRemote ?? this.currentLocal)?.parsed;
    if (type === 'offer' && before && media.length < before.media.length) return 'the offer has fewer media sections than there were.';
    return null;
  }

  #apply({ type, isRemote, sdp }: SetDescription, parsed: JsepDescription | null, next: RTCSignalingState, certificate: Parameters<typeof applyLocal>[2]): Effects {
    const connection = this.#connection;
    if (parsed === null) {
      const effects = rollback(connection);
      this.pendingLocal = null;
      this.pendingRemote = null;
      return effects;
    }
    if (this.signalingState === 'stable') takeStable(connection);
    const applied = new AppliedDescription(type, parsed, sdp);
    const isAnswer = type === 'answer' || type === 'pranswer';
    // The descriptions are in place before the transports they are for say anything.
    this.#place(applied, isRemote);
    const effects = isRemote ? applyRemote(connection, parsed, certificate, type) : applyLocal(connection, parsed, certificate, type);
    if (isAnswer) {
      const local = (this.pendingLocal ?? this.currentLocal)!;
      const remote = (this.pendingRemote ?? this.currentRemote)!;
      connection._transports.connect(local.parsed, remote.parsed, isRemote);
    }
    if (next === 'stable') connection._transports.settle();
    return effects;
  }

  /** Steps 4.5.3 to 4.5.6 */
  #place(applied: AppliedDescription, isRemote: boolean): void {
    if (applied.type === 'answer') {
      this.currentLocal = isRemote ? this.pendingLocal : applied;
      this.currentRemote = isRemote ? applied : this.pendingRemote;
      this.pendingLocal = null;
      this.pendingRemote = null;
      this.lastCreatedOffer = null;
      this.lastCreatedAnswer = null;
    } else if (isRemote) {
      this.pendingRemote = applied;
    } else {
      this.pendingLocal = applied;
    }
  }

  /** The events of a description, in the order of the specification. */
  #tell({ muted, added, removed, tracks }: Effects, next: RTCSignalingState, resolve: (value: undefined) => void): void {
    const connection = this.#connection;
    const isChanged = next !== this.signalingState;
    this.signalingState = next;
    if (isChanged) {
      connection.fire('signalingstatechange');
      if (next === 'stable') connection._clearNegotiationNeeded();
    } else if (next === 'stable') {
      connection._clearNegotiationNeeded();
    }
    for (const track of muted) track._setMuted(true);
    for (const [stream, track] of removed) stream._remove(track);
    for (const [stream, track] of added) stream._add(track);
    for (const { receiver, streams, transceiver } of tracks) {
      connection.fire('track', { receiver, track: receiver.track, streams, transceiver }, 'RTCTrackEvent');
    }
    resolve(undefined);
  }

  // ---- candidates ----

  /** https://w3c.github.io/webrtc-pc/#dom-peerconnection-addicecandidate, from step 4 on */
  async addIceCandidate({ candidate = '', sdpMid = null, sdpMLineIndex = null, usernameFragment = null }: Partial<RTCIceCandidateInit>): Promise<undefined> {
    const fail = (name: string, detail: string) => new DOMException(`Failed to execute 'addIceCandidate' on 'RTCPeerConnection': ${detail}`, name);
    const remote = this.pendingRemote ?? this.currentRemote;
    // Step 4.1
    if (remote === null) throw fail('InvalidStateError', 'there is no remote description.');
    // Steps 4.2 and 4.3
    const { media } = remote.parsed;
    let sections: readonly MediaSection[] = media;
    if (sdpMid !== null) sections = media.filter(({ mid }) => mid === sdpMid);
    else if (sdpMLineIndex !== null) sections = media.slice(sdpMLineIndex, sdpMLineIndex + 1);
    if (sections.length === 0 && (sdpMid ?? sdpMLineIndex) !== null) throw fail('OperationError', `there is no media section ${sdpMid ?? sdpMLineIndex}.`);
    // Steps 4.4 and 4.5
    if (usernameFragment !== null && !media.some((section) => section.usernameFragment === usernameFragment)) {
      throw fail('OperationError', `no media section has the user name fragment ${usernameFragment}.`);
    }
    const parsed = candidate === '' ? null : parseCandidateAttribute(candidate);
    if (parsed !== null && isCandidateFault(parsed) && parsed.fault === 'syntax') throw fail('OperationError', 'the candidate can not be parsed.');
    const p = newPromise<undefined>();
    host.queueTask(() => {
      if (this.#connection._isClosed) return;
      // Step 4.6: what can't be added is told.
      const value = candidateValue(candidate);
      const named = sections.map((section) => remote.parsed.description.media[media.indexOf(section)]!.attributes.filter(({ name }) => name === 'candidate'));
      if (parsed !== null && named.some((known) => known.length >= mostRemoteCandidates && !known.some((one) => one.value === value))) {
        p.reject(fail('OperationError', `the peer has named ${mostRemoteCandidates} candidates already.`));
        return;
      }
      for (const section of sections) this.#addRemoteCandidate(section, parsed !== null && isCandidateFault(parsed) ? undefined : parsed, candidate, media.indexOf(section));
      p.resolve(undefined);
    });
    return p.promise;
  }

  /** Null: there are no more; undefined: one of a kind that is passed over. */
  #addRemoteCandidate(section: MediaSection, parsed: Exclude<ReturnType<typeof parseCandidateAttribute>, { fault: string }> | null | undefined, text: string, index: number): void {
    const transports = this.#connection._transports;
    const value = candidateValue(text);
    for (const applied of [this.pendingRemote, this.currentRemote]) {
      if (applied !== null && text !== '') this.#edit(applied, section.mid, index, (media) => withAttribute(media, 'candidate', value));
      if (applied !== null && text === '') this.#edit(applied, section.mid, index, (media) => withAttribute(media, 'end-of-candidates', null));
    }
    if (parsed === undefined) return;
    if (parsed === null) section.hasEndOfCandidates = true;
    else if (section.candidates.length < mostRemoteCandidates) section.candidates.push(parsed);
    const controller = transports.of(section.mid);
    // Before there is a transport that knows its peer, they wait in the section.
    if (!controller || controller.iceTransport._remoteParameters === null) return;
    if (parsed === null) transports.endOfCandidates(controller, section.usernameFragment ?? '');
    else transports.addRemoteCandidate(controller, parsed, section, index);
  }

  /** A candidate of ours becomes part of the description that it was gathered for. */
  addLocalCandidate(candidate: RTCIceCandidate, gathered: GatheredCandidate): void {
    const value = serialiseCandidateAttribute(gathered).replace(/^candidate:/, '');
    for (const applied of [this.pendingLocal, this.currentLocal]) {
      if (applied === null) continue;
      this.#edit(applied, candidate.sdpMid, candidate.sdpMLineIndex ?? -1, (media) => withAttribute(media, 'candidate', value), candidate.usernameFragment);
    }
  }

  endLocalCandidates(controller: TransportController): void {
    const ufrag = controller.localParameters?.usernameFragment ?? null;
    for (const applied of [this.pendingLocal, this.currentLocal]) {
      if (applied === null) continue;
      for (const [index, section] of applied.parsed.media.entries()) {
        if (section.usernameFragment === ufrag) this.#edit(applied, section.mid, index, (media) => withAttribute(media, 'end-of-candidates', null), ufrag);
      }
    }
  }

  #edit(applied: AppliedDescription, mid: string | null, index: number, change: (media: MediaDescription) => MediaDescription, ufrag: string | null = null): void {
    const { parsed } = applied;
    const at = mid === null ? index : parsed.media.findIndex((section) => section.mid === mid);
    if (at < 0 || at >= parsed.media.length) return;
    if (ufrag !== null && parsed.media[at]!.usernameFragment !== ufrag) return;
    const description = { ...parsed.description, media: parsed.description.media.map((media, i) => (i === at ? change(media) : media)) };
    applied.parsed = { ...parsed, description };
  }
}

const candidateValue = (text: string): string => text.replace(/^(a=)?candidate:/, '');

function withAttribute(media: MediaDescription, name: string, value: string | null): MediaDescription {
  if (media.attributes.some((known) => known.name === name && known.value === value)) return media;
  return { ...media, attributes: [...media.attributes, attribute(name, value)] };
}

/** Mids of the BUNDLE group, each once; the first is the tagged one. */
export function bundleOf({ session }: Pick<JsepDescription, 'session' | 'media'>): readonly string[] {
  return [...new Set(session.groups.find(({ semantics }) => semantics === 'BUNDLE')?.members)];
}

/** The script-visible form, for promises that are not made by newPromise(). */
function wrapped(error: RTCError): unknown {
  return toScript(error);
}
