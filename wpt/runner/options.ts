import { availableParallelism, homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { numberOption, parseCommandLine, UsageError } from '../../src/cli/Command';
import { packageRoot } from './package-root';

export interface Options {
  readonly root: string;
  readonly prefixes: readonly string[];
  readonly jobs: number;
  readonly runs: number;
  readonly timeoutMultiplier: number;
  readonly json?: string;
  readonly chromium: string;
  readonly notCounted: readonly string[];
  readonly verbose?: string;
  readonly list: boolean;
  readonly updateExpectations: boolean;
}

export const usage = `Usage: mediant wpt [option…] [PREFIX…]

Runs web-platform-tests in jsdom windows with Mediant installed. PREFIX selects test URLs by their beginning
(webaudio, /webaudio/the-audio-api/the-gainnode-interface/); none selects everything.
What does not go as expected runs once more at the end, alone, as the stability checks of web-platform-tests do: where it then goes as
expected it is printed as \`unstable: URL: what it did the first time\`, and does not fail the run.

  --root DIR                a web-platform-tests checkout (else WPT_ROOT, else ~/.cache/mediant/wpt)
  --jobs N                  tests at a time (else the number of cores)
  --runs N                  run every test N times: a subtest passes when any run passed it
  --timeout-multiplier X    lengthen every timeout
  --json FILE               write results as { url: { harness, subtests } }
  --chromium FILE           what Chromium passes (else WPT_CHROMIUM)
  --not-counted FILE        a list of test URLs to leave out of the totals; may be given several times
  --update-expectations     rewrite wpt/expectations from this run, keeping reasons
  --verbose URL             run one test in this process and print what fails; a part of the URL will do
  --list                    print the selected test URLs and stop
`;

const optionTypes = {
  root: { type: 'string' },
  jobs: { type: 'string' },
  runs: { type: 'string' },
  'timeout-multiplier': { type: 'string' },
  json: { type: 'string' },
  chromium: { type: 'string' },
  'not-counted': { type: 'string', multiple: true },
  verbose: { type: 'string' },
  list: { type: 'boolean' },
  'update-expectations': { type: 'boolean' },
} as const;

export function parseOptions(argv: readonly string[], environment: NodeJS.ProcessEnv): Options {
  const { values, positionals } = parseCommandLine(argv, optionTypes);
  const chromium = values.chromium ?? environment.WPT_CHROMIUM ?? join(packageRoot(), '../shared/wpt/chromium-156.json');
  return {
    root: resolve(values.root ?? environment.WPT_ROOT ?? join(homedir(), '.cache/mediant/wpt')),
    prefixes: positionals,
    jobs: wholeOption('jobs', values.jobs) ?? availableParallelism(),
    runs: wholeOption('runs', values.runs) ?? 1,
    timeoutMultiplier: numberOption('timeout-multiplier', values['timeout-multiplier'], 0.01, 1000) ?? 1,
    ...(values.json === undefined ? {} : { json: values.json }),
    chromium,
    notCounted: values['not-counted'] ?? [],
    ...(values.verbose === undefined ? {} : { verbose: values.verbose }),
    list: values.list ?? false,
    updateExpectations: values['update-expectations'] ?? false,
  };
}

function wholeOption(name: string, text: string | undefined): number | undefined {
  const value = numberOption(name, text, 1, 1000);
  if (value !== undefined && !Number.isInteger(value)) {
    throw new UsageError(`--${name} wants a whole number, not '${text}'`);
  }
  return value;
}
