import type { GatheredCandidate, GatheringOptions, IceParametersData, MediaThread } from '../thread/messages';
import { nextNumber } from './media-thread';
import type { RTCCertificate } from './RTCCertificate';
import { RTCDtlsTransport } from './RTCDtlsTransport';
import { RTCIceTransport } from './RTCIceTransport';
import type { MediaSection } from '../sdp/MediaSection';

/** What a rollback goes back to. */
interface StableState {
  readonly parameters: IceParametersData | null;
  readonly objects: RTCIceTransport['_localCandidates'];
  readonly candidates: GatheredCandidate[];
  readonly remoteUsernameFragment: string | null;
}

/** The control thread's side of a transport: its objects, and what the media thread has been told of it. */
export class TransportController {
  readonly number = nextNumber();
  readonly iceTransport = new RTCIceTransport(true);
  readonly dtlsTransport = new RTCDtlsTransport(this.iceTransport);
  /** Candidates of the current generation, as gathered. */
  candidates: GatheredCandidate[] = [];
  /** It has been told to gather and has not answered yet. */
  isGatheringAwaited = false;
  /** We take the DTLS client's part; null until that is decided. */
  isDtlsClient: boolean | null = null;
  hasSctp = false;
  readonly certificate: RTCCertificate;
  readonly #thread: MediaThread;
  #remoteUsernameFragment: string | null = null;
  /** What a rollback goes back to. */
  #stable: StableState = { parameters: null, objects: [], candidates: [], remoteUsernameFragment: null };
  #hasStartedDtls = false;
  #isClosed = false;

  constructor(thread: MediaThread, connection: number, certificate: RTCCertificate) {
    this.#thread = thread;
    this.certificate = certificate;
    thread.command({ kind: 'open transport', transport: this.number, connection, certificate: certificate._data });
  }

  get localParameters(): IceParametersData | null {
    return this.iceTransport._localParameters;
  }

  /** Begins to gather for these credentials, unless that has been done. */
  gather(parameters: IceParametersData, options: GatheringOptions): void {
    if (this.localParameters?.usernameFragment === parameters.usernameFragment) return;
    this.iceTransport._localParameters = parameters;
    this.iceTransport._localCandidates = [];
    // After a restart the peer's are told again, also where they stay the same.
    this.#remoteUsernameFragment = null;
    this.candidates = [];
    this.isGatheringAwaited = true;
    this.#thread.command({ kind: 'gather', transport: this.number, parameters, options });
  }

  /** Before a description that may be rolled back. */
  remember(): void {
    const { _localParameters: parameters, _localCandidates: objects } = this.iceTransport;
    this.#stable = { parameters, objects, candidates: this.candidates, remoteUsernameFragment: this.#remoteUsernameFragment };
  }

  /** An ICE restart that was offered is taken back. */
  rollback(): void {
    const { parameters, objects, candidates, remoteUsernameFragment } = this.#stable;
    if (parameters === null || parameters === this.localParameters) return;
    this.iceTransport._localParameters = parameters;
    this.iceTransport._localCandidates = objects;
    this.candidates = candidates;
    this.isGatheringAwaited = false;
    this.#remoteUsernameFragment = remoteUsernameFragment;
    this.#thread.command({ kind: 'cancel restart', transport: this.number });
  }

  /** What the peer says of its ICE agent. */
  setRemote(section: MediaSection, isIceLite: boolean): void {
    const { usernameFragment, password } = section;
    if (usernameFragment === null || password === null) return;
    if (usernameFragment !== this.#remoteUsernameFragment) {
      this.#remoteUsernameFragment = usernameFragment;
      this.iceTransport._remoteParameters = { usernameFragment, password, lite: isIceLite };
      this.iceTransport._remoteCandidates = [];
      this.#thread.command({ kind: 'remote parameters', transport: this.number, parameters: { usernameFragment, password, lite: isIceLite } });
    }
  }

  setRole(isControlling: boolean): void {
    if (this.iceTransport._role !== 'unknown') return;
    this.iceTransport._role = isControlling ? 'controlling' : 'controlled';
    this.#thread.command({ kind: 'ice role', transport: this.number, controlling: isControlling });
  }

  startDtls(fingerprints: MediaSection['fingerprints']): void {
    if (this.#hasStartedDtls || this.isDtlsClient === null) return;
    this.#hasStartedDtls = true;
    this.#thread.command({ kind: 'start dtls', transport: this.number, client: this.isDtlsClient, fingerprints });
  }

  startSctp(localPort: number, remotePort: number, remoteMaxMessageSize: number): void {
    if (this.hasSctp) return;
    this.hasSctp = true;
    this.#thread.command({ kind: 'start sctp', transport: this.number, localPort, remotePort, remoteMaxMessageSize });
  }

  /** No description uses it any more: its objects are told in a task. */
  end(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#thread.command({ kind: 'close transport', transport: this.number });
    host.queueTask(() => {
      if (this.iceTransport._state !== 'closed') {
        this.iceTransport._close();
        this.iceTransport.fire('statechange');
      }
      if (this.dtlsTransport._state === 'closed') return;
      this.dtlsTransport._state = 'closed';
      this.dtlsTransport.fire('statechange');
    });
  }
}
