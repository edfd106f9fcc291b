import type { OperationsChain } from './OperationsChain';
import type { RTCPeerConnection } from './RTCPeerConnection';
import { reversed, receives, sends } from './RTCRtpTransceiver';

/** Tells script when offer and answer have to be exchanged. */
export class NegotiationNeeded {
  readonly #connection: RTCPeerConnection;
  readonly #chain: OperationsChain;
  /** [[NegotiationNeeded]] */
  #isNeeded = false;
  /** [[UpdateNegotiationNeededFlagOnEmptyChain]] */
  #updatesOnEmptyChain = false;

  constructor(connection: RTCPeerConnection, chain: OperationsChain) {
    this.#connection = connection;
    this.#chain = chain;
  }

  /** https://w3c.github.io/webrtc-pc/#dfn-update-the-negotiation-needed-flag */
  update(): void {
    // Step 1
    if (!this.#chain.isEmpty) {
      this.#updatesOnEmptyChain = true;
      return;
    }
    // Step 2
    host.queueTask(() => {
      // Step 2.1
      if (this.#connection._isClosed) return;
      // Step 2.2
      if (!this.#chain.isEmpty) {
        this.#updatesOnEmptyChain = true;
        return;
      }
      // Step 2.3
      if (this.#connection.signalingState !== 'stable') return;
      // Step 2.4
      if (!isNegotiationNeeded(this.#connection)) {
        this.#isNeeded = false;
        return;
      }
      // Steps 2.5 to 2.7
      if (this.#isNeeded) return;
      this.#isNeeded = true;
      this.#connection.fire('negotiationneeded');
    });
  }

  chainEmptied(): void {
    if (!this.#updatesOnEmptyChain) return;
    this.#updatesOnEmptyChain = false;
    this.update();
  }

  /** The connection has become stable. */
  clear(): void {
    this.#isNeeded = false;
    this.update();
  }
}

/** https://w3c.github.io/webrtc-pc/#dfn-check-if-negotiation-is-needed, once no operation is under way. */
function isNegotiationNeeded(connection: RTCPeerConnection): boolean {
  const { currentLocal, currentRemote } = connection._descriptions;
  const local = currentLocal?.parsed ?? null;
  const remote = currentRemote?.parsed ?? null;
  // Step 3: credentials to be replaced
  if (connection._transports.isRestartNeeded) return true;
  // Step 5
  if (connection._needsData && !local?.media.some(({ kind, port, isBundleOnly }) => kind === 'application' && (port !== 0 || isBundleOnly))) return true;
  // Step 6
  for (const transceiver of connection._transceivers) {
    // Step 6.1
    if (transceiver._stopping && !transceiver._stopped) return true;
    if (transceiver._stopped) {
      // Step 6.4: its section is rejected, in either description.
      const isRejected = [local, remote].some((description) => description?.media.some(({ mid, port, isBundleOnly }) => mid === transceiver.mid && port === 0 && !isBundleOnly));
      if (transceiver.mid !== null && local !== null && local.media.some(({ mid }) => mid === transceiver.mid) && !isRejected) return true;
      continue;
    }
    // Step 6.2
    const ours = local?.media.find(({ mid }) => mid !== null && mid === transceiver.mid);
    const theirs = remote?.media.find(({ mid }) => mid !== null && mid === transceiver.mid);
    if (!ours) return true;
    // Step 6.3.1: streams, in order-free comparison
    const { direction, sender } = transceiver;
    if (sends(direction)) {
      const described = ours.msids.map(({ stream }) => stream).filter((stream) => stream !== '-').sort();
      const wanted = [...sender._streamIds].sort();
      if (ours.msids.length === 0 || described.length !== wanted.length || described.some((stream, index) => stream !== wanted[index])) return true;
    }
    // Steps 6.3.2 and 6.3.3
    if (currentLocal!.type === 'offer') {
      if (ours.direction !== direction && (!theirs || reversed(theirs.direction) !== direction)) return true;
    } else {
      const offered = theirs ? reversed(theirs.direction) : direction;
      const answered = (sends(direction) && sends(offered) ? 1 : 0) + (receives(direction) && receives(offered) ? 2 : 0);
      const described = (sends(ours.direction) ? 1 : 0) + (receives(ours.direction) ? 2 : 0);
      if (answered !== described) return true;
    }
  }
  return false;
}
