import type { ProcessorFailure } from '../../Host';
import { describeSymbol, exec, LanguageError } from './intrinsics';

const framePattern = /\(?((?:file|https?|blob|data):\S*?):(\d+):(\d+)\)?$/m;

/** What an ErrorEvent says of something thrown: https://html.spec.whatwg.org/#extract-error */
export function describeFailure(error: unknown, filename = ''): ProcessorFailure {
  let message = 'Uncaught exception';
  // Each reading of a thrown object may run script.
  try {
    message = `Uncaught ${describe(error)}`;
    const place = error instanceof LanguageError ? exec(framePattern, `${error.stack}`) : null;
    if (place !== null) return { message, filename: `${place[1]}`, lineno: +place[2]!, colno: +place[3]! };
  } catch {
    // Then that is all that is known.
  }
  return { message, filename, lineno: 0, colno: 0 };
}

function describe(error: unknown): string {
  if (typeof error === 'symbol') return describeSymbol(error);
  return error instanceof LanguageError ? `${error.name}: ${error.message}` : `${error as string}`;
}
