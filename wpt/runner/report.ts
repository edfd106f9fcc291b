import { passesWhollyStored, type Yardstick } from './chromium';
import { directoryOf, isIDLHarness } from './directory';
import { passesWholly, type Outcome, type SubtestStatus } from './results';

interface Row {
  urls: number;
  whole: number;
  chromiumWhole: number;
  /** Passed wholly here among those that Chromium passes wholly. */
  shared: number;
  subtests: Record<SubtestStatus, number>;
  chromiumPassed: number;
  chromiumSubtests: number;
}

const emptyRow = (): Row => ({
  urls: 0, whole: 0, chromiumWhole: 0, shared: 0, subtests: { P: 0, F: 0, T: 0, N: 0, O: 0 }, chromiumPassed: 0, chromiumSubtests: 0,
});

/**
 * The table of a run: per directory the test URLs that pass wholly and the subtests, beside Chromium's. idlharness files have rows of
 * their own. Test URLs in `notCounted`, and those that Chromium's results leave out, are in no row.
 */
export function formatReport(outcomes: ReadonlyMap<string, Outcome>, chromium: Yardstick | undefined, notCounted: ReadonlySet<string>): string {
  const rows = new Map<string, Row>();
  const idlRows = new Map<string, Row>();
  let left = 0;
  for (const [url, outcome] of outcomes) {
    const theirs = chromium?.tests[url];
    if (notCounted.has(url) || (chromium !== undefined && theirs === undefined)) {
      left += 1;
      continue;
    }
    const table = isIDLHarness(url) ? idlRows : rows;
    const key = directoryOf(url);
    const row = table.get(key) ?? emptyRow();
    table.set(key, row);
    count(row, outcome, theirs);
  }
  const lines = [
    heading(chromium),
    ...format(rows, 'in all', chromium !== undefined),
    ...(idlRows.size > 0 ? ['', 'idlharness, counted apart', ...format(idlRows, 'in all', chromium !== undefined)] : []),
  ];
  if (left > 0) {
    lines.push('', `${left} test URLs ran and are in no total: out of reach, or without a result of ${chromium?.browser ?? 'the yardstick'}.`);
  }
  return lines.join('\n');
}

function count(row: Row, outcome: Outcome, theirs: Yardstick['tests'][string] | undefined): void {
  const whole = passesWholly(outcome);
  row.urls += 1;
  row.whole += Number(whole);
  for (const { status } of outcome.subtests) {
    row.subtests[status] += 1;
  }
  if (theirs !== undefined) {
    const statuses = Object.values(theirs.subtests);
    const theirsWhole = passesWhollyStored(theirs);
    row.chromiumWhole += Number(theirsWhole);
    row.shared += Number(theirsWhole && whole);
    row.chromiumPassed += statuses.filter((status) => status === 'P').length;
    row.chromiumSubtests += statuses.length;
  }
}

const NAME_WIDTH = 66;
const widths = [NAME_WIDTH, 11, 10, 8, 8, 6, 6, 12];

function heading(chromium: Yardstick | undefined): string {
  const theirs = chromium === undefined ? [] : [chromium.browser, ''];
  return [
    ...(chromium === undefined ? [] : [`Beside ${theirs[0]}: "whole" counts its whole passes, "of those" how many of them pass wholly here.`, '']),
    cells(['directory', 'URLs whole', chromium ? 'of theirs' : '', 'passed', 'failed', 'late', 'other', chromium ? 'Chromium' : '']),
  ].join('\n');
}

function format(rows: ReadonlyMap<string, Row>, total: string, beside: boolean): string[] {
  const sum = emptyRow();
  for (const row of rows.values()) {
    add(sum, row);
  }
  const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
  return [...sorted, ...(rows.size > 1 ? [[total, sum] as const] : [])].map(([name, row]) => cells([
    name,
    `${row.whole}/${row.urls}`,
    beside ? `${row.shared}/${row.chromiumWhole}` : '',
    `${row.subtests.P}`,
    `${row.subtests.F}`,
    `${row.subtests.T}`,
    `${row.subtests.N + row.subtests.O}`,
    beside ? `${row.chromiumPassed}/${row.chromiumSubtests}` : '',
  ]));
}

function add(sum: Row, row: Row): void {
  for (const key of ['urls', 'whole', 'chromiumWhole', 'shared', 'chromiumPassed', 'chromiumSubtests'] as const) {
    sum[key] += row[key];
  }
  for (const status of Object.keys(sum.subtests) as SubtestStatus[]) {
    sum.subtests[status] += row.subtests[status];
  }
}

function cells(texts: readonly string[]): string {
  return texts.map((text, index) => (index === 0 ? text.padEnd(NAME_WIDTH) : text.padStart(widths[index] ?? 0))).join(' ').trimEnd();
}
