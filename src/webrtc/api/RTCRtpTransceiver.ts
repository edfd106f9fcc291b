import type { RTCRtpCodec, RTCRtpHeaderExtensionCapability, RTCRtpTransceiverDirection } from '../../generated/webrtc-types';
import { PlatformObject } from '../../webidl/platform-object';
import { defaultExtensions } from '../jsep/media-lines';
import { codecs, headerExtensions, isResiliencyCodec, isSameCodec, type MediaKind } from '../rtp/capabilities';
import type { ExtensionMap } from '../sdp/attributes';
import type { RTCPeerConnection } from './RTCPeerConnection';
import type { RTCRtpReceiver } from './RTCRtpReceiver';
import type { RTCRtpSender } from './RTCRtpSender';

/** https://w3c.github.io/webrtc-pc/#dom-rtcrtptransceiver */
export class RTCRtpTransceiver extends PlatformObject {
  /** [[Sender]] */
  readonly sender: RTCRtpSender;
  /** [[Receiver]] */
  readonly receiver: RTCRtpReceiver;
  readonly _kind: MediaKind;
  /** [[Mid]] */
  mid: string | null = null;
  /** [[JsepMid]] is the `mid` that a description not applied yet has given it. */
  _mLineIndex: number | null = null;
  /** [[Stopping]] */
  _stopping = false;
  /** [[Stopped]] */
  _stopped = false;
  /** [[Direction]] */
  _direction: RTCRtpTransceiverDirection;
  /** [[CurrentDirection]] */
  _currentDirection: RTCRtpTransceiverDirection | null = null;
  /** [[FiredDirection]] */
  _firedDirection: RTCRtpTransceiverDirection | null = null;
  /** [[PreferredCodecs]] */
  _preferredCodecs: readonly RTCRtpCodec[] = [];
  /** [[HeaderExtensionsToNegotiate]] */
  _headerExtensionsToNegotiate: readonly RTCRtpHeaderExtensionCapability[];
  /** The sender has been used to send: addTrack() does not take it. */
  _hasSent = false;
  /** Made by a remote description: a rollback takes it away again. */
  _isMadeByDescription = false;
  /** Made by addTrack(), so that a remote section may take it. */
  _isAddedByTrack = false;
  readonly #connection: RTCPeerConnection;

  constructor(connection: RTCPeerConnection, kind: MediaKind, sender: RTCRtpSender, receiver: RTCRtpReceiver, direction: RTCRtpTransceiverDirection) {
    super();
    this.#connection = connection;
    this._kind = kind;
    this.sender = sender;
    this.receiver = receiver;
    this._direction = direction;
    this._headerExtensionsToNegotiate = headerExtensions[kind].map(({ uri }) => ({ uri, direction: 'sendrecv' }));
  }

  /** https://w3c.github.io/webrtc-pc/#dom-rtcrtptransceiver-direction */
  get direction(): RTCRtpTransceiverDirection {
    return this._stopping ? 'stopped' : this._direction;
  }

  set direction(newDirection: RTCRtpTransceiverDirection) {
    // Step 3
    if (this._stopping) throw invalidState('direction', 'the transceiver is stopping.');
    // Step 5
    if (newDirection === this._direction) return;
    // Step 6
    if (newDirection === 'stopped') throw new TypeError("Failed to set the 'direction' property on 'RTCRtpTransceiver': use stop() to stop a transceiver.");
    // Steps 7 and 8
    this._direction = newDirection;
    this.#connection._updateNegotiationNeeded();
  }

  get stopped(): boolean {
    return this._stopped;
  }

  get currentDirection(): RTCRtpTransceiverDirection | null {
    return this._stopped ? 'stopped' : this._currentDirection;
  }

