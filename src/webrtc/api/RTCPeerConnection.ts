import type {
  RTCConfiguration, RTCDataChannelInit, RTCDataChannelState, RTCIceCandidateInit, RTCIceConnectionState, RTCIceGatheringState, RTCLocalSessionDescriptionInit, RTCOfferOptions,
  RTCPeerConnectionErrorCallback, RTCPeerConnectionState, RTCRtpTransceiverInit, RTCSessionDescriptionCallback, RTCSessionDescriptionInit,
  RTCSignalingState, VoidFunction,
} from '../../generated/webrtc-types';
import { isHostError } from '../../host/Host';
import type { MediaStream } from '../../mediastream/MediaStream';
import type { MediaStreamTrack } from '../../mediastream/MediaStreamTrack';
import { generateIdentifier } from '../../mediastream/identifiers';
import { executing as executingOn } from '../../webidl/exceptions';
import { EventTargetObject } from '../../webidl/platform-object';
import { newPromise } from '../../webidl/promise';
import { serialiseSessionDescription } from '../sdp/SessionDescription';
import { selectStats } from '../stats/select-stats';
import type { MediaThread, StatsRecord } from '../thread/messages';
import { utf8Encode } from '../../text/utf8';
import { setConfiguration } from './configuration';
import { createAnswer, createOffer, type DescriptionSource } from './createDescriptions';
import { takeDefaultCertificate } from './default-certificate';
import { DescriptionState, type SetDescription } from './DescriptionState';
import { mediaThread, nextNumber } from './media-thread';
import { NegotiationNeeded } from './NegotiationNeeded';
import { OperationsChain } from './OperationsChain';
import { fingerprintAlgorithm, generateCertificate, type RTCCertificate } from './RTCCertificate';
import { RTCDataChannel } from './RTCDataChannel';
import type { RTCRtpReceiver } from './RTCRtpReceiver';
import { RTCRtpSender } from './RTCRtpSender';
import type { RTCRtpTransceiver } from './RTCRtpTransceiver';
import type { RTCSctpTransport } from './RTCSctpTransport';
import type { RTCSessionDescription } from './RTCSessionDescription';
import { RTCStatsReport } from './RTCStatsReport';
import { addLegacyReceivers, addTrack, addTransceiver, removeTrack } from './transceivers';
import { TransportSet } from './TransportSet';

const executing = (operation: string, detail: string) => executingOn(operation, 'RTCPeerConnection', detail);

/** https://w3c.github.io/webrtc-pc/#dom-rtcpeerconnection */
export class RTCPeerConnection extends EventTargetObject {
  readonly _number = nextNumber();
  readonly _thread: MediaThread;
  /** [[Configuration]] */
  _configuration: RTCConfiguration;
  /** [[IsClosed]] */
  _isClosed = false;
  /** [[SctpTransport]] */
  _sctpTransport: RTCSctpTransport | null = null;
  /** [[DataChannels]], and all that have not ended. */
  readonly _channels = new Set<RTCDataChannel>();
  /** https://w3c.github.io/webrtc-stats/#dom-rtcpeerconnectionstats-datachannelsopened: channels that were ever open. */
  _dataChannelsOpened = 0;
  /** https://w3c.github.io/webrtc-stats/#dom-rtcpeerconnectionstats-datachannelsclosed: those of them that no longer are. */
  _dataChannelsClosed = 0;
  /** The set of transceivers, in the order in which they were added. */
  readonly _transceivers: RTCRtpTransceiver[] = [];
  readonly _descriptions: DescriptionState;
  readonly _transports: TransportSet;
  /** There has been a call of createDataChannel(), or a description with data. */
  _needsData = false;
  #cname: string | null = null;
  /** Something of the event loop's that the specification does while `certificates` is empty: one is made. */
  #certificate: Promise<RTCCertificate> | null = null;
  readonly #chain: OperationsChain;
  readonly #negotiationNeeded: NegotiationNeeded;
  readonly #sessionId: string;
  #sessionVersion = 1;

