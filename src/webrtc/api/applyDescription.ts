import type { RTCSdpType } from '../../generated/webrtc-types';
import { MediaStream } from '../../mediastream/MediaStream';
import type { MediaStreamTrack } from '../../mediastream/MediaStreamTrack';
import { commonCodecs, preferredCodecs, sectionCodecs } from '../jsep/codecs';
import type { MediaKind } from '../rtp/capabilities';
import type { JsepDescription, MediaSection } from '../sdp/MediaSection';
import { bundleOf } from './DescriptionState';
import type { RTCCertificate } from './RTCCertificate';
import type { RTCPeerConnection } from './RTCPeerConnection';
import { receives, reversed, type RTCRtpTransceiver, sends } from './RTCRtpTransceiver';
import { createTransceiver } from './transceivers';
import type { RTCRtpReceiver } from './RTCRtpReceiver';

/** What is told when a description has been applied. */
export interface Effects {
  /** *muteTracks* */
  readonly muted: MediaStreamTrack[];
  /** *addList*, *removeList* */
  readonly added: [MediaStream, MediaStreamTrack][];
  readonly removed: [MediaStream, MediaStreamTrack][];
  /** *trackEventInits* */
  readonly tracks: { receiver: RTCRtpReceiver; streams: readonly MediaStream[]; transceiver: RTCRtpTransceiver }[];
}

const noEffects = (): Effects => ({ muted: [], added: [], removed: [], tracks: [] });

/** What a transceiver goes back to. */
interface StableState {
  readonly transceiver: RTCRtpTransceiver;
  readonly mid: string | null;
  readonly mLineIndex: number | null;
  readonly currentDirection: RTCRtpTransceiver['_currentDirection'];
  readonly firedDirection: RTCRtpTransceiver['_firedDirection'];
}

const stableStates = new WeakMap<RTCPeerConnection, { states: StableState[]; hasSctp: boolean }>();

/** Before the first description of a negotiation. */
export function takeStable(connection: RTCPeerConnection): void {
  const states = connection._transceivers.map((transceiver) => {
    const { sender, receiver } = transceiver;
    sender._lastStableStateTransport = sender._transport;
    receiver._lastStableStateTransport = receiver._transport;
    receiver._lastStableStateStreams = receiver._streams;
    return {
      transceiver, mid: transceiver.mid, mLineIndex: transceiver._mLineIndex,
      currentDirection: transceiver._currentDirection, firedDirection: transceiver._firedDirection,
    };
  });
  stableStates.set(connection, { states, hasSctp: connection._sctpTransport !== null });
  connection._transports.remember();
}

/** https://w3c.github.io/webrtc-pc/#set-description, step 4.5.9 */
export function rollback(connection: RTCPeerConnection): Effects {
  const effects = noEffects();
  const stable = stableStates.get(connection);
  if (!stable) return effects;
  for (const transceiver of [...connection._transceivers]) {
    const { sender, receiver } = transceiver;
    const state = stable.states.find((candidate) => candidate.transceiver === transceiver);
    if (state) {
      transceiver.mid = state.mid;
      transceiver._mLineIndex = state.mLineIndex;
      transceiver._currentDirection = state.currentDirection;
      sender._transport = sender._lastStableStateTransport;
      receiver._transport = receiver._lastStableStateTransport;
      if (receives(transceiver._firedDirection) && !receives(state.firedDirection)) effects.muted.push(receiver.track);
      transceiver._firedDirection = state.firedDirection;
      const isAdded = setStreams(receiver, receiver._lastStableStateStreams, effects);
      if (isAdded) effects.tracks.push({ receiver, streams: receiver._streams, transceiver });
      continue;
    }
    // Made by the description, or by script since.
    const wasMadeByScript = transceiver._isAddedByTrack || !transceiver._isMadeByDescription;
    if (receives(transceiver._firedDirection)) effects.muted.push(receiver.track);
    setStreams(receiver, [], effects);
    transceiver.mid = null;
    transceiver._mLineIndex = null;
    transceiver._firedDirection = null;
    sender._transport = null;
    receiver._transport = null;
    if (wasMadeByScript) continue;
    transceiver._stop();
    connection._transceivers.splice(connection._transceivers.indexOf(transceiver), 1);
  }
  connection._transports.rollback();
  if (!stable.hasSctp) connection._sctpTransport = null;
  return effects;
}

/** Streams as a remote description names them: a track is in each of them, and in no other. True when one has come. */
function setStreams(receiver: RTCRtpReceiver, streams: MediaStream[], effects: Effects): boolean {
  const { track, _streams: before } = receiver;
  for (const stream of before) if (!streams.includes(stream)) effects.removed.push([stream, track]);
  const added = streams.filter((stream) => !before.includes(stream));
  for (const stream of added) effects.added.push([stream, track]);
  receiver._streams = streams;
  return added.length > 0;
}

