import type { TestURL } from '../discovery/source-file';
import { unexpected, type Expectations } from './expectations';
import type { Outcome } from './results';

/** How a URL's outcome differs from what was expected, in words. */
export type Surprise = readonly [url: string, lines: readonly string[]];

export interface Settled {
  /** Of the run that counts: the second where there was one. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  readonly surprises: readonly Surprise[];
  /** URLs that went as expected only the second time, with what they did the first time. */
  readonly unstable: readonly Surprise[];
}

/**
 * Tells tests that fail from tests that fail now and then, as the stability checks of web-platform-tests do: whatever was not as expected
 * runs once more at the end, alone. What then goes as expected is unstable and no surprise.
 */
export async function settle(
  tests: readonly TestURL[], first: ReadonlyMap<string, Outcome>, expectations: Expectations,
  runAlone: (tests: readonly TestURL[]) => Promise<ReadonlyMap<string, Outcome>>,
): Promise<Settled> {
  const before = surprisesIn(first, expectations);
  const surprising = new Set(before.map(([url]) => url));
  const again = surprising.size === 0 ? new Map<string, Outcome>() : await runAlone(tests.filter(({ url }) => surprising.has(url)));
  const outcomes = new Map([...first].map(([url, outcome]) => [url, again.get(url) ?? outcome]));
  const surprises = surprisesIn(outcomes, expectations);
  const stayed = new Set(surprises.map(([url]) => url));
  return { outcomes, surprises, unstable: before.filter(([url]) => !stayed.has(url)) };
}

function surprisesIn(outcomes: ReadonlyMap<string, Outcome>, expectations: Expectations): Surprise[] {
  return [...outcomes].map(([url, outcome]): Surprise => [url, unexpected(outcome, expectations.get(url))]).filter(([, lines]) => lines.length > 0);
}
