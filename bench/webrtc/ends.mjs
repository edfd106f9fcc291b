/**
 * The two ends of a scene. The near end asks for connections and measures, the far end answers, in the same process or in another:
 * between them is a link, `{ post(message) }` with a field `listener`. Signalling and questions both go over it. This runs in pages too.
 */
import { deferred } from '../shared/deferred.mjs';

/** Two links, each the other's end, within one process. */
export function directLinks() {
  const near = {};
  const far = {};
  near.post = (message) => far.listener(message);
  far.post = (message) => near.listener(message);
  return { near, far };
}

/** A channel of this label sends back whatever comes; what comes on others is counted. */
export const echoLabel = 'echo';

/** Set-ups that take longer have failed. */
const setUpLimitMilliseconds = 20_000;

export class FarEnd {
  #implementation;
  #link;
  #peers = new Map();
  #bytes = 0;
  #messages = 0;

  /** `processorSeconds()`, perhaps by a promise: what this end's process has used. */
  constructor(implementation, link, processorSeconds) {
    this.#implementation = implementation;
    this.#link = link;
    link.listener = async ({ peer, signal, close, question }) => {
      if (signal) this.#peer(peer).receive(signal);
      if (close) this.#close(peer);
      if (question) link.post({ answer: { at: performance.now(), bytes: this.#bytes, messages: this.#messages, cpuSeconds: await processorSeconds() } });
    };
  }

  #peer(number) {
    let peer = this.#peers.get(number);
    if (peer) return peer;
    peer = this.#implementation.openPeer({
      signal: (signal) => this.#link.post({ peer: number, signal }),
      channel: (channel, label) => {
        channel.receive(label === echoLabel ? (data) => channel.send(data) : (data) => this.#count(data));
        this.#link.post({ peer: number, open: true });
      },
      failed: (error) => this.#link.post({ peer: number, error: error.message }),
    });
    this.#peers.set(number, peer);
    return peer;
  }

  #count(data) {
    this.#bytes += data.byteLength;
    this.#messages++;
  }

  #close(number) {
    this.#peers.get(number)?.close();
    this.#peers.delete(number);
  }
}

export class NearEnd {
  #implementation;
  #link;
  #lastPeer = 0;
  #peers = new Map();
  #answer = deferred();
  #lostFor = null;

  constructor(implementation, link) {
    this.#implementation = implementation;
    this.#link = link;
    link.listener = ({ peer, signal, open, error, answer, lost }) => {
      if (answer) this.#answer.resolve(answer);
      if (lost) this.#lost(new Error(lost));
      const ours = this.#peers.get(peer);
      if (!ours) return;
      if (signal) ours.receive(signal);
      if (open) ours.farOpen.resolve();
      if (error) ours.farOpen.reject(new Error(error));
    };
  }

  messageOf(bytes) {
    return this.#implementation.messageOf(bytes);
  }

  /** Resolves to `{ channel, close() }` once the channel is open at both ends. */
  async connect(label = 'count', init = { ordered: true }) {
    const number = ++this.#lastPeer;
    const farOpen = deferred();
    const peer = this.#implementation.openPeer({ signal: (signal) => this.#link.post({ peer: number, signal }), channel() {}, failed: farOpen.reject });
    this.#peers.set(number, { receive: (signal) => peer.receive(signal), farOpen });
    const close = () => {
      this.#peers.delete(number);
      this.#link.post({ peer: number, close: true });
      return peer.close();
    };
    const timer = setTimeout(() => farOpen.reject(new Error(`no open channel within ${setUpLimitMilliseconds / 1000} s`)), setUpLimitMilliseconds);
    try {
      // The near channel may never open where the far end has failed.
      const near = deferred();
      farOpen.promise.catch(near.reject);
      peer.offer(label, init).then(near.resolve, near.reject);
      const channel = await near.promise;
      await farOpen.promise;
      return { channel, close };
    } catch (error) {
      await close();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** What the far end has received so far: `{ at, bytes, messages, cpuSeconds }`, `at` in milliseconds of its own clock. One question at a time. */
  async ask() {
    if (this.#lostFor) throw this.#lostFor;
    this.#answer = deferred();
    this.#link.post({ question: true });
    return this.#answer.promise;
  }

  #lost(error) {
    this.#lostFor = error;
    this.#answer.reject(error);
    for (const { farOpen } of this.#peers.values()) farOpen.reject(error);
  }
}
