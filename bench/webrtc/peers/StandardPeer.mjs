/**
 * A peer over an RTCPeerConnection as the specification has it, and the interface that all peers have. Each file beside this one
 * exports `load(entry)`, which imports the package at the URL `entry` and resolves to
 *
 *   openPeer({ signal, channel, failed })  a new peer. It calls `signal` with each message for the other end, `channel` with each
 *       channel that the other end has made, once that is open, and `failed` with an error that nobody waits for. A peer has
 *       `offer(label, { ordered, maxRetransmits })`, which resolves to a channel once that is open, `receive(message)` and `close()`.
 *   messageOf(bytes)  what the package's channels send of a Uint8Array
 *
 * A channel has `send(message)`, `bufferedAmount`, `receive(listener)`, which is called with what has a `byteLength` and can be sent
 * again, and `whenLow(bytes, listener)`.
 */
export class StandardPeer {
  #connection;
  #signal;
  #failed;
  #received = Promise.resolve();

  constructor(RTCPeerConnection, { signal, channel, failed }) {
    this.#signal = signal;
    this.#failed = failed;
    this.#connection = new RTCPeerConnection({ iceServers: [] });
    this.#connection.onicecandidate = ({ candidate }) => {
      if (!candidate?.candidate) return;
      const { candidate: line, sdpMid, sdpMLineIndex } = candidate;
      signal({ candidate: { candidate: line, sdpMid, sdpMLineIndex } });
    };
    this.#connection.ondatachannel = (event) => {
      opened(event.channel).then((open) => channel(new StandardChannel(open), open.label), failed);
    };
  }

  async offer(label, init) {
    const channel = this.#connection.createDataChannel(label, init);
    const open = opened(channel);
    open.catch(() => {}); // Where no offer can be made nobody waits for it.
    await this.#describe(await this.#connection.createOffer());
    return new StandardChannel(await open);
  }

  /** One message after the other: a candidate waits for the description that it belongs to. */
  receive(message) {
    this.#received = this.#received.then(() => this.#take(message)).catch(this.#failed);
  }

  async #take({ description, candidate }) {
    if (candidate) return this.#connection.addIceCandidate(candidate);
    await this.#connection.setRemoteDescription(description);
    if (description.type === 'offer') await this.#describe(await this.#connection.createAnswer());
  }

  async #describe(description) {
    await this.#connection.setLocalDescription(description);
    const { type, sdp } = this.#connection.localDescription;
    this.#signal({ description: { type, sdp } });
  }

  close() {
    return this.#connection.close();
  }
}

function opened(channel) {
  channel.binaryType = 'arraybuffer';
  if (channel.readyState === 'open') return Promise.resolve(channel);
  return new Promise((resolve, reject) => {
    channel.onopen = () => resolve(channel);
    channel.onclose = () => reject(new Error('the channel was closed before it opened'));
  });
}

class StandardChannel {
  #channel;

  constructor(channel) {
    this.#channel = channel;
  }

  get bufferedAmount() {
    return this.#channel.bufferedAmount;
  }

  send(message) {
    this.#channel.send(message);
  }

  receive(listener) {
    this.#channel.onmessage = ({ data }) => listener(data);
  }

  whenLow(bytes, listener) {
    this.#channel.bufferedAmountLowThreshold = bytes;
    this.#channel.addEventListener('bufferedamountlow', listener);
  }
}
