import type { RTCIceConnectionState, RTCIceGatheringState, RTCPeerConnectionState } from '../../generated/webrtc-types';
import { serialiseCandidateAttribute } from '../ice/candidate-attribute';
import type { IceCandidate } from '../ice/candidate';
import { mostRemoteCandidates } from '../ice/IceContext';
import type { JsepDescription, MediaSection } from '../sdp/MediaSection';
import type { GatheredCandidate, IceParametersData, MediaEvent, StatsRecord } from '../thread/messages';
import { gatheringOptions } from './configuration';
import { deriveConnectionState, deriveIceConnectionState, deriveIceGatheringState } from './connection-states';
import { nextNumber } from './media-thread';
import { newIceParameters } from './newIceParameters';
import type { RTCCertificate } from './RTCCertificate';
import { RTCDataChannel } from './RTCDataChannel';
import { RTCError } from './RTCError';
import { RTCIceCandidate } from './RTCIceCandidate';
import type { RTCPeerConnection } from './RTCPeerConnection';
import { dataMaxMessageSize, RTCSctpTransport } from './RTCSctpTransport';
import { connectionStats } from './statistics';
import { TransportController } from './TransportController';

/** The transports of a connection by the sections that use them, and the states that follow from theirs. */
export class TransportSet {
  readonly #connection: RTCPeerConnection;
  /** By mid; bundled sections share one. */
  readonly #byMid = new Map<string, TransportController>();
  readonly #byNumber = new Map<number, TransportController>();
  readonly #channels = new Map<number, RTCDataChannel>();
  /** Credentials in descriptions that have not been applied. */
  readonly #prepared = new Map<string, IceParametersData>();
  /** [[LocalIceCredentialsToReplace]]: user name fragments that the next offer replaces. */
  readonly #toReplace = new Set<string>();
  readonly #stats = new Map<number, (records: readonly StatsRecord[]) => void>();
  /** The section whose transport carries data. */
  #dataMid: string | null = null;
  iceGatheringState: RTCIceGatheringState = 'new';
  iceConnectionState: RTCIceConnectionState = 'new';
  connectionState: RTCPeerConnectionState = 'new';
  /** Before and after a description that may be rolled back. */
  #stable: { byMid: Map<string, TransportController>; dataMid: string | null } | null = null;

  constructor(connection: RTCPeerConnection) {
    this.#connection = connection;
    connection._thread.listen(connection._number, {
      event: (event) => (this.#handlers[event.kind] as (event: MediaEvent) => void)(event),
      message: (channel, bytes, binary) => this.#channels.get(channel)?._received(bytes, binary),
    });
  }

  // ---- what descriptions ask ----

  /** Credentials for a section of an offer. */
  iceToOffer(mid: string, isRestart: boolean): IceParametersData {
    const current = this.#byMid.get(mid)?.localParameters ?? null;
    return current !== null && !isRestart && !this.#toReplace.has(current.usernameFragment) ? current : this.#prepare(mid);
  }

  /** Credentials for a section of an answer: the offer's are others than before where the peer restarts ICE. */
  iceToAnswer(mid: string, offered: string | null): IceParametersData {
    const controller = this.#byMid.get(mid);
    const current = controller?.localParameters ?? null;
    const before = controller?.iceTransport._remoteParameters ?? null;
    const isRestart = before !== null && offered !== null && before.usernameFragment !== offered;
    return current !== null && !isRestart ? current : this.#prepare(mid);
  }

  #prepare(mid: string): IceParametersData {
    let prepared = this.#prepared.get(mid);
    if (!prepared) this.#prepared.set(mid, (prepared = newIceParameters()));
    return prepared;
  }

