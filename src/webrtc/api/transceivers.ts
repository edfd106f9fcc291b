import type { RTCOfferOptions, RTCRtpTransceiverInit } from '../../generated/webrtc-types';
import type { MediaStream } from '../../mediastream/MediaStream';
import { MediaStreamTrack } from '../../mediastream/MediaStreamTrack';
import { executing } from '../../webidl/exceptions';
import type { MediaKind } from '../rtp/capabilities';
import type { RTCPeerConnection } from './RTCPeerConnection';
import { RTCRtpReceiver } from './RTCRtpReceiver';
import { encodingsRangeProblem, RTCRtpSender } from './RTCRtpSender';
import { RTCRtpTransceiver } from './RTCRtpTransceiver';

/** https://w3c.github.io/webrtc-pc/#dom-rtcpeerconnection-addtrack */
export function addTrack(connection: RTCPeerConnection, track: MediaStreamTrack, streams: readonly MediaStream[]): RTCRtpSender {
  // Step 4
  if (connection._isClosed) throw new DOMException(executing('addTrack', 'RTCPeerConnection', 'the connection is closed.'), 'InvalidStateError');
  // Step 5 and 6
  const senders = connection.getSenders();
  if (senders.some((sender) => sender.track === track)) {
    throw new DOMException(executing('addTrack', 'RTCPeerConnection', 'a sender for the track exists already.'), 'InvalidAccessError');
  }
  // Step 7
  const reusable = connection.getTransceivers().find(({ sender, _kind, _stopping, _hasSent }) => sender.track === null && _kind === track.kind && !_stopping && !_hasSent);
  const streamIds = [...new Set(streams.map(({ id }) => id))];
  if (reusable) {
    // Step 8
    reusable.sender._track = track;
    reusable.sender._streamIds = streamIds;
    if (reusable._direction === 'recvonly') reusable._direction = 'sendrecv';
    else if (reusable._direction === 'inactive') reusable._direction = 'sendonly';
    reusable._isMadeByDescription = false;
  }
  // Step 9
  const transceiver = reusable ?? createTransceiver(connection, track.kind, track, streams, [], 'sendrecv');
  if (!reusable) transceiver._isAddedByTrack = true;
  // Steps 10 to 12
  connection._updateNegotiationNeeded();
  return transceiver.sender;
}

/** https://w3c.github.io/webrtc-pc/#dom-rtcpeerconnection-removetrack */
export function removeTrack(connection: RTCPeerConnection, sender: RTCRtpSender): void {
  // Step 3
  if (connection._isClosed) throw new DOMException(executing('removeTrack', 'RTCPeerConnection', 'the connection is closed.'), 'InvalidStateError');
  // Step 4
  const transceiver = connection._transceivers.find((candidate) => candidate.sender === sender);
  if (!transceiver) throw new DOMException(executing('removeTrack', 'RTCPeerConnection', 'the sender is that of another connection.'), 'InvalidAccessError');
  // Steps 5 to 8
  if (transceiver._stopping || sender.track === null) return;
  sender._track = null;
  // Step 9
  if (transceiver._direction === 'sendrecv') transceiver._direction = 'recvonly';
  else if (transceiver._direction === 'sendonly') transceiver._direction = 'inactive';
  // Step 10
  connection._updateNegotiationNeeded();
}

/** https://w3c.github.io/webrtc-pc/#dom-rtcpeerconnection-addtransceiver */
export function addTransceiver(connection: RTCPeerConnection, trackOrKind: MediaStreamTrack | string, init: RTCRtpTransceiverInit): RTCRtpTransceiver {
  const isTrack = trackOrKind instanceof MediaStreamTrack;
  // Step 5
  const kind = isTrack ? trackOrKind.kind : trackOrKind;
  if (kind !== 'audio' && kind !== 'video') throw new TypeError(executing('addTransceiver', 'RTCPeerConnection', `'${kind}' is not a kind of media.`));
  // Step 7
  if (connection._isClosed) throw new DOMException(executing('addTransceiver', 'RTCPeerConnection', 'the connection is closed.'), 'InvalidStateError');
  // Step 8
  if (init.direction === 'stopped') throw new TypeError(executing('addTransceiver', 'RTCPeerConnection', "'stopped' is not a direction to begin with."));
  const encodings = checkSendEncodings(kind, init.sendEncodings);
  // Steps 9 to 12
  const transceiver = createTransceiver(connection, kind, isTrack ? trackOrKind : null, init.streams as unknown as MediaStream[], encodings, init.direction);
  // Steps 13 to 15
  connection._updateNegotiationNeeded();
  return transceiver;
}

