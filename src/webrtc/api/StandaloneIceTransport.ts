import type { RTCIceGatherOptions, RTCIceParameters, RTCIceRole } from '../../generated/webrtc-types';
import { isHostError } from '../../host/Host';
import { serialiseCandidateAttribute } from '../ice/candidate-attribute';
import type { Command, GatheredCandidate, MediaEvent, MediaThread } from '../thread/messages';
import { gatheringOptions, validateServer } from './configuration';
import { mediaThread, nextNumber } from './media-thread';
import { newIceParameters } from './newIceParameters';
import { RTCIceCandidate } from './RTCIceCandidate';
import type { RTCIceTransport } from './RTCIceTransport';

type Handlers = { [Kind in MediaEvent['kind']]?: (event: Extract<MediaEvent, { kind: Kind }>) => void };

/** https://www.rfc-editor.org/rfc/rfc8839#section-5.4: ice-char, and how many there are. */
const usernameFragmentSyntax = /^[A-Za-z\d+/]{4,256}$/;
const passwordSyntax = /^[A-Za-z\d+/]{22,256}$/;

/** An ICE transport that script has made, and gathers, signals and starts itself. https://w3c.github.io/webrtc-ice/#rtcicetransport */
export class StandaloneIceTransport {
  readonly #transport: RTCIceTransport;
  readonly #thread: MediaThread;
  /** Of the transport, and of the connection that it is alone in. */
  readonly #number = nextNumber();
  #isOpen = false;

  constructor(transport: RTCIceTransport) {
    const thread = mediaThread();
    if (isHostError(thread)) throw new DOMException(thread.message, 'NotSupportedError');
    this.#thread = thread;
    this.#transport = transport;
    transport._localParameters = newIceParameters();
  }

