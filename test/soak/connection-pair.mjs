import { RTCPeerConnection } from 'mediant';

/**
 * Two connections of this process and an open channel at each. `carry(candidate, isOfferers)` gives what the other end is told of a
 * candidate; null: nothing. Rejects where that takes longer than `limitSeconds`, with both closed.
 */
export async function connectPair({ carry = (candidate) => candidate, limitSeconds = 60 } = {}) {
  const [offerer, answerer] = [new RTCPeerConnection(), new RTCPeerConnection()];
  const close = () => [offerer, answerer].forEach((connection) => connection.close());
  const trickle = (from, to) => {
    from.onicecandidate = async ({ candidate }) => {
      const carried = candidate?.candidate ? await carry(candidate, from === offerer) : undefined;
      if (carried) await to.addIceCandidate(carried);
    };
  };
  trickle(offerer, answerer);
  trickle(answerer, offerer);
  const channels = [offerer, answerer].map((connection) => connection.createDataChannel('pair', { negotiated: true, id: 0 }));
  const opened = Promise.all(channels.map((channel) => new Promise((resolve) => { channel.onopen = resolve; })));
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`ICE ${offerer.iceConnectionState}, connection ${offerer.connectionState}`)), limitSeconds * 1000);
  });
  try {
    await offerer.setLocalDescription();
    await answerer.setRemoteDescription(offerer.localDescription);
    await answerer.setLocalDescription();
    await offerer.setRemoteDescription(answerer.localDescription);
    await Promise.race([opened, late]);
  } catch (error) {
    close();
    throw error;
  } finally {
    clearTimeout(timer);
  }
  return { offerer, answerer, channels, close };
}
