import type { HarnessReport } from '../child/testharness-files';

/** Passed, failed, timed out, not run, an optional feature that is lacking. */
export type SubtestStatus = 'P' | 'F' | 'T' | 'N' | 'O';
export type HarnessStatus = 'OK' | 'ERROR' | 'TIMEOUT' | 'CRASH';

export interface Subtest {
  readonly name: string;
  readonly status: SubtestStatus;
  readonly message?: string;
  readonly stack?: string;
}

export interface Outcome {
  readonly harness: HarnessStatus;
  /** Why the harness is not OK. */
  readonly message?: string;
  readonly subtests: readonly Subtest[];
  readonly audit: boolean;
  readonly milliseconds: number;
  /** Names of subtests whose result differed between runs; the whole URL where only that can be compared. */
  readonly unstable: readonly string[];
}

/** Results as JSON: `{ url: { harness, subtests: { name: status } } }`. */
export interface StoredResult {
  readonly harness: HarnessStatus;
  readonly subtests: Readonly<Record<string, SubtestStatus>>;
}

const subtestStatuses: readonly SubtestStatus[] = ['P', 'F', 'T', 'N', 'O'];
/** testharness.js: OK, ERROR, TIMEOUT, and PRECONDITION_FAILED, which keeps the file's subtests from running. */
const harnessStatuses: readonly HarnessStatus[] = ['OK', 'ERROR', 'TIMEOUT', 'OK'];

export function outcomeOf(report: HarnessReport, milliseconds: number): Outcome {
  return {
    harness: harnessStatuses[report.status] ?? 'ERROR',
    ...(report.message === null ? {} : { message: report.message + (report.stack ? `\n${report.stack}` : '') }),
    subtests: report.subtests.map(({ name, status, message, stack }) => ({
      name,
      status: subtestStatuses[status] ?? 'F',
      ...(message === null ? {} : { message }),
      ...(stack === null ? {} : { stack }),
    })),
    audit: report.audit,
    milliseconds,
    unstable: [],
  };
}

export function passesWholly({ harness, subtests }: Pick<Outcome, 'harness' | 'subtests'>): boolean {
  return harness === 'OK' && subtests.every(({ status }) => status === 'P');
}

/** One outcome for several runs of a URL: a subtest passes when it passed in any of them. */
export function mergeRuns(runs: readonly Outcome[]): Outcome {
  const best = runs.find(passesWholly) ?? runs.find(({ harness }) => harness === 'OK') ?? (runs[0] as Outcome);
  if (runs.length === 1) {
    return best;
  }
  if (best.audit || passesWholly(best)) {
    return { ...best, unstable: unstableNames(runs, best.audit) };
  }
  const passed = new Set(runs.flatMap(({ subtests }) => subtests.filter(({ status }) => status === 'P').map(({ name }) => name)));
  const names = new Set(best.subtests.map(({ name }) => name));
  const others = runs.flatMap(({ subtests }) => subtests).filter(({ name }) => !names.has(name) && names.add(name));
  const subtests = [...best.subtests, ...others].map((subtest) => (passed.has(subtest.name) ? { name: subtest.name, status: 'P' as const } : subtest));
  return { ...best, subtests, unstable: unstableNames(runs, false) };
}

function unstableNames(runs: readonly Outcome[], wholeFile: boolean): string[] {
  if (wholeFile) {
    return new Set(runs.map(passesWholly)).size > 1 ? ['(whole file)'] : [];
  }
  const statuses = new Map<string, Set<string>>();
  for (const { subtests } of runs) {
    for (const { name, status } of subtests) {
      statuses.set(name, (statuses.get(name) ?? new Set()).add(status));
    }
  }
  return [...statuses].filter(([, seen]) => seen.size > 1).map(([name]) => name);
}

export function stored({ harness, subtests }: Outcome): StoredResult {
  return { harness, subtests: Object.fromEntries(subtests.map(({ name, status }) => [name, status])) };
}