  /** Negotiated to share the transport of another section. */
  isBundled(mid: string): boolean {
    const controller = this.#byMid.get(mid);
    if (!controller) return false;
    return [...this.#byMid].some(([other, shared]) => other !== mid && shared === controller);
  }

  dtlsRole(mid: string): 'client' | 'server' | null {
    const isClient = this.#byMid.get(mid)?.isDtlsClient ?? null;
    return isClient === null ? null : isClient ? 'client' : 'server';
  }

  get isRestartNeeded(): boolean {
    return this.#toReplace.size > 0;
  }

  restartIce(): void {
    for (const { localParameters } of this.#byNumber.values()) if (localParameters) this.#toReplace.add(localParameters.usernameFragment);
    this.#prepared.clear();
  }

  of(mid: string | null): TransportController | undefined {
    return mid === null ? undefined : this.#byMid.get(mid);
  }

  // ---- applying descriptions ----

  /** Before the first description of a negotiation. */
  remember(): void {
    this.#stable ??= { byMid: new Map(this.#byMid), dataMid: this.#dataMid };
    for (const controller of this.#byNumber.values()) controller.remember();
  }

  settle(): void {
    this.#stable = null;
    const used = new Set([...this.#byNumber.values()].map(({ localParameters }) => localParameters?.usernameFragment));
    for (const usernameFragment of this.#toReplace) if (!used.has(usernameFragment)) this.#toReplace.delete(usernameFragment);
  }

  rollback(): void {
    const stable = this.#stable;
    this.#stable = null;
    if (stable === null) return;
    this.#byMid.clear();
    for (const [mid, controller] of stable.byMid) this.#byMid.set(mid, controller);
    this.#dataMid = stable.dataMid;
    this.#closeUnused();
    for (const controller of this.#byNumber.values()) controller.rollback();
    this.#update();
  }

  /** Our description: transports are made and gather. */
  applyLocal(description: JsepDescription, certificate: RTCCertificate, bundle: readonly string[], isAnswer: boolean): void {
    const tagged = bundle.length > 0 ? bundle[0]! : null;
    for (const section of description.media) {
      const { mid } = section;
      if (mid === null || (section.port === 0 && !section.isBundleOnly)) continue;
      // In an offer only what has been bundled shares a transport; in an answer all that it says.
      const shared = tagged !== null && bundle.includes(mid) && mid !== tagged && (isAnswer || section.usernameFragment === null);
      if (shared) {
        const controller = this.#byMid.get(tagged) ?? this.#open(tagged, certificate);
        this.#byMid.set(mid, controller);
      } else if (!this.#byMid.has(mid) || (isAnswer && this.isBundled(mid) && !bundle.includes(mid))) {
        this.#open(mid, certificate);
      }
      const controller = this.#byMid.get(mid)!;
      // https://www.rfc-editor.org/rfc/rfc8445#section-6.1.1: who offers controls, and who answers an agent that is lite.
      if (!isAnswer) controller.setRole(true);
      const { usernameFragment, password } = section;
      if (usernameFragment === null || password === null) continue;
      controller.gather({ usernameFragment, password, lite: false }, gatheringOptions(this.#connection._configuration));
    }
    this.#prepared.clear();
    if (isAnswer) this.#closeUnused();
    this.#update();
  }

  /** What the peer says of its side. */
  applyRemote(description: JsepDescription, bundle: readonly string[], isAnswer: boolean): void {
    const tagged = bundle.length > 0 ? bundle[0]! : null;
    if (isAnswer) {
      for (const mid of bundle) if (mid !== tagged && this.#byMid.has(tagged!)) this.#byMid.set(mid, this.#byMid.get(tagged!)!);
      this.#closeUnused();
    }
    this.#update();
  }

  /** Both descriptions are there: ICE, DTLS and SCTP begin. */
  connect(local: JsepDescription, remote: JsepDescription, isOfferer: boolean): void {
    const started = new Set<TransportController>();
    for (const theirs of remote.media) {
      const controller = this.of(theirs.mid);
      if (!controller || theirs.port === 0) continue;
      const ours = local.media.find(({ mid }) => mid === theirs.mid);
      if (!started.has(controller) && theirs.usernameFragment !== null) {
        started.add(controller);
        controller.isDtlsClient ??= isDtlsClient(ours, theirs, isOfferer);
        controller.setRemote(theirs, remote.session.isIceLite);
        controller.setRole(isOfferer || remote.session.isIceLite);
        for (const candidate of theirs.candidates) this.addRemoteCandidate(controller, candidate, theirs);
        if (theirs.hasEndOfCandidates) this.endOfCandidates(controller, theirs.usernameFragment);
        controller.startDtls(theirs.fingerprints);
      }
    }
    const data = remote.media.find(({ kind, port, isBundleOnly }) => kind === 'application' && (port !== 0 || isBundleOnly));
    const ours = data && local.media.find(({ mid }) => mid === data.mid);
    if (data && ours && (ours.port !== 0 || ours.isBundleOnly)) this.#startSctp(data, ours);
    this.#update();
  }

  addRemoteCandidate(controller: TransportController, candidate: IceCandidate, { mid }: MediaSection, index: number | null = null): void {
    const { iceTransport } = controller;
    if (iceTransport._remoteCandidates.length >= mostRemoteCandidates) return;
    const text = serialiseCandidateAttribute(candidate);
    if (iceTransport._remoteCandidates.some((known) => known.candidate === text)) return;
    iceTransport._remoteCandidates.push(new RTCIceCandidate({ candidate: text, sdpMid: mid, sdpMLineIndex: index, usernameFragment: controller.iceTransport._remoteParameters?.usernameFragment ?? null }));
    this.#connection._thread.command({ kind: 'remote candidate', transport: controller.number, candidate });
  }

  endOfCandidates(controller: TransportController, usernameFragment: string): void {
    this.#connection._thread.command({ kind: 'end of candidates', transport: controller.number, usernameFragment });
  }

  #open(mid: string, certificate: RTCCertificate): TransportController {
    const controller = new TransportController(this.#connection._thread, this.#connection._number, certificate);
    this.#byMid.set(mid, controller);
    this.#byNumber.set(controller.number, controller);
    return controller;
  }

  #closeUnused(): void {
    const used = new Set(this.#byMid.values());
    for (const [number, controller] of this.#byNumber) {
      if (used.has(controller)) continue;
      controller.end();
      this.#byNumber.delete(number);
    }
  }

  /** Sections that have ended use no transport. */
  forget(mid: string): void {
    this.#byMid.delete(mid);
    this.#closeUnused();
  }

  // ---- data ----

  /**
   * https://w3c.github.io/webrtc-pc/#dfn-create-an-rtcsctptransport for a section of data that is used. Deviation: an offer makes it
   * already, as in browsers and web-platform-tests; a rollback takes it back.
   */
  prepareSctp(mid: string, certificate: RTCCertificate): void {
    const controller = this.#byMid.get(mid) ?? this.#open(mid, certificate);
    const connection = this.#connection;
    connection._needsData = true;
    this.#dataMid = mid;
    if (connection._sctpTransport === null) connection._sctpTransport = new RTCSctpTransport(controller.dtlsTransport);
    else connection._sctpTransport.transport = controller.dtlsTransport;
  }

  #startSctp(theirs: MediaSection, ours: MediaSection): void {
    const controller = this.of(theirs.mid);
    const { _sctpTransport: sctp } = this.#connection;
    if (!controller || !sctp) return;
    this.#dataMid = theirs.mid;
    sctp.transport = controller.dtlsTransport;
    sctp._maxMessageSize = dataMaxMessageSize(theirs.maxMessageSize);
    this.#assignIds(controller);
    if (controller.hasSctp) return;
    controller.startSctp(ours.sctpPort ?? defaultSctpPort, theirs.sctpPort ?? defaultSctpPort, theirs.maxMessageSize ?? defaultRemoteMaxMessageSize);
    for (const channel of this.#connection._channels) this.openChannel(channel);
  }

  /** https://www.rfc-editor.org/rfc/rfc8832#section-6: the DTLS client takes even numbers, the server odd ones. */
  #assignIds(controller: TransportController): void {
    if (controller.isDtlsClient === null) return;
    for (const channel of this.#connection._channels) {
      if (channel._id === null) channel._id = this.#freeId(controller.isDtlsClient);
    }
  }

  #freeId(isClient: boolean): number | null {
    const taken = new Set([...this.#connection._channels].map(({ _id }) => _id));
    const most = Math.min(this.#connection._sctpTransport?._maxChannels ?? mostChannels, mostChannels);
    for (let id = isClient ? 0 : 1; id < most; id += 2) if (!taken.has(id)) return id;
    return null;
  }

  /** Hands a channel to the media thread, once there is an association that it may have. */
  openChannel(channel: RTCDataChannel): void {
    this.updateHold();
    const controller = this.of(this.#dataMid);
    if (!controller?.hasSctp || this.#channels.has(channel._number)) return;
    this.#assignIds(controller);
    if (channel._id === null) {
      host.queueTask(() => channel._closed({ errorDetail: 'data-channel-failure', message: 'There is no id left for the channel.', sctpCauseCode: null }));
      return;
    }
    this.#channels.set(channel._number, channel);
    this.#connection._thread.command({ kind: 'open channel', transport: controller.number, channel: channel._number, id: channel._id, options: channel._options });
  }

  // ---- events of the media thread ----

  readonly #handlers: { [Kind in MediaEvent['kind']]: (event: Extract<MediaEvent, { kind: Kind }>) => void } = {
    'candidate': ({ transport, candidate }) => this.#candidate(transport, candidate),
    'gathering': ({ transport, state }) => this.#gathering(transport, state),
    'candidate error': ({ transport, kind: _kind, ...init }) => {
      if (this.#byNumber.has(transport)) this.#connection.fire('icecandidateerror', init, 'RTCPeerConnectionIceErrorEvent');
    },
    'ice state': ({ transport, state }) => {
      const iceTransport = this.#byNumber.get(transport)?.iceTransport;
      if (!iceTransport || iceTransport._state === 'closed') return;
      iceTransport._state = state;
      const before = this.#connectionStates();
      this.#update(false);
      iceTransport.fire('statechange');
      this.#fireStates(before);
    },
    'ice role changed': ({ transport, controlling }) => {
      const iceTransport = this.#byNumber.get(transport)?.iceTransport;
      if (iceTransport) iceTransport._role = controlling ? 'controlling' : 'controlled';
    },
    'selected pair': ({ transport, local, remote }) => {
      const controller = this.#byNumber.get(transport);
      if (!controller) return;
      const { iceTransport } = controller;
      const { mid, index } = this.#sectionOf(controller);
      iceTransport._select(local, remote, mid, index);
    },
    'dtls state': ({ transport, state, remoteCertificates, failure }) => {
      const dtlsTransport = this.#byNumber.get(transport)?.dtlsTransport;
      if (!dtlsTransport || dtlsTransport._state === 'closed') return;
      dtlsTransport._state = state;
      if (remoteCertificates.length > 0) dtlsTransport._remoteCertificates = remoteCertificates;
      const before = this.#connectionStates();
      this.#update(false);
      if (failure !== null) dtlsTransport.fire('error', { error: new RTCError(failure, failure.message) }, 'RTCErrorEvent');
      dtlsTransport.fire('statechange');
      this.#fireStates(before);
    },
    'sctp state': ({ state, maxChannels }) => {
      const { _sctpTransport: sctp } = this.#connection;
      if (!sctp || sctp._state === 'closed') return;
      sctp._state = state;
      if (state === 'connected') sctp._maxChannels = maxChannels;
      sctp.fire('statechange');
    },
    'incoming channel': ({ channel: number, id, options }) => this.#incomingChannel(number, id, options),
    'channel open': ({ channel }) => this.#channels.get(channel)?._opened(),
    'channel sent': ({ channel, bytes }) => this.#channels.get(channel)?._sent(bytes),
    'channel closing': ({ channel }) => this.#channels.get(channel)?._closing(),
    'channel closed': ({ channel: number, failure }) => {
      const channel = this.#channels.get(number);
      this.#channels.delete(number);
      channel?._closed(failure);
    },
    'stats': ({ request, records }) => {
      const done = this.#stats.get(request);
      this.#stats.delete(request);
      this.updateHold();
      done?.(this.#statistics(records));
    },
    'lost': ({ message }) => this.#lost(message),
  };

  /** https://w3c.github.io/webrtc-pc/#announcing-a-data-channel-instance */
  #incomingChannel(number: number, id: number, options: Extract<MediaEvent, { kind: 'incoming channel' }>['options']): void {
    const { label, protocol, ordered, maxPacketLifeTime, maxRetransmits, priority } = options;
    const channel = new RTCDataChannel(this.#connection, number, label, {
      protocol, ordered, negotiated: false,
      priority: priority <= 128 ? 'very-low' : priority <= 256 ? 'low' : priority <= 512 ? 'medium' : 'high',
      // The peer has 32 bits for what an attribute here has 16.
      ...(maxPacketLifeTime !== null && { maxPacketLifeTime: Math.min(maxPacketLifeTime, 0xffff) }), ...(maxRetransmits !== null && { maxRetransmits: Math.min(maxRetransmits, 0xffff) }),
    }, id);
    this.#connection._channels.add(channel);
    this.#channels.set(number, channel);
    // Steps 6 and 7: open before the event, whose handlers see it so; `open` fires after.
    channel._readyState = 'open';
    this.updateHold();
    this.#connection.fire('datachannel', { channel }, 'RTCDataChannelEvent');
    if (channel._readyState === 'open') channel._tellOpen();
  }

  #sectionOf(controller: TransportController): { mid: string | null; index: number | null } {
    const { pendingLocal, currentLocal } = this.#connection._descriptions;
    const media = (pendingLocal ?? currentLocal)?.parsed.media ?? [];
    const index = media.findIndex(({ mid }) => mid !== null && this.#byMid.get(mid) === controller);
    return index < 0 ? { mid: null, index: null } : { mid: media[index]!.mid, index };
  }

  /** https://w3c.github.io/webrtc-pc/#surface-the-candidate */
  #candidate(number: number, gathered: GatheredCandidate): void {
    const controller = this.#byNumber.get(number);
    if (!controller) return;
    controller.candidates.push(gathered);
    const { usernameFragment } = controller.localParameters!;
    const candidate = this.#toObject(controller, serialiseCandidateAttribute({ ...gathered, usernameFragment }), gathered);
    this.#connection._descriptions.addLocalCandidate(candidate, gathered);
    controller.iceTransport._localCandidates.push(candidate);
    this.#connection.fire('icecandidate', { candidate, url: gathered.url }, 'RTCPeerConnectionIceEvent');
  }

  #toObject(controller: TransportController, candidate: string, { url, relayProtocol }: Pick<GatheredCandidate, 'url' | 'relayProtocol'>): RTCIceCandidate {
    const { mid, index } = this.#sectionOf(controller);
    const { usernameFragment } = controller.localParameters!;
    return new RTCIceCandidate({ candidate, sdpMid: mid, sdpMLineIndex: index ?? (mid === null ? 0 : null), usernameFragment, url, relayProtocol });
  }

  /** https://w3c.github.io/webrtc-pc/#dfn-update-the-ice-gathering-state */
  #gathering(number: number, state: RTCIceGatheringState): void {
    const controller = this.#byNumber.get(number);
    if (!controller) return;
    controller.isGatheringAwaited = false;
    if (controller.iceTransport._gatheringState === state) return;
    if (state === 'complete') {
      const usernameFragment = controller.localParameters?.usernameFragment;
      // https://w3c.github.io/webrtc-pc/#dfn-end-of-candidates of the generation
      const candidate = this.#toObject(controller, '', { url: null, relayProtocol: null });
      this.#connection._descriptions.endLocalCandidates(controller);
      this.#connection.fire('icecandidate', { candidate }, 'RTCPeerConnectionIceEvent');
      // The state changes in a task of its own.
      host.queueTask(() => { if (this.#byNumber.has(number) && controller.iceTransport._localParameters?.usernameFragment === usernameFragment) this.#setGatheringState(controller, state); });
      return;
    }
    this.#setGatheringState(controller, state);
  }

  #setGatheringState(controller: TransportController, state: RTCIceGatheringState): void {
    controller.iceTransport._gatheringState = state;
    const before = this.iceGatheringState;
    this.iceGatheringState = deriveIceGatheringState(this.#used, this.iceGatheringState);
    controller.iceTransport.fire('gatheringstatechange');
    if (this.iceGatheringState === before || this.#connection._isClosed) return;
    this.#connection.fire('icegatheringstatechange');
    if (this.iceGatheringState === 'complete') this.#connection.fire('icecandidate', { candidate: null }, 'RTCPeerConnectionIceEvent');
  }

  // ---- states ----

  /** Transports of sections, each once. */
  get #used(): TransportController[] {
    return [...new Set(this.#byMid.values())];
  }

  #connectionStates(): [RTCIceConnectionState, RTCPeerConnectionState] {
    return [this.iceConnectionState, this.connectionState];
  }

  #fireStates([ice, connection]: [RTCIceConnectionState, RTCPeerConnectionState]): void {
    if (this.#connection._isClosed) return;
    if (this.iceConnectionState !== ice) this.#connection.fire('iceconnectionstatechange');
    if (this.connectionState !== connection) this.#connection.fire('connectionstatechange');
  }

  /** Derives the states again, and tells in a task what has changed. */
  #update(isTold = true): void {
    const before = this.#connectionStates();
    const isClosed = this.#connection._isClosed;
    this.iceConnectionState = isClosed ? 'closed' : deriveIceConnectionState(this.#used);
    this.connectionState = isClosed ? 'closed' : deriveConnectionState(this.#used, this.iceConnectionState);
    this.updateHold();
    if (!isTold) return;
    const gathering = this.iceGatheringState;
    this.iceGatheringState = deriveIceGatheringState(this.#used, this.iceGatheringState);
    const isGatheringChanged = this.iceGatheringState !== gathering;
    const [ice, connection] = before;
    if (!isGatheringChanged && this.iceConnectionState === ice && this.connectionState === connection) return;
    host.queueTask(() => {
      if (isGatheringChanged && !this.#connection._isClosed) this.#connection.fire('icegatheringstatechange');
      this.#fireStates(before);
    });
  }

  /** The process waits while candidates are gathered, and while a peer is being reached or may send. Waiting for a description is the script's matter. */
  updateHold(): void {
    const { _isClosed, _descriptions: { currentRemote, pendingRemote, currentLocal, pendingLocal } } = this.#connection;
    const isDescribed = (currentRemote ?? pendingRemote) !== null && (currentLocal ?? pendingLocal) !== null;
    const mayConnect = isDescribed && this.#byNumber.size > 0 && this.connectionState !== 'failed';
    const isHeld = !_isClosed && (mayConnect || this.iceGatheringState === 'gathering' || this.#stats.size > 0);
    this.#connection._thread.keepAlive(this.#connection._number, isHeld);
  }

  // ---- statistics ----

  getStats(done: (records: readonly StatsRecord[]) => void): void {
    const request = nextNumber();
    this.#stats.set(request, done);
    if (this.#connection._isClosed) {
      host.queueTask(() => this.#handlers.stats({ kind: 'stats', request, records: [] }));
      return;
    }
    this.#connection._thread.command({ kind: 'get stats', connection: this.#connection._number, request });
    this.updateHold();
  }

  #statistics(records: readonly StatsRecord[]): StatsRecord[] {
    return connectionStats(this.#connection, this.#byNumber.values(), records);
  }

  // ---- the end ----

  close(): void {
    const { _thread: thread, _number: number } = this.#connection;
    for (const { iceTransport, dtlsTransport } of this.#byNumber.values()) {
      iceTransport._close();
      dtlsTransport._state = 'closed';
    }
    this.iceConnectionState = 'closed';
    this.connectionState = 'closed';
    thread.command({ kind: 'close connection', connection: number });
    thread.unlisten(number);
    for (const done of this.#stats.values()) done(this.#statistics([]));
    this.#stats.clear();
    this.#channels.clear();
  }

  /** The media thread has ended by itself: everything has failed. */
  #lost(message: string): void {
    const before = this.#connectionStates();
    for (const { iceTransport, dtlsTransport } of this.#byNumber.values()) {
      iceTransport._state = 'failed';
      dtlsTransport._state = 'failed';
    }
    this.#update(false);
    this.#fireStates(before);
    for (const channel of [...this.#channels.values()]) channel._closed({ errorDetail: 'sctp-failure', message, sctpCauseCode: null });
    this.#channels.clear();
  }
}

const defaultSctpPort = 5000;
const defaultRemoteMaxMessageSize = 65_536;
const mostChannels = 65_535;

/** https://www.rfc-editor.org/rfc/rfc8842#section-5: who answers chooses; who is chosen for is told by the answer. */
function isDtlsClient(ours: MediaSection | undefined, theirs: MediaSection, isOfferer: boolean): boolean {
  if (isOfferer) return theirs.setup === 'passive';
  return ours?.setup === 'active';
}