  /** https://w3c.github.io/webrtc-pc/#dom-rtcpeerconnection-constructor */
  constructor(configuration: RTCConfiguration) {
    // Steps 1 to 6
    const checked = setConfiguration("Failed to construct 'RTCPeerConnection'", configuration, null, false);
    super();
    const thread = mediaThread();
    if (isHostError(thread)) throw new DOMException(thread.message, 'NotSupportedError');
    this._thread = thread;
    this._configuration = checked;
    this.#sessionId = randomSessionId();
    this.#chain = new OperationsChain(() => this._isClosed, () => this.#negotiationNeeded.chainEmptied());
    this.#negotiationNeeded = new NegotiationNeeded(this, this.#chain);
    this._descriptions = new DescriptionState(this);
    this._transports = new TransportSet(this);
    // Step 4: a certificate of our own, made while script goes on.
    if (checked.certificates.length === 0) void this._certificate();
  }

  static generateCertificate(keygenAlgorithm: object | string): Promise<RTCCertificate> {
    return generateCertificate(keygenAlgorithm);
  }

  /** The certificate of all transports. */
  _certificate(): Promise<RTCCertificate> {
    const [given] = this._configuration.certificates as unknown as RTCCertificate[];
    if (given !== undefined) return Promise.resolve(given);
    this.#certificate ??= takeDefaultCertificate();
    // Whoever needs it is told.
    this.#certificate.catch(() => {});
    return this.#certificate;
  }

  /** A canonical name for all that is sent. */
  get _cname(): string {
    return this.#cname ??= generateIdentifier();
  }