  /** https://w3c.github.io/webrtc-pc/#dom-rtcrtptransceiver-stop */
  stop(): void {
    // Step 3
    if (this.#connection._isClosed) throw invalidState('stop', 'the connection is closed.');
    // Step 4
    if (this._stopping) return;
    // Steps 5 and 6
    this._stopSendingAndReceiving();
    this.#connection._updateNegotiationNeeded();
  }

  /** https://w3c.github.io/webrtc-pc/#dfn-stop-sending-and-receiving */
  _stopSendingAndReceiving(): void {
    this._stopping = true;
    this._direction = 'inactive';
    // Its end is told in a task.
    host.queueTask(() => this.receiver.track._end());
  }

  /** https://w3c.github.io/webrtc-pc/#dfn-stop-the-rtcrtptransceiver */
  _stop(): void {
    // Step 1
    if (!this._stopping) this._stopSendingAndReceiving();
    // Steps 2 to 5
    this._stopped = true;
    this._currentDirection = null;
  }

  /** https://w3c.github.io/webrtc-pc/#dom-rtcrtptransceiver-setcodecpreferences */
  setCodecPreferences(preferences: readonly RTCRtpCodec[]): void {
    // Step 3: without any, the defaults.
    if (preferences.length === 0) {
      this._preferredCodecs = [];
      return;
    }
    // Step 4: without duplicates
    const unique = preferences.filter((codec, index) => preferences.findIndex((other) => areEqual(codec, other)) === index);
    // Steps 5 to 7
    const known = (codec: RTCRtpCodec) => codecs[this._kind].some((candidate) => {
      const { mimeType, clockRate, channels, sdpFmtpLine } = codec;
      if (mimeType.toLowerCase() === 'video/rtx') return candidate.mimeType === 'video/rtx' && candidate.clockRate === clockRate;
      return isSameCodec(candidate, { mimeType, clockRate, channels: channels ?? null, parameters: sdpFmtpLine ?? '' })
        && (sdpFmtpLine ?? '') === candidate.parameters && (channels ?? null) === candidate.channels;
    });
    const unknown = unique.find((codec) => !known(codec));
    const context = "Failed to execute 'setCodecPreferences' on 'RTCRtpTransceiver': ";
    if (unknown !== undefined) {
      throw new DOMException(`${context}${unknown.mimeType} is no codec of getCapabilities('${this._kind}').`, 'InvalidModificationError');
    }
    if (unique.every(({ mimeType }) => isResiliencyCodec(mimeType))) {
      throw new DOMException(`${context}there is no codec for media among them.`, 'InvalidModificationError');
    }
    // Step 8
    this._preferredCodecs = unique;
  }

  // ---- https://w3c.github.io/webrtc-extensions/#rtp-header-extension-control ----

  getHeaderExtensionsToNegotiate(): RTCRtpHeaderExtensionCapability[] {
    return this._headerExtensionsToNegotiate.map((extension) => ({ ...extension }));
  }

  setHeaderExtensionsToNegotiate(extensions: readonly RTCRtpHeaderExtensionCapability[]): void {
    const context = "Failed to execute 'setHeaderExtensionsToNegotiate' on 'RTCRtpTransceiver': ";
    if (extensions.some(({ uri }) => uri === '')) throw new TypeError(`${context}an extension has no URI.`);
    const fail = (detail: string) => new DOMException(`${context}${detail}`, 'InvalidModificationError');
    const current = this._headerExtensionsToNegotiate;
    if (extensions.length !== current.length || extensions.some(({ uri }, index) => uri !== current[index]!.uri)) {
      throw fail('the extensions have to be those of getHeaderExtensionsToNegotiate().');
    }
    if (extensions.some(({ uri, direction }) => uri === mandatoryExtension && direction !== 'sendrecv')) throw fail(`${mandatoryExtension} can not be done without.`);
    this._headerExtensionsToNegotiate = extensions;
  }

  getNegotiatedHeaderExtensions(): RTCRtpHeaderExtensionCapability[] {
    return this._headerExtensionsToNegotiate.map(({ uri }) => {
      const negotiated = this.sender._extensions.find((extension) => extension.uri === uri);
      return { uri, direction: negotiated === undefined ? 'stopped' : (negotiated.direction ?? 'sendrecv') };
    });
  }

  /** As our offers have them. */
  get _offeredExtensions(): ExtensionMap[] {
    return defaultExtensions(this._kind).flatMap((extension) => {
      const direction = this._directionOf(extension.uri);
      return direction === 'stopped' ? [] : [{ ...extension, direction: direction === 'sendrecv' ? null : direction }];
    });
  }

  /** As our answers have those that the peer offers. https://www.rfc-editor.org/rfc/rfc8285#section-6 */
  _answeredExtensions(offered: readonly ExtensionMap[]): ExtensionMap[] {
    return offered.flatMap((extension) => {
      const ours = this._directionOf(extension.uri);
      if (ours === 'stopped') return [];
      const theirs = reversed(extension.direction ?? 'sendrecv');
      const direction = toDirection(sends(ours) && sends(theirs), receives(ours) && receives(theirs));
      return [{ ...extension, direction: direction === 'sendrecv' ? null : direction }];
    });
  }

  _directionOf(uri: string): RTCRtpTransceiverDirection {
    return this._headerExtensionsToNegotiate.find((extension) => extension.uri === uri)?.direction ?? 'stopped';
  }
}

/** What BUNDLE cannot do without. https://www.rfc-editor.org/rfc/rfc9143#section-9.2 */
const mandatoryExtension = 'urn:ietf:params:rtp-hdrext:sdes:mid';

function areEqual(a: RTCRtpCodec, b: RTCRtpCodec): boolean {
  return a.mimeType.toLowerCase() === b.mimeType.toLowerCase() && a.clockRate === b.clockRate
    && a.channels === b.channels && (a.sdpFmtpLine ?? '') === (b.sdpFmtpLine ?? '');
}

function invalidState(member: string, detail: string): DOMException {
  return new DOMException(`Failed to use '${member}' of 'RTCRtpTransceiver': ${detail}`, 'InvalidStateError');
}

/** Whether a direction sends, and receives. */
export const sends = (direction: RTCRtpTransceiverDirection | null): boolean => direction === 'sendrecv' || direction === 'sendonly';
export const receives = (direction: RTCRtpTransceiverDirection | null): boolean => direction === 'sendrecv' || direction === 'recvonly';

export function toDirection(isSending: boolean, isReceiving: boolean): 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive' {
  if (isSending) return isReceiving ? 'sendrecv' : 'sendonly';
  return isReceiving ? 'recvonly' : 'inactive';
}

/** The same direction, seen from the other side. https://www.rfc-editor.org/rfc/rfc8829#section-5.3.1 */
export function reversed(direction: RTCRtpTransceiverDirection): 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive' {
  return toDirection(receives(direction), sends(direction));
}