/** https://w3c.github.io/webrtc-pc/#set-description, step 4.5.7 */
export function applyLocal(connection: RTCPeerConnection, description: JsepDescription, certificate: RTCCertificate, type: RTCSdpType): Effects {
  const effects = noEffects();
  const isAnswer = type === 'answer' || type === 'pranswer';
  const { _transports: transports } = connection;
  for (const [index, section] of description.media.entries()) {
    if (section.kind === 'application' || section.mid === null) continue;
    // Steps 2 and 3: a transceiver that has no section takes the next new one of its kind.
    const transceiver = connection._transceivers.find(({ mid }) => mid === section.mid)
      ?? connection._transceivers.find(({ mid, _kind, _stopping }) => mid === null && _kind === section.kind && !_stopping && section.port + Number(section.isBundleOnly) > 0);
    if (!transceiver || transceiver._stopped) continue;
    if (transceiver.mid === null) {
      transceiver.mid = section.mid;
      transceiver._mLineIndex = index;
    }
  }
  transports.applyLocal(description, certificate, bundleOf(description), isAnswer);
  for (const section of description.media) {
    if (section.kind === 'application') {
      if (section.mid !== null && (section.port !== 0 || section.isBundleOnly)) transports.prepareSctp(section.mid, certificate);
      continue;
    }
    const transceiver = connection._transceivers.find(({ mid }) => mid !== null && mid === section.mid);
    if (!transceiver || transceiver._stopped) continue;
    setTransports(connection, transceiver);
    if (!isAnswer) continue;
    if (isRejected(section)) {
      if (type === 'answer') endTransceiver(connection, transceiver);
      continue;
    }
    const { direction } = section;
    negotiate(transceiver, section, connection._descriptions.pendingRemote?.parsed ?? connection._descriptions.currentRemote?.parsed, true);
    // A receiver that is not used any more loses its track.
    if (!receives(direction) && receives(transceiver._firedDirection)) removeRemoteTrack(transceiver, effects);
    transceiver._currentDirection = direction;
    transceiver._firedDirection = direction;
    transceiver._hasSent ||= sends(direction);
  }
  if (type === 'answer') stopStopping(connection, description);
  return effects;
}

/** https://w3c.github.io/webrtc-pc/#set-description, step 4.5.8 */
export function applyRemote(connection: RTCPeerConnection, description: JsepDescription, certificate: RTCCertificate, type: RTCSdpType): Effects {
  const effects = noEffects();
  const isAnswer = type === 'answer' || type === 'pranswer';
  const { _transports: transports } = connection;
  const { media } = description;
  media.forEach((section, index) => { section.mid ??= defaultMid(connection, index); });
  transports.applyRemote(description, bundleOf(description), isAnswer);
  for (const [index, section] of media.entries()) {
    if (section.kind === 'application') {
      if (section.port !== 0 || section.isBundleOnly) transports.prepareSctp(section.mid!, certificate);
      else if (isAnswer) connection._sctpTransport = null;
      continue;
    }
    if (section.kind !== 'audio' && section.kind !== 'video') continue;
    const transceiver = findTransceiver(connection, section, index, isAnswer);
    if (!transceiver) continue;
    setTransports(connection, transceiver);
    if (isRejected(section)) {
      if (!transceiver._stopped && (isAnswer || transceiver.mid !== null)) {
        if (receives(transceiver._firedDirection)) removeRemoteTrack(transceiver, effects);
        // Its section is given up with the answer.
        if (type === 'offer') transceiver._stop();
        else if (type === 'answer') endTransceiver(connection, transceiver);
      }
      continue;
    }
    if (transceiver._stopped) continue;
    const direction = reversed(section.direction);
    processRemoteTracks(connection, transceiver, section, direction, effects);
    transceiver._firedDirection = direction;
    if (!isAnswer) continue;
    negotiate(transceiver, section, connection._descriptions.pendingLocal?.parsed ?? connection._descriptions.currentLocal?.parsed, false);
    transceiver._currentDirection = direction;
    transceiver._hasSent ||= sends(direction);
  }
  if (type === 'answer') stopStopping(connection, description);
  return effects;
}

/** Peers of old give their sections no names. */
function defaultMid(connection: RTCPeerConnection, index: number): string {
  const { pendingLocal, currentLocal } = connection._descriptions;
  return (pendingLocal ?? currentLocal)?.parsed.media[index]?.mid ?? String(index);
}

/** https://www.rfc-editor.org/rfc/rfc8829#section-5.10 */
function findTransceiver(connection: RTCPeerConnection, section: MediaSection, index: number, isAnswer: boolean): RTCRtpTransceiver | undefined {
  const { _transceivers: transceivers } = connection;
  const associated = transceivers.find(({ mid }) => mid !== null && mid === section.mid);
  if (associated) return associated;
  if (isAnswer || isRejected(section)) return undefined;
  const kind = section.kind as MediaKind;
  // One that addTrack() made, and that has no section yet, will do if the peer wants to receive.
  const free = receives(section.direction)
    ? transceivers.find(({ mid, _kind, _stopping, _isAddedByTrack }) => mid === null && _kind === kind && !_stopping && _isAddedByTrack)
    : undefined;
  const transceiver = free ?? createTransceiver(connection, kind, null, [], [], 'recvonly');
  if (!free) transceiver._isMadeByDescription = true;
  transceiver.mid = section.mid;
  transceiver._mLineIndex = index;
  return transceiver;
}

