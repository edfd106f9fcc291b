import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { directoryOf } from './directory';
import { passesWholly, type Outcome, type SubtestStatus } from './results';

/**
 * What fails today, and why. One file a directory of tests, grouped by reason:
 *
 *     [DelayNode is not implemented]
 *     /webaudio/…/delay-test.html
 *     /webaudio/…/idl.html
 *       F the name of a subtest
 *       ? one that fails now and then
 *
 * A URL alone is not to pass as a whole: its harness fails, it uses audit.js (where names change with the failure), or nothing in
 * it passes. `/url ?` fails now and then.
 */
export interface Expectation {
  /** Reason for the URL as a whole; undefined when subtests are listed. */
  readonly whole?: { readonly reason: string; readonly sometimes: boolean };
  readonly subtests: Map<string, { readonly status: SubtestStatus | '?'; readonly reason: string }>;
}

export type Expectations = Map<string, Expectation>;

export const UNEXAMINED = 'not examined yet';

/** Reads every file under `directory`. */
export function readExpectations(directory: string): Expectations {
  const expectations: Expectations = new Map();
  if (existsSync(directory)) {
    for (const name of readdirSync(directory, { recursive: true }).map(String).filter((file) => file.endsWith('.txt'))) {
      parseExpectations(readFileSync(join(directory, name), 'utf8'), expectations, name);
    }
  }
  return expectations;
}

export function parseExpectations(text: string, expectations: Expectations, file: string): void {
  let reason: string | undefined;
  let url: string | undefined;
  text.split('\n').forEach((line, index) => {
    const fail = (what: string) => new Error(`${file}:${index + 1}: ${what}`);
    const subtest = /^ {2}([FTNO?]) (.*)$/.exec(line);
    const named = /^(\/.*?)( \?)?$/.exec(line);
    const head = /^\[(.*)\]$/.exec(line);
    if (line === '' || line.startsWith('#')) {
      return;
    }
    if (head !== null) {
      reason = head[1];
      url = undefined;
    } else if (reason === undefined) {
      throw fail('a reason in [brackets] has to come first');
    } else if (named !== null) {
      url = named[1] as string;
      const known = expectations.get(url);
      // Subtests may follow; until one does, the URL as a whole is meant.
      expectations.set(url, known ?? { whole: { reason, sometimes: named[2] !== undefined }, subtests: new Map() });
    } else if (subtest !== null && url !== undefined) {
      const { subtests } = expectations.get(url) as Expectation;
      subtests.set(unescapeName(subtest[2] as string), { status: subtest[1] as SubtestStatus | '?', reason });
      expectations.set(url, { subtests });
    } else {
      throw fail('neither a reason, nor a test URL, nor a subtest');
    }
  });
}

/** How an outcome differs from what was expected, in words; empty when it does not. */
export function unexpected(outcome: Outcome, expectation: Expectation | undefined): string[] {
  if (expectation?.whole !== undefined) {
    return passesWholly(outcome) && !expectation.whole.sometimes ? ['passes wholly, though it is expected to fail'] : [];
  }
  const expected = expectation?.subtests ?? new Map<string, { status: SubtestStatus | '?' }>();
  const differences: string[] = [];
  if (outcome.harness !== 'OK') {
    differences.push(`harness: ${outcome.harness}${outcome.message === undefined ? '' : `: ${outcome.message}`}`);
  }
  const seen = new Set<string>();
  for (const { name, status, message } of outcome.subtests) {
    seen.add(name);
    const wanted = expected.get(name)?.status;
    if (status === 'P' && wanted !== undefined && wanted !== '?') {
      differences.push(`passes, though it is expected to fail: ${name}`);
    } else if (status !== 'P' && wanted === undefined) {
      differences.push(`${statusWords[status]}: ${name}${message === undefined ? '' : `\n    ${message}`}`);
    }
  }
  for (const [name, { status }] of expected) {
    if (!seen.has(name) && status !== '?') {
      differences.push(`did not report a subtest that is expected to fail: ${name}`);
    }
  }
  return differences;
}

const statusWords: Readonly<Record<SubtestStatus, string>> = { P: 'passes', F: 'fails', T: 'times out', N: 'does not run', O: 'lacks an optional feature' };

/** The expectation that describes an outcome, with the reasons of the earlier one where they still apply. */
export function expectationOf(outcome: Outcome, earlier: Expectation | undefined): Expectation | undefined {
  if (passesWholly(outcome)) {
    const flaky = [...(earlier?.subtests ?? [])].filter(([, { status }]) => status === '?');
    return earlier?.whole?.sometimes ? earlier : flaky.length > 0 ? { subtests: new Map(flaky) } : undefined;
  }
  const someReason = earlier?.whole?.reason ?? [...(earlier?.subtests.values() ?? [])][0]?.reason ?? UNEXAMINED;
  const failing = outcome.subtests.filter(({ status }) => status !== 'P');
  if (outcome.audit || outcome.harness !== 'OK' || failing.length === outcome.subtests.length) {
    return { whole: { reason: someReason, sometimes: earlier?.whole?.sometimes ?? false }, subtests: new Map() };
  }
  const subtests: Expectation['subtests'] = new Map([...(earlier?.subtests ?? [])].filter(([, { status }]) => status === '?'));
  for (const { name, status } of failing) {
    const known = earlier?.subtests.get(name);
    subtests.set(name, known?.status === '?' ? known : { status, reason: known?.reason ?? earlier?.whole?.reason ?? UNEXAMINED });
  }
  return { subtests };
}

/** Writes the files of `directory` anew. */
export function writeExpectations(directory: string, expectations: Expectations): void {
  const byDirectory = new Map<string, string[]>();
  for (const url of [...expectations.keys()].sort()) {
    const key = directoryOf(url);
    byDirectory.set(key, [...(byDirectory.get(key) ?? []), url]);
  }
  if (existsSync(directory)) {
    const wanted = new Set([...byDirectory.keys()].map((key) => `${key}.txt`));
    for (const name of readdirSync(directory, { recursive: true }).map(String)) {
      if (name.endsWith('.txt') && !wanted.has(name)) {
        rmSync(join(directory, name));
      }
    }
  }
  for (const [key, urls] of byDirectory) {
    const file = join(directory, `${key}.txt`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, formatExpectations(urls.map((url) => [url, expectations.get(url) as Expectation])));
  }
}

export function formatExpectations(entries: readonly (readonly [url: string, expectation: Expectation])[]): string {
  const byReason = new Map<string, string[]>();
  const add = (reason: string, line: string) => byReason.set(reason, [...(byReason.get(reason) ?? []), line]);
  for (const [url, { whole, subtests }] of entries) {
    if (whole !== undefined) {
      add(whole.reason, `${url}${whole.sometimes ? ' ?' : ''}`);
    }
    for (const reason of new Set([...subtests.values()].map((subtest) => subtest.reason))) {
      add(reason, url);
      for (const [name, subtest] of subtests) {
        if (subtest.reason === reason) {
          add(reason, `  ${subtest.status} ${escapeName(name)}`);
        }
      }
    }
  }
  return `${[...byReason].sort(([a], [b]) => (a < b ? -1 : 1)).map(([reason, lines]) => [`[${reason}]`, ...lines].join('\n')).join('\n\n')}\n`;
}

/** Names stand on one line: control characters, backslashes and a blank at the end are written as escapes. */
function escapeName(name: string): string {
  return name.replace(/[\\\u0000-\u001f\ud800-\udfff]| $/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function unescapeName(text: string): string {
  return text.replace(/\\u([0-9a-f]{4})/g, (_whole, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
