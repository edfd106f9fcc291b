// A file over a data channel: its name and size as JSON, then its bytes. The receiver says when it has them all. For Node and for pages.

const chunkBytes = 64 << 10;
/** What may wait in the channel: enough to keep the network busy while the next chunks are read. */
const bufferedBytes = 4 << 20;

/** The next event of a type, unless the channel closes. */
function next(channel, type) {
  return new Promise((resolve, reject) => {
    channel[`on${type}`] = resolve;
    channel.onclose = () => reject(new Error('the peer has gone'));
  });
}

/** Sends what the iterable `bytes` has, Uint8Arrays of any length; resolves when it has arrived. */
export async function send(channel, { name, size }, bytes) {
  channel.bufferedAmountLowThreshold = bufferedBytes / 2;
  if (channel.readyState === 'connecting') await next(channel, 'open');
  channel.send(JSON.stringify({ name, size }));
  for await (const part of bytes) {
    for (let at = 0; at < part.length; at += chunkBytes) channel.send(part.subarray(at, at + chunkBytes));
    if (channel.bufferedAmount > bufferedBytes) await next(channel, 'bufferedamountlow');
  }
  await next(channel, 'message');
}

/** The name, size and stream of bytes of the file that comes. Whoever has read it all calls `done`. */
export async function receive(channel) {
  channel.binaryType = 'arraybuffer';
  const { name, size } = JSON.parse((await next(channel, 'message')).data);
  let left = size;
  const bytes = new ReadableStream({
    start(controller) {
      if (size === 0) controller.close();
      channel.onclose = () => controller.error(new Error('the peer has gone'));
      channel.onmessage = ({ data }) => {
        controller.enqueue(new Uint8Array(data));
        left -= data.byteLength;
        if (left === 0) controller.close();
      };
    },
  });
  return { name, size, bytes, done: () => channel.send('received') };
}

/** Passes the chunks on and shows, five times a second and at the end, how far they are. */
export async function* watch(chunks, size, show) {
  const begin = performance.now();
  let bytes = 0;
  let shown = begin;
  for await (const chunk of chunks) {
    yield chunk;
    bytes += chunk.byteLength;
    const now = performance.now();
    if (now - shown < 200 && bytes < size) continue;
    shown = now;
    const bytesPerSecond = (bytes / (now - begin)) * 1000;
    show({ share: bytes / size, bytesPerSecond, secondsLeft: (size - bytes) / bytesPerSecond });
  }
}

export function progressText({ share, bytesPerSecond, secondsLeft }) {
  return `${Math.floor(share * 100)} %, ${(bytesPerSecond / 1e6).toFixed(1)} MB/s, ${Math.ceil(secondsLeft)} s left`;
}