function isRejected(section: MediaSection): boolean {
  return section.port === 0 && !section.isBundleOnly;
}

function setTransports(connection: RTCPeerConnection, transceiver: RTCRtpTransceiver): void {
  const controller = connection._transports.of(transceiver.mid);
  if (!controller) return;
  transceiver.sender._transport = controller.dtlsTransport;
  transceiver.receiver._transport = controller.dtlsTransport;
}

/** https://w3c.github.io/webrtc-pc/#process-remote-tracks */
function processRemoteTracks(connection: RTCPeerConnection, transceiver: RTCRtpTransceiver, section: MediaSection, direction: string, effects: Effects): void {
  const isReceiving = direction === 'sendrecv' || direction === 'recvonly';
  const wasReceiving = receives(transceiver._firedDirection);
  if (isReceiving) {
    // Step 1: the streams that the description names
    const ids = [...new Set(section.msids.map(({ stream }) => stream))].filter((id) => id !== '-');
    const streams = section.msids.length === 0 ? [streamOf(connection, defaultStreamId(connection))] : ids.map((id) => streamOf(connection, id));
    const isAdded = setStreams(transceiver.receiver, streams, effects);
    // Step 2: *process the addition of a remote track*
    if (!wasReceiving || isAdded) effects.tracks.push({ receiver: transceiver.receiver, streams, transceiver });
  } else if (wasReceiving) {
    // Step 3: *process the removal of a remote track*
    removeRemoteTrack(transceiver, effects);
  } else {
    setStreams(transceiver.receiver, [], effects);
  }
}

function removeRemoteTrack({ receiver }: RTCRtpTransceiver, effects: Effects): void {
  setStreams(receiver, [], effects);
  if (!receiver.track.muted) effects.muted.push(receiver.track);
}

const remoteStreams = new WeakMap<RTCPeerConnection, Map<string, MediaStream>>();

/** A remote stream by its id: one object each. */
function streamOf(connection: RTCPeerConnection, id: string): MediaStream {
  let streams = remoteStreams.get(connection);
  if (!streams) remoteStreams.set(connection, (streams = new Map()));
  let stream = streams.get(id);
  if (!stream) streams.set(id, (stream = new MediaStream([], id)));
  return stream;
}

const defaultStreamIds = new WeakMap<RTCPeerConnection, string>();

/** Tracks without `a=msid` are in a stream of their own. https://www.rfc-editor.org/rfc/rfc8829#section-5.10 */
function defaultStreamId(connection: RTCPeerConnection): string {
  let id = defaultStreamIds.get(connection);
  if (id === undefined) defaultStreamIds.set(connection, (id = new MediaStream().id));
  return id;
}

/** The codecs and extensions that answer and offer have in common. */
function negotiate({ _kind: kind, _preferredCodecs, sender, receiver }: RTCRtpTransceiver, answer: MediaSection, offer: JsepDescription | undefined, isOurAnswer: boolean): void {
  const section = offer?.media.find(({ mid }) => mid === answer.mid) ?? answer;
  const ours = preferredCodecs(kind, _preferredCodecs);
  const answered = sectionCodecs(answer);
  const codecs = commonCodecs(answered, ours.length > 0 ? ours : sectionCodecs(section));
  sender._codecs = codecs;
  receiver._codecs = codecs;
  const extensions = isOurAnswer ? answer.extensions : answer.extensions.map((extension) => ({ ...extension, direction: extension.direction && reversed(extension.direction) }));
  sender._extensions = extensions;
  receiver._extensions = extensions;
}

/** https://w3c.github.io/webrtc-pc/#dfn-stop-the-rtcrtptransceiver, by a section that is rejected */
function endTransceiver(connection: RTCPeerConnection, transceiver: RTCRtpTransceiver): void {
  transceiver._stop();
  removeStopped(connection, transceiver);
}

/** Transceivers that stop have come to their end with the answer. */
function stopStopping(connection: RTCPeerConnection, { media }: JsepDescription): void {
  for (const transceiver of [...connection._transceivers]) {
    if (!transceiver._stopping) continue;
    const section = media.find(({ mid }) => mid !== null && mid === transceiver.mid);
    if (transceiver.mid !== null && section && !isRejected(section)) continue;
    if (!transceiver._stopped) transceiver._stop();
    removeStopped(connection, transceiver);
  }
}

function removeStopped(connection: RTCPeerConnection, transceiver: RTCRtpTransceiver): void {
  const { mid } = transceiver;
  const index = connection._transceivers.indexOf(transceiver);
  if (index >= 0) connection._transceivers.splice(index, 1);
  transceiver.mid = null;
  transceiver.sender._transport = null;
  transceiver.receiver._transport = null;
  if (mid !== null) connection._transports.forget(mid);
}
