import { parentPort } from 'node:worker_threads';
import { decodeFile, probeFile } from './decode';
import { CodecFailure } from './failure';
import type { CodecReply, CodecRequest } from './messages';

const port = parentPort!;
const progressMilliseconds = 500;

function reply(message: CodecReply, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

/** Reports progress to the service now and then, however often it is made. */
function progressOf(id: number): () => void {
  let last = performance.now();
  return () => {
    const now = performance.now();
    if (now - last < progressMilliseconds) return;
    last = now;
    reply({ id, kind: 'progress' });
  };
}

async function handle(request: CodecRequest): Promise<void> {
  const { id, bytes } = request;
  try {
    if (request.kind === 'probe') {
      reply({ id, kind: 'probed', result: await probeFile(bytes) });
    } else {
      const result = await decodeFile(bytes, request.sampleRate, progressOf(id));
      reply({ id, kind: 'decoded', result }, result.channels.map((channel) => channel.buffer as ArrayBuffer));
    }
  } catch (reason) {
    const { code, message } = reason instanceof CodecFailure
      ? reason
      : { code: 'encoding', message: `The file can't be decoded: ${(reason as Error)?.message ?? reason}` };
    reply({ id, kind: 'failed', error: { code, message } });
  }
}

port.on('message', (request: CodecRequest) => void handle(request));
