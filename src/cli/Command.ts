import { parseArgs } from 'node:util';
import type { ParseArgsConfig } from 'node:util';

/** One subcommand of `mediant`, loaded when it is asked for. */
export interface Command {
  /** What `--help` prints. */
  readonly help: string;
  /** Runs with the arguments after the command's name; resolves to the exit status. Throws UsageError for a wrong argument. */
  run(argv: readonly string[]): Promise<number>;
}

/** A wrong argument: its message is printed as one line, and the exit status is 2. */
export class UsageError extends Error {}

/** What was asked for cannot be done: its message is printed as one line, and the exit status is 1. */
export class Failure extends Error {}

/** `--help` among the arguments of a command. */
export class HelpRequest extends Error {}

/** What the system says of a file, without the code and the call: `ENOENT: no such file or directory, open 'x'`. */
export const reasonOf = (error: unknown): string => (error as Error).message.replace(/^\w+: /, '').replace(/, \w+( .*)?$/, '');

type Options = NonNullable<ParseArgsConfig['options']>;

/** `util.parseArgs` whose complaints are UsageErrors of one line. */
export function parseCommandLine<const T extends Options>(argv: readonly string[], options: T) {
  const end = argv.indexOf('--');
  if (argv.slice(0, end < 0 ? undefined : end).some((argument) => argument === '--help' || argument === '-h')) throw new HelpRequest();
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    const { message } = error as Error;
    const unknown = /^Unknown option '([^']+)'/.exec(message);
    throw new UsageError(unknown ? `unknown option ${unknown[1]}` : message.replace(/\s*\n\s*/g, ' ').replace(/\.$/, ''));
  }
}

/** The value of a numeric option, checked against its bounds. */
export function numberOption(name: string, value: string | undefined, least: number, most: number): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (value.trim() === '' || !(number >= least && number <= most)) {
    throw new UsageError(`--${name} wants a number from ${least} to ${most}, not '${value}'`);
  }
  return number;
}

export function exactlyOne(what: string, positionals: readonly string[]): string {
  if (positionals.length !== 1) throw new UsageError(positionals.length ? `one ${what} at a time, not ${positionals.length}` : `no ${what} given`);
  return positionals[0];
}
