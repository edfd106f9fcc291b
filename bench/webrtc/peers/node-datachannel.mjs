/** By its own interface: its polyfill of the standard one costs more. */
export async function load(entry) {
  const { PeerConnection, preload } = await import(entry);
  preload();
  return { openPeer: (handlers) => new Peer(PeerConnection, handlers), messageOf: (bytes) => bytes };
}

class Peer {
  #connection;

  constructor(PeerConnection, { signal, channel }) {
    this.#connection = new PeerConnection('peer', { iceServers: [] });
    this.#connection.onLocalDescription((sdp, type) => signal({ description: { type, sdp } }));
    this.#connection.onLocalCandidate((candidate, mid) => signal({ candidate, mid }));
    this.#connection.onDataChannel((incoming) => {
      void opened(incoming).then((open) => channel(new Channel(open), open.getLabel()));
    });
  }

  async offer(label, { ordered, maxRetransmits }) {
    return new Channel(await opened(this.#connection.createDataChannel(label, { unordered: !ordered, maxRetransmits })));
  }

  receive({ description, candidate, mid }) {
    if (description) this.#connection.setRemoteDescription(description.sdp, description.type);
    else this.#connection.addRemoteCandidate(candidate, mid);
  }

  close() {
    this.#connection.close();
  }
}

function opened(channel) {
  if (channel.isOpen()) return Promise.resolve(channel);
  return new Promise((resolve) => channel.onOpen(() => resolve(channel)));
}

class Channel {
  #channel;

  constructor(channel) {
    this.#channel = channel;
  }

  get bufferedAmount() {
    return this.#channel.bufferedAmount();
  }

  send(message) {
    this.#channel.sendMessageBinary(message);
  }

  receive(listener) {
    this.#channel.onMessage(listener);
  }

  whenLow(bytes, listener) {
    this.#channel.setBufferedAmountLowThreshold(bytes);
    this.#channel.onBufferedAmountLow(listener);
  }
}
