/**
 * One end of a connection with one data channel, over any implementation of RTCPeerConnection: in a browser's page, in a process of its own, in the test.
 * Every method takes and gives what JSON can say, so that an end may be anywhere.
 */
import { Digest } from './Digest.mjs';

const mostBuffered = 1 << 20;

const usernameFragmentOf = (description) => /^a=ice-ufrag:(\S+)/m.exec(description?.sdp ?? '')?.[1];

export class Peer {
  #RTCPeerConnection;
  #connection;
  #channel;
  #opened;
  /** Texts and digests that have come, and who waits for one. */
  #inbox = [];
  #waiting = [];
  #candidates = [];
  #candidateWaiting = null;
  #gathered = null;

  constructor(RTCPeerConnection) {
    this.#RTCPeerConnection = RTCPeerConnection;
  }

  open(configuration = {}) {
    [this.#inbox, this.#waiting, this.#candidates] = [[], [], []];
    this.#connection = new this.#RTCPeerConnection({ iceServers: [], ...configuration });
    // Handlers, as not every implementation has EventTargets.
    this.#connection.onicecandidate = ({ candidate }) => {
      this.#candidates.push(candidate ? (candidate.toJSON?.() ?? candidate) : null);
      this.#candidateWaiting?.();
    };
    this.#connection.onicegatheringstatechange = () => {
      if (this.#connection.iceGatheringState !== 'complete') return;
      this.#gathered?.();
      // Not every implementation ends with a null.
      this.#candidates.push(null);
      this.#candidateWaiting?.();
    };
    this.#opened = new Promise((resolve) => {
      this.#connection.ondatachannel = ({ channel }) => this.#serve(channel, resolve);
    });
  }

  /** An offer; the first one is for a channel. With `trickle` the candidates are left to `nextCandidate()`. */
  async offer({ iceRestart = false, trickle = false } = {}) {
    if (!this.#channel) {
      const channel = this.#connection.createDataChannel('interop');
      this.#opened = new Promise((resolve) => this.#serve(channel, resolve));
    }
    return this.#describe(await this.#connection.createOffer({ iceRestart }), trickle);
  }

  async answer({ description, trickle = false }) {
    await this.#connection.setRemoteDescription(description);
    return this.#describe(await this.#connection.createAnswer(), trickle);
  }

  accept(description) {
    return this.#connection.setRemoteDescription(description);
  }

  /** The next candidate since `open()`, null after the last one of a generation. */
  async nextCandidate() {
    while (this.#candidates.length === 0) await new Promise((resolve) => { this.#candidateWaiting = resolve; });
    return this.#candidates.shift();
  }

  addCandidate(candidate) {
    return this.#connection.addIceCandidate(candidate);
  }

  opened() {
    return this.#opened;
  }

  /** Sends a text that the other side sends back. */
  async echo(text) {
    this.#channel.send(`echo ${text}`);
    return (await this.#take()).text;
  }

  /** Sends random bytes; gives their digest. */
  async send({ bytes, messageBytes = 65_536 }) {
    const digest = new Digest();
    for (let sent = 0; sent < bytes;) {
      while (this.#channel.bufferedAmount > mostBuffered) await this.#drained();
      const message = crypto.getRandomValues(new Uint8Array(Math.min(messageBytes, bytes - sent)));
      digest.add(message);
      this.#channel.send(message);
      sent += message.length;
    }
    this.#channel.send('end');
    return { bytes: digest.bytes, digest: await digest.end() };
  }

  /** What the other side's `send()` brought. */
  async received() {
    const { bytes, digest } = await this.#take();
    return { bytes, digest: await digest };
  }

  /** Their lines in our description. */
  localCandidates() {
    return this.#connection.localDescription.sdp.match(/^a=candidate:.*$/gm) ?? [];
  }

  /** What the selected pair is made of, as `getStats()` tells it. */
  async path() {
    const records = await this.#connection.getStats();
    const transport = [...records.values()].find(({ type }) => type === 'transport');
    const pair = records.get(transport.selectedCandidatePairId);
    const [local, remote] = [records.get(pair.localCandidateId), records.get(pair.remoteCandidateId)];
    return { local: local.candidateType, remote: remote.candidateType, relayProtocol: local.relayProtocol };
  }

  close() {
    this.#connection.close();
    this.#channel = undefined;
  }

  #serve(channel, opened) {
    this.#channel = channel;
    channel.binaryType = 'arraybuffer';
    channel.bufferedAmountLowThreshold = mostBuffered / 4;
    let digest = new Digest();
    channel.onmessage = ({ data }) => {
      if (typeof data !== 'string') digest.add(new Uint8Array(data));
      else if (data.startsWith('echo ')) channel.send(data.slice(5));
      else if (data === 'end') {
        this.#put({ bytes: digest.bytes, digest: digest.end() });
        digest = new Digest();
      } else this.#put({ text: data });
    };
    if (channel.readyState === 'open') opened();
    else channel.onopen = () => opened();
  }

  /** Some implementations never say that their buffer is low. */
  #drained() {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, 5);
      this.#channel.onbufferedamountlow = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #put(item) {
    this.#inbox.push(item);
    this.#waiting.shift()?.();
  }

  async #take() {
    if (this.#inbox.length === 0) await new Promise((resolve) => this.#waiting.push(resolve));
    return this.#inbox.shift();
  }

  /** Applies the description; the one that goes to the peer has all candidates, unless they are trickled. */
  async #describe(description, trickle) {
    const before = usernameFragmentOf(this.#connection.localDescription);
    const gathered = new Promise((resolve) => { this.#gathered = resolve; });
    await this.#connection.setLocalDescription(description);
    if (!trickle && usernameFragmentOf(this.#connection.localDescription) !== before) await gathered;
    const { type, sdp } = this.#connection.localDescription;
    return { type, sdp };
  }
}