  /** All that descriptions name; the first is the one that is used. https://www.rfc-editor.org/rfc/rfc8829#section-5.2.1 */
  #certificates(certificate: RTCCertificate): readonly RTCCertificate[] {
    const given = this._configuration.certificates as unknown as RTCCertificate[];
    return given.length > 0 ? given : [certificate];
  }

  // ---- descriptions ----

  /** https://w3c.github.io/webrtc-pc/#dom-rtcpeerconnection-createoffer, and its legacy form */
  createOffer(optionsOrSuccess?: RTCOfferOptions | RTCSessionDescriptionCallback, failureCallback?: RTCPeerConnectionErrorCallback, legacyOptions?: RTCOfferOptions): Promise<never> {
    if (typeof optionsOrSuccess === 'function') {
      return this.#legacy(this.#createOffer(legacyOptions ?? { iceRestart: false }), optionsOrSuccess, failureCallback!);
    }
    return this.#createOffer(optionsOrSuccess ?? { iceRestart: false }) as Promise<never>;
  }

  #createOffer(options: RTCOfferOptions): Promise<RTCSessionDescriptionInit> {
    if (this._isClosed) return rejected('InvalidStateError', executing('createOffer', 'the connection is closed.'));
    // https://w3c.github.io/webrtc-pc/#legacy-configuration-extensions
    addLegacyReceivers(this, options);
    return this.#chain.chain(() => this._createOffer(options));
  }

  /** https://w3c.github.io/webrtc-pc/#dfn-create-an-offer */
  async _createOffer(options: RTCOfferOptions = { iceRestart: false }): Promise<RTCSessionDescriptionInit> {
    // Step 1
    const { signalingState } = this;
    if (signalingState !== 'stable' && signalingState !== 'have-local-offer') {
      throw new DOMException(executing('createOffer', `the signaling state is ${signalingState}.`), 'InvalidStateError');
    }
    // Steps 2 and 3
    const certificate = await this._certificate();
    if (this._isClosed) return new Promise<never>(() => {});
    const sdp = serialiseSessionDescription(createOffer(this.#source(certificate), options));
    await aTask();
    this._descriptions.lastCreatedOffer = sdp;
    return { type: 'offer', sdp };
  }

  /** https://w3c.github.io/webrtc-pc/#dom-rtcpeerconnection-createanswer */
  createAnswer(optionsOrSuccess?: object | RTCSessionDescriptionCallback, failureCallback?: RTCPeerConnectionErrorCallback): Promise<never> {
    const answer = this._isClosed
      ? rejected<RTCSessionDescriptionInit>('InvalidStateError', executing('createAnswer', 'the connection is closed.'))
      : this.#chain.chain(() => this._createAnswer());
    if (typeof optionsOrSuccess === 'function') return this.#legacy(answer, optionsOrSuccess as RTCSessionDescriptionCallback, failureCallback!);
    return answer as Promise<never>;
  }

  /** https://w3c.github.io/webrtc-pc/#dfn-create-an-answer */
  async _createAnswer(): Promise<RTCSessionDescriptionInit> {
    // Step 1
    const { signalingState } = this;
    if (signalingState !== 'have-remote-offer' && signalingState !== 'have-local-pranswer') {
      throw new DOMException(executing('createAnswer', `the signaling state is ${signalingState}.`), 'InvalidStateError');
    }
    // Steps 2 and 3
    const certificate = await this._certificate();
    if (this._isClosed) return new Promise<never>(() => {});
    const sdp = serialiseSessionDescription(createAnswer(this.#source(certificate)));
    await aTask();
    this._descriptions.lastCreatedAnswer = sdp;
    return { type: 'answer', sdp };
  }

  #source(certificate: RTCCertificate): DescriptionSource {
    const { _descriptions: descriptions, _transports: transports } = this;
    return {
      sessionId: this.#sessionId,
      sessionVersion: ++this.#sessionVersion,
      transceivers: this._transceivers,
      needsData: this._needsData,
      local: (descriptions.pendingLocal ?? descriptions.currentLocal)?.parsed ?? null,
      remote: (descriptions.pendingRemote ?? descriptions.currentRemote)?.parsed ?? null,
      bundlePolicy: this._configuration.bundlePolicy,
      fingerprints: this.#certificates(certificate).map(({ _fingerprint }) => `${fingerprintAlgorithm} ${_fingerprint}`),
      iceToOffer: (mid, isRestart) => transports.iceToOffer(mid, isRestart),
      iceToAnswer: (mid, usernameFragment) => transports.iceToAnswer(mid, usernameFragment),
      isBundled: (mid) => transports.isBundled(mid),
      dtlsRole: (mid) => transports.dtlsRole(mid),
      nextMid(used) {
        let number = 0;
        while (used.has(String(number))) number++;
        return String(number);
      },
    };
  }

  /** https://w3c.github.io/webrtc-pc/#dom-peerconnection-setlocaldescription */
  setLocalDescription(description: Partial<RTCLocalSessionDescriptionInit> = {}, successCallback?: VoidFunction, failureCallback?: RTCPeerConnectionErrorCallback): Promise<never> {
    const done = this.#chain.chain(async () => {
      const { signalingState } = this;
      // Step 4.1
      const isAnswering = signalingState === 'have-remote-offer' || signalingState === 'have-local-pranswer' || signalingState === 'have-remote-pranswer';
      const type = description.type ?? (isAnswering ? 'answer' : 'offer');
      let sdp = description.sdp ?? '';
      // Steps 4.2 to 4.4
      if (type === 'offer' && sdp === '') {
        sdp = await this.#currentOffer();
      } else if ((type === 'answer' || type === 'pranswer') && sdp === '') {
        sdp = this._descriptions.lastCreatedAnswer ?? '';
        if (sdp === '') ({ sdp } = await this._createAnswer());
      }
      return this._setDescription({ type, sdp, isRemote: false });
    });
    return this.#legacyVoid(done, successCallback, failureCallback);
  }

  /** The offer that was created last, or another one where that has become out of date. */
  async #currentOffer(): Promise<string> {
    const last = this._descriptions.lastCreatedOffer;
    const { sdp } = await this._createOffer();
    if (last === null || withoutOrigin(last) !== withoutOrigin(sdp)) return sdp;
    this._descriptions.lastCreatedOffer = last;
    return last;
  }

  /** https://w3c.github.io/webrtc-pc/#dom-peerconnection-setremotedescription */
  setRemoteDescription({ type, sdp }: RTCSessionDescriptionInit, successCallback?: VoidFunction, failureCallback?: RTCPeerConnectionErrorCallback): Promise<never> {
    const done = this.#chain.chain(async () => {
      // Step 3.1: an offer that crosses ours rolls ours back.
      if (type === 'offer' && this.signalingState === 'have-local-offer') {
        await this._setDescription({ type: 'rollback', sdp: '', isRemote: false });
      }
      return this._setDescription({ type, sdp, isRemote: true });
    });
    return this.#legacyVoid(done, successCallback, failureCallback);
  }

  /** https://w3c.github.io/webrtc-pc/#set-description */
  _setDescription(description: SetDescription): Promise<undefined> {
    return this._descriptions.set(description);
  }

  get localDescription(): RTCSessionDescription | null {
    const { pendingLocal, currentLocal } = this._descriptions;
    return (pendingLocal ?? currentLocal)?.object ?? null;
  }

  get currentLocalDescription(): RTCSessionDescription | null {
    return this._descriptions.currentLocal?.object ?? null;
  }

  get pendingLocalDescription(): RTCSessionDescription | null {
    return this._descriptions.pendingLocal?.object ?? null;
  }

  get remoteDescription(): RTCSessionDescription | null {
    const { pendingRemote, currentRemote } = this._descriptions;
    return (pendingRemote ?? currentRemote)?.object ?? null;
  }

  get currentRemoteDescription(): RTCSessionDescription | null {
    return this._descriptions.currentRemote?.object ?? null;
  }

  get pendingRemoteDescription(): RTCSessionDescription | null {
    return this._descriptions.pendingRemote?.object ?? null;
  }

  /** https://w3c.github.io/webrtc-pc/#dom-peerconnection-addicecandidate */
  addIceCandidate(candidate: Partial<RTCIceCandidateInit> = {}, successCallback?: VoidFunction, failureCallback?: RTCPeerConnectionErrorCallback): Promise<never> {
    const { sdpMid = null, sdpMLineIndex = null } = candidate;
    // Step 3
    if ((candidate.candidate ?? '') !== '' && sdpMid === null && sdpMLineIndex === null) {
      const p = newPromise<undefined>();
      p.reject(new TypeError(executing('addIceCandidate', 'sdpMid and sdpMLineIndex are both null.')));
      return this.#legacyVoid(p.promise, successCallback, failureCallback);
    }
    const done = this.#chain.chain(() => this._descriptions.addIceCandidate(candidate));
    return this.#legacyVoid(done, successCallback, failureCallback);
  }

  /** https://w3c.github.io/webrtc-pc/#dom-rtcpeerconnection-restartice */
  restartIce(): void {
    // Steps 2 and 3
    if (this._isClosed) return;
    this._transports.restartIce();
    this._updateNegotiationNeeded();
  }

  // ---- states ----

  get signalingState(): RTCSignalingState {
    return this._isClosed ? 'closed' : this._descriptions.signalingState;
  }

  get iceGatheringState(): RTCIceGatheringState {
    return this._transports.iceGatheringState;
  }

  get iceConnectionState(): RTCIceConnectionState {
    return this._transports.iceConnectionState;
  }

  get connectionState(): RTCPeerConnectionState {
    return this._transports.connectionState;
  }

  /** https://w3c.github.io/webrtc-pc/#dom-rtcpeerconnection-cantrickleicecandidates */
  get canTrickleIceCandidates(): boolean | null {
    const { pendingRemote, currentRemote } = this._descriptions;
    const parsed = (pendingRemote ?? currentRemote)?.parsed;
    if (!parsed) return null;
    return parsed.media.some(({ iceOptions }) => iceOptions.includes('trickle'));
  }

  getConfiguration(): RTCConfiguration {
    return this._configuration;
  }

  /** https://w3c.github.io/webrtc-pc/#dom-rtcpeerconnection-setconfiguration */
  setConfiguration(configuration: RTCConfiguration): void {
    const context = "Failed to execute 'setConfiguration' on 'RTCPeerConnection'";
    if (this._isClosed) throw new DOMException(`${context}: the connection is closed.`, 'InvalidStateError');
    this._configuration = setConfiguration(context, configuration, this._configuration, this.localDescription !== null);
  }

  get sctp(): RTCSctpTransport | null {
    return this._sctpTransport;
  }

  // ---- media ----

  getSenders(): RTCRtpSender[] {
    return this.getTransceivers().map(({ sender }) => sender);
  }

  getReceivers(): RTCRtpReceiver[] {
    return this.getTransceivers().map(({ receiver }) => receiver);
  }

  /** https://w3c.github.io/webrtc-pc/#dfn-collecttransceivers */
  getTransceivers(): RTCRtpTransceiver[] {
    return this._isClosed ? [] : [...this._transceivers];
  }

  addTrack(track: MediaStreamTrack, ...streams: MediaStream[]): RTCRtpSender {
    return addTrack(this, track, streams);
  }

  removeTrack(sender: RTCRtpSender): void {
    removeTrack(this, sender);
  }

  addTransceiver(trackOrKind: MediaStreamTrack | string, init: RTCRtpTransceiverInit): RTCRtpTransceiver {
    return addTransceiver(this, trackOrKind, init);
  }

  // ---- data ----

  /** https://w3c.github.io/webrtc-pc/#dom-peerconnection-createdatachannel */
  createDataChannel(label: string, init: RTCDataChannelInit): RTCDataChannel {
    const context = "Failed to execute 'createDataChannel' on 'RTCPeerConnection'";
    // Step 2
    if (this._isClosed) throw new DOMException(`${context}: the connection is closed.`, 'InvalidStateError');
    // Steps 5 and 10
    if (utf8Encode(label).length > mostTextBytes) throw new TypeError(`${context}: the label is longer than ${mostTextBytes} bytes.`);
    if (utf8Encode(init.protocol).length > mostTextBytes) throw new TypeError(`${context}: the protocol is longer than ${mostTextBytes} bytes.`);
    // Steps 12 to 17
    if (init.negotiated && init.id === undefined) throw new TypeError(`${context}: a negotiated channel needs an id.`);
    if (init.maxPacketLifeTime !== undefined && init.maxRetransmits !== undefined) {
      throw new TypeError(`${context}: maxPacketLifeTime and maxRetransmits exclude each other.`);
    }
    const id = init.negotiated ? init.id! : null;
    if (id !== null && id > mostChannelId) throw new TypeError(`${context}: the id ${id} is larger than ${mostChannelId}.`);
    if (id !== null && [...this._channels].some((channel) => channel._id === id)) {
      throw new DOMException(`${context}: the id ${id} is in use.`, 'OperationError');
    }
    const maxChannels = this._sctpTransport?._maxChannels ?? null;
    if (id !== null && maxChannels !== null && id >= maxChannels) throw new DOMException(`${context}: the id ${id} is not below ${maxChannels}.`, 'OperationError');
    const channel = new RTCDataChannel(this, nextNumber(), label, init, id);
    // Steps 18 to 21
    this._channels.add(channel);
    this._transports.openChannel(channel);
    if (!this._needsData) {
      this._needsData = true;
      this._updateNegotiationNeeded();
    }
    return channel;
  }

  get _maxMessageSize(): number {
    return this._sctpTransport?._maxMessageSize ?? Infinity;
  }

  _channelStateChanged(before: RTCDataChannelState, after: RTCDataChannelState): void {
    if (after === 'open') this._dataChannelsOpened++;
    else if (before === 'open') this._dataChannelsClosed++;
  }

  _channelClosed(channel: RTCDataChannel): void {
    this._channels.delete(channel);
    this._transports.updateHold();
  }

  // ---- statistics ----

  /** https://w3c.github.io/webrtc-pc/#dom-rtcpeerconnection-getstats */
  getStats(selectorArgument: MediaStreamTrack | null): Promise<RTCStatsReport> {
    // Steps 1 to 3
    let selector: RTCRtpSender | RTCRtpReceiver | null = null;
    if (selectorArgument !== null) {
      const owners = [...this.getSenders(), ...this.getReceivers()].filter(({ track }) => track === selectorArgument);
      if (owners.length !== 1) {
        const problem = owners.length === 0 ? 'no sender or receiver has the track.' : 'more than one sender or receiver has the track.';
        return rejected('InvalidAccessError', executing('getStats', problem));
      }
      selector = owners[0]!;
    }
    return this._getStats(selector);
  }

  /** The statistics that a sender or a receiver is in, or all. https://w3c.github.io/webrtc-pc/#dfn-stats-selection-algorithm */
  _getStats(selector: RTCRtpSender | RTCRtpReceiver | null): Promise<RTCStatsReport> {
    const p = newPromise<RTCStatsReport>();
    this._transports.getStats((records) => p.resolve(new RTCStatsReport(selector === null ? records : this.#select(selector, records))));
    return p.promise;
  }

  /** No RTP stream exists before its first packet: until then there is nothing that a sender or a receiver is in. */
  #select(selector: RTCRtpSender | RTCRtpReceiver, records: readonly StatsRecord[]): StatsRecord[] {
    const transceiver = this._transceivers.find(({ sender, receiver }) => sender === selector || receiver === selector);
    const streams = selector instanceof RTCRtpSender ? 'outbound-rtp' : 'inbound-rtp';
    return selectStats(records, ({ type, mid }) => type === streams && mid === transceiver?.mid);
  }

  // ---- the end ----

  /** https://w3c.github.io/webrtc-pc/#dom-rtcpeerconnection-close */
  close(): void {
    // Steps 1 and 2 of *close the connection*
    if (this._isClosed) return;
    this._isClosed = true;
    // Step 3 is the signaling state of a closed connection.
    // Steps 4 to 6
    for (const transceiver of this._transceivers) transceiver._stop();
    // Step 7: channels end without the closing procedure, and without events.
    for (const channel of this._channels) channel._end();
    this._channels.clear();
    // Steps 8 to 12
    this._transports.close();
    const sctp = this._sctpTransport;
    if (sctp === null || sctp._state === 'closed') return;
    sctp._state = 'closed';
    // Deviation: the state of this transport is told, as in browsers and web-platform-tests.
    host.queueTask(() => sctp.fire('statechange'));
  }

  // ---- negotiation needed ----

  _chain<T>(operation: () => Promise<T>): Promise<T> {
    return this.#chain.chain(operation);
  }

  _updateNegotiationNeeded(): void {
    this.#negotiationNeeded.update();
  }

  _clearNegotiationNeeded(): void {
    this.#negotiationNeeded.clear();
  }

  // ---- callbacks of old: https://w3c.github.io/webrtc-pc/#legacy-interface-extensions ----

  #legacy<T>(promise: Promise<T>, success: (value: T) => void, failure: RTCPeerConnectionErrorCallback): Promise<never> {
    const p = newPromise<never>();
    promise.then(
      (value) => { if (!this._isClosed) success(value); },
      (error: DOMException) => { if (!this._isClosed) failure(error); },
    );
    p.resolve(undefined as never);
    return p.promise;
  }

  #legacyVoid(promise: Promise<undefined>, success?: VoidFunction, failure?: RTCPeerConnectionErrorCallback): Promise<never> {
    if (success === undefined || failure === undefined) return promise as Promise<never>;
    return this.#legacy(promise, () => success(), failure);
  }
}

/** Of a label and a protocol. */
const mostTextBytes = 65_535;
const mostChannelId = 65_534;

/** Descriptions of one content differ by their session version. */
function withoutOrigin(sdp: string): string {
  return sdp.replace(/^o=.*$/m, '');
}

/** The results of what is done in parallel are told in a task. */
function aTask(): Promise<void> {
  return new Promise((resolve) => { host.queueTask(resolve); });
}

function rejected<T>(name: string, message: string): Promise<T> {
  const p = newPromise<T>();
  p.reject(new DOMException(message, name));
  return p.promise;
}

/** A positive number of 63 bits. https://www.rfc-editor.org/rfc/rfc8829#section-5.2.1 */
function randomSessionId(): string {
  const bytes = new Uint8Array(8);
  host.getRandomValues(bytes);
  const view = new DataView(bytes.buffer);
  return String((BigInt(view.getUint32(0) & 0x7fffffff) * BigInt(2 ** 32)) + BigInt(view.getUint32(4)));
}
