/** Chromium's end of a connection. Candidates are not trickled: a description is all there is to signal. */

let connection;
let channel;
let received = [];

function serve(served) {
  channel = served;
  channel.binaryType = 'arraybuffer';
  received = [];
  channel.onmessage = ({ data }) => {
    if (typeof data === 'string' && data.startsWith('echo ')) channel.send(data.slice(5));
    else received.push(data);
  };
}

async function gathered() {
  while (connection.iceGatheringState !== 'complete') {
    await new Promise((resolve) => connection.addEventListener('icegatheringstatechange', resolve, { once: true }));
  }
  const { type, sdp } = connection.localDescription;
  return { type, sdp };
}

export function open() {
  connection = new RTCPeerConnection();
  connection.ondatachannel = (event) => serve(event.channel);
}

export async function offer({ create, iceRestart }) {
  if (create) serve(connection.createDataChannel('from chromium'));
  await connection.setLocalDescription(await connection.createOffer({ iceRestart }));
  return gathered();
}

export async function answer(description) {
  await connection.setRemoteDescription(description);
  await connection.setLocalDescription();
  return gathered();
}

export async function accept(description) {
  await connection.setRemoteDescription(description);
}

/** Of everything that has come so far. */
export async function digest() {
  const bytes = await new Blob(received).arrayBuffer();
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return { length: bytes.byteLength, hash: Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('') };
}

/** Messages filled with their number. */
export async function send({ size, count }) {
  const message = new Uint8Array(size);
  channel.bufferedAmountLowThreshold = 1 << 18;
  for (let sent = 0; sent < count; sent++) {
    if (channel.bufferedAmount > 1 << 20) await new Promise((resolve) => { channel.onbufferedamountlow = resolve; });
    channel.send(message.fill(sent));
  }
}

export function close() {
  connection.close();
}