  /** https://w3c.github.io/webrtc-ice/#dom-rtcicetransport-gather */
  gather({ gatherPolicy, iceServers = [] }: RTCIceGatherOptions): void {
    const transport = this.#transport;
    const context = contextOf('gather');
    // Step 1
    this.#checkOpen(context);
    // Step 2
    if (transport._gatheringState !== 'new') throw new DOMException(`${context}: candidates have been gathered already.`, 'InvalidStateError');
    for (const server of iceServers) validateServer(context, server);
    // Steps 3 and 4: script sees that at once, so there is no event.
    transport._gatheringState = 'gathering';
    this.#command({
      kind: 'gather', transport: this.#number, parameters: transport._localParameters!, options: gatheringOptions({ iceServers, iceTransportPolicy: gatherPolicy }),
    });
  }

  /** https://w3c.github.io/webrtc-ice/#dom-rtcicetransport-start */
  start({ usernameFragment, password, iceLite: lite = false }: RTCIceParameters, role: RTCIceRole): void {
    const transport = this.#transport;
    const context = contextOf('start');
    if (usernameFragment === undefined || password === undefined) throw new TypeError(`${context}: usernameFragment and password are needed.`);
    if (!usernameFragmentSyntax.test(usernameFragment)) throw new DOMException(`${context}: the usernameFragment is not one of 4 to 256 ice-chars.`, 'SyntaxError');
    if (!passwordSyntax.test(password)) throw new DOMException(`${context}: the password is not one of 22 to 256 ice-chars.`, 'SyntaxError');
    if (role === 'unknown') throw new TypeError(`${context}: the role has to be controlling or controlled.`);
    this.#checkOpen(context);
    if (transport._role !== null && transport._role !== role) throw new DOMException(`${context}: the role can not change.`, 'InvalidStateError');
    const before = transport._remoteParameters;
    if (before?.usernameFragment === usernameFragment && before.password === password) return;
    const parameters = { usernameFragment, password, lite };
    transport._remoteParameters = parameters;
    if (before !== null) {
      // The peer has restarted: its candidates are those of a session that is over.
      transport._remoteCandidates = [];
      // Deviation: a transport that is connected stays so, since data goes over the old pair until there is a new one.
      const isConnected = transport._state === 'connected' || transport._state === 'completed';
      transport._state = isConnected ? 'connected' : 'new';
    }
    this.#command({ kind: 'remote parameters', transport: this.#number, parameters });
    if (transport._role === null) {
      transport._role = role;
      this.#command({ kind: 'ice role', transport: this.#number, controlling: role === 'controlling' });
    }
    this.#beginChecking();
  }

  /** https://w3c.github.io/webrtc-ice/#dom-rtcicetransport-stop */
  stop(): void {
    this.#transport._close();
    if (!this.#isOpen) return;
    this.#thread.command({ kind: 'close connection', connection: this.#number });
    this.#thread.unlisten(this.#number);
    this.#isOpen = false;
  }

  /** https://w3c.github.io/webrtc-ice/#dom-rtcicetransport-addremotecandidate; one that is empty ends the candidates. */
  addRemoteCandidate(candidate: RTCIceCandidate): void {
    const transport = this.#transport;
    const context = contextOf('addRemoteCandidate');
    this.#checkOpen(context);
    const { _parsed: parsed } = candidate;
    if (candidate.candidate === '') {
      this.#command({ kind: 'end of candidates', transport: this.#number, usernameFragment: transport._remoteParameters?.usernameFragment ?? '' });
      return;
    }
    if (parsed === null) throw new DOMException(`${context}: the candidate can not be parsed.`, 'OperationError');
    transport._remoteCandidates.push(candidate);
    this.#command({ kind: 'remote candidate', transport: this.#number, candidate: parsed });
    this.#beginChecking();
  }

  #checkOpen(context: string): void {
    if (this.#transport._state === 'closed') throw new DOMException(`${context}: the transport is closed.`, 'InvalidStateError');
  }

  /** Checking begins when there are parameters and a candidate; script sees that at once, so there is no event. */
  #beginChecking(): void {
    const { _state, _remoteParameters, _remoteCandidates } = this.#transport;
    if (_state === 'new' && _remoteParameters !== null && _remoteCandidates.length > 0) this.#transport._state = 'checking';
    this.#updateHold();
  }

  /** Opens the transport on the media thread when there is something to tell it. */
  #command(command: Command): void {
    if (!this.#isOpen) {
      this.#isOpen = true;
      this.#thread.command({ kind: 'open transport', transport: this.#number, connection: this.#number, certificate: null });
      this.#thread.listen(this.#number, {
        event: (event) => (this.#handlers[event.kind] as ((event: MediaEvent) => void) | undefined)?.(event),
        message() {},
      });
    }
    this.#thread.command(command);
    this.#updateHold();
  }

  /** The process waits while candidates are gathered, and while the peer is being reached or may send. */
  #updateHold(): void {
    const { _state, _gatheringState, _remoteParameters } = this.#transport;
    const mayConnect = _remoteParameters !== null && _state !== 'failed';
    this.#thread.keepAlive(this.#number, _state !== 'closed' && (_gatheringState === 'gathering' || mayConnect));
  }

  // ---- events of the media thread ----

  readonly #handlers: Handlers = {
    'candidate': ({ candidate }) => this.#candidate(candidate),
    'gathering': ({ state }) => {
      if (state !== 'complete') return;
      this.#transport.fire('icecandidate', { candidate: null }, 'RTCPeerConnectionIceEvent');
      host.queueTask(() => this.#gathered());
    },
    'candidate error': ({ kind: _kind, transport: _number, ...init }) => this.#transport.fire('error', init, 'RTCPeerConnectionIceErrorEvent'),
    'ice state': ({ state }) => this.#state(state),
    'ice role changed': ({ controlling }) => { this.#transport._role = controlling ? 'controlling' : 'controlled'; },
    'selected pair': ({ local, remote }) => this.#transport._select(local, remote, '', null),
    'lost': () => this.#state('failed'),
  };

  #candidate(gathered: GatheredCandidate): void {
    const { usernameFragment } = this.#transport._localParameters!;
    const { url, relayProtocol } = gathered;
    const candidate = new RTCIceCandidate({
      candidate: serialiseCandidateAttribute({ ...gathered, usernameFragment }), sdpMid: '', usernameFragment, url, relayProtocol,
    });
    this.#transport._localCandidates.push(candidate);
    this.#transport.fire('icecandidate', { candidate, url }, 'RTCPeerConnectionIceEvent');
  }

  #gathered(): void {
    const transport = this.#transport;
    if (transport._state === 'closed') return;
    transport._gatheringState = 'complete';
    transport.fire('gatheringstatechange');
    this.#updateHold();
  }

  #state(state: RTCIceTransport['_state']): void {
    const transport = this.#transport;
    if (transport._state === 'closed' || transport._state === state) return;
    transport._state = state;
    transport.fire('statechange');
    this.#updateHold();
  }
}

function contextOf(operation: string): string {
  return `Failed to execute '${operation}' on 'RTCIceTransport'`;
}
