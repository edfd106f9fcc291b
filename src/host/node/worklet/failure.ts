import type { ProcessorFailure } from '../../Host';

/** What an ErrorEvent says of something thrown: https://html.spec.whatwg.org/#extract-error */
export function describeFailure(error: unknown, filename = ''): ProcessorFailure {
  const isError = error instanceof Error;
  const place = isError ? /\(?((?:file|https?|blob|data):\S*?):(\d+):(\d+)\)?$/m.exec(String(error.stack)) : null;
  return {
    message: isError ? `Uncaught ${error.name}: ${error.message}` : `Uncaught ${String(error)}`,
    filename: place?.[1] ?? filename,
    lineno: Number(place?.[2] ?? 0),
    colno: Number(place?.[3] ?? 0),
  };
}
