/** Asks the host's backends, one after the other. */
import type { Codec, CodecBackend, CodecEvents, CodecRequest } from '../host/CodecBackend';
import { isHostError, type HostError } from '../host/Host';
import { pcmBackend } from './pcm-backend';

/** The host's; before the last of them, its own, what needs none. Who registers a backend may so replace anything. */
function candidates(request: CodecRequest | null): CodecBackend[] {
  if (request === null) return [];
  const backends = [...(host.codecs.backends ?? [])];
  backends.splice(Math.max(0, backends.length - 1), 0, pcmBackend);
  return backends;
}

/** https://w3c.github.io/webcodecs/#config-support; answered in a task. */
export function checkSupport(request: CodecRequest | null, done: (supported: boolean) => void): void {
  const backends = candidates(request);
  const next = (): void => {
    const backend = backends.shift();
    if (backend === undefined) host.queueTask(() => done(false));
    else backend.probe(request!, (supported) => (supported ? done(true) : next()));
  };
  next();
}

/** Opens the first codec there is; the error is that of the backend that came closest. */
export function openCodec(request: CodecRequest | null, events: CodecEvents, done: (result: Codec | HostError) => void): void {
  const backends = candidates(request);
  let error: HostError = request === null
    ? { code: 'not-supported', message: 'The codec string is not one that a registration allows.' }
    : { code: 'no-backend', message: 'There is no codec backend.' };
  const next = (): void => {
    const backend = backends.shift();
    if (backend === undefined) {
      host.queueTask(() => done(error));
      return;
    }
    backend.open(request!, events, (result) => {
      if (!isHostError(result)) return done(result);
      // The host's own, asked last, says more than what is built in.
      if (error.code === 'no-backend' || error.code === 'not-supported' || result.code !== 'not-supported') error = result;
      return next();
    });
  };
  next();
}

/** Whether a codec that was opened for one request serves the other. */
export function isSameRequest(a: unknown, b: unknown): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return a.length === b.length && a.every((byte, index) => byte === b[index]);
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return a === b;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => isSameRequest((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]));
}