/** https://w3c.github.io/webrtc-pc/#create-an-rtcrtptransceiver, and adds it to the set. */
export function createTransceiver(
  connection: RTCPeerConnection, kind: MediaKind, track: MediaStreamTrack | null, streams: readonly MediaStream[], encodings: RTCRtpTransceiverInit['sendEncodings'],
  direction: RTCRtpTransceiverInit['direction'],
): RTCRtpTransceiver {
  const sender = new RTCRtpSender(connection, kind, track, streams, encodings);
  const receiver = new RTCRtpReceiver(connection, kind);
  const transceiver = new RTCRtpTransceiver(connection, kind, sender, receiver, direction);
  sender._transceiver = transceiver;
  connection._transceivers.push(transceiver);
  return transceiver;
}

/** https://w3c.github.io/webrtc-pc/#legacy-configuration-extensions */
export function addLegacyReceivers(connection: RTCPeerConnection, options: RTCOfferOptions): void {
  for (const [kind, wanted] of [['audio', options.offerToReceiveAudio], ['video', options.offerToReceiveVideo]] as const) {
    const ofKind = connection._transceivers.filter(({ _kind, _stopping }) => _kind === kind && !_stopping);
    if (wanted === false) {
      for (const transceiver of ofKind) {
        if (transceiver._direction === 'sendrecv') transceiver._direction = 'sendonly';
        else if (transceiver._direction === 'recvonly') transceiver._direction = 'inactive';
      }
    } else if (wanted === true && !ofKind.some(({ _direction }) => _direction === 'sendrecv' || _direction === 'recvonly')) {
      createTransceiver(connection, kind, null, [], [], 'recvonly');
    }
  }
}

/** https://w3c.github.io/webrtc-pc/#dfn-addtransceiver-sendencodings-validation-steps */
function checkSendEncodings(kind: MediaKind, sendEncodings: RTCRtpTransceiverInit['sendEncodings']): RTCRtpTransceiverInit['sendEncodings'] {
  const fail = (detail: string) => new TypeError(executing('addTransceiver', 'RTCPeerConnection', detail));
  const rids = sendEncodings.map(({ rid }) => rid);
  // Steps 1 and 2
  if (rids.some((rid) => rid !== undefined && !/^[A-Za-z\d]{1,255}$/.test(rid))) throw fail('a rid is made of up to 255 letters and digits.');
  if (sendEncodings.length > 1 && rids.some((rid) => rid === undefined)) throw fail('several encodings need a rid each.');
  if (new Set(rids).size < rids.length) throw fail('two encodings have the same rid.');
  // Steps 5 to 7
  const encodings = sendEncodings.map((encoding) => ({ ...encoding }));
  if (kind === 'audio') {
    for (const encoding of encodings) {
      delete encoding.scaleResolutionDownBy;
      delete encoding.maxFramerate;
    }
  }
  const problem = encodingsRangeProblem(encodings, 'addTransceiver', 'RTCPeerConnection');
  if (problem !== null) throw problem;
  // Steps 8 to 12
  const kept = encodings.slice(0, kind === 'audio' ? 1 : mostEncodings);
  if (kept.length === 1) delete kept[0]!.rid;
  if (kind === 'audio' || kept.length === 0) return kept;
  const isScaled = kept.some(({ scaleResolutionDownBy }) => scaleResolutionDownBy !== undefined);
  kept.forEach((encoding, index) => { encoding.scaleResolutionDownBy ??= isScaled ? 1 : 2 ** (kept.length - 1 - index); });
  return kept;
}

const mostEncodings = 3;
