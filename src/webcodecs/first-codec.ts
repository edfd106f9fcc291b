/** Asks backends one after the other; they answer in tasks, and so does this. */
import type { Codec, CodecBackend, CodecEvents, CodecRequest } from '../host/CodecBackend';
import { isHostError, type HostError } from '../host/Host';

/** @param done runs in a task, but at once where there are no backends */
export function probeFirst(backends: readonly CodecBackend[], request: CodecRequest, done: (supported: boolean) => void): void {
  const [backend, ...others] = backends;
  if (backend === undefined) done(false);
  else backend.probe(request, (supported) => (supported ? done(true) : probeFirst(others, request, done)));
}

/**
 * Opens the first codec there is; the error is that of the backend that came closest.
 * @param done runs in a task, but at once where there are no backends
 */
export function openFirst(
  backends: readonly CodecBackend[], request: CodecRequest, events: CodecEvents, done: (result: Codec | HostError) => void,
  error: HostError = { code: 'no-backend', message: 'There is no codec backend.' },
): void {
  const [backend, ...others] = backends;
  if (backend === undefined) return done(error);
  return backend.open(request, events, (result) => {
    if (!isHostError(result)) return done(result);
    // The host's own, asked last, says more than what is built in.
    const isCloser = error.code === 'no-backend' || error.code === 'not-supported' || result.code !== 'not-supported';
    return openFirst(others, request, events, done, isCloser ? result : error);
  });
}
