#!/usr/bin/env node
/** The `mediant` command. */
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { Failure, HelpRequest, UsageError } from './Command';
import type { Command } from './Command';

const commands: Record<string, { summary: string; load(): Promise<{ command: Command }> }> = {
  play: { summary: 'play an audio file', load: () => import('./play') },
  probe: { summary: 'say what is in a media file', load: () => import('./probe') },
  convert: { summary: 'write a media file in another format', load: () => import('./convert') },
  devices: { summary: 'list audio output devices, or codecs', load: () => import('./devices') },
  run: { summary: 'run a script or an HTML page with the media platform installed', load: () => import('./run') },
  wpt: { summary: 'run web-platform-tests (in a checkout of mediant)', load: () => import('./wpt') },
};

function help(): string {
  const rows = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(9)}${summary}`);
  return [
    'Usage: mediant COMMAND [ARGUMENT…]',
    '',
    ...rows,
    '',
    'mediant COMMAND --help tells more. mediant --version prints the version.',
  ].join('\n');
}

function version(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

async function main([name, ...argv]: readonly string[]): Promise<number> {
  if (name === undefined) throw new UsageError(`no command given; there are ${Object.keys(commands).join(', ')}`);
  if (name === '--help' || name === '-h' || name === 'help') return say(help());
  if (name === '--version' || name === '-v') return say(version());
  if (!Object.hasOwn(commands, name)) {
    throw new UsageError(`unknown command '${name}'; there are ${Object.keys(commands).join(', ')}`);
  }
  const { command } = await commands[name].load();
  try {
    return await command.run(argv);
  } catch (error) {
    if (error instanceof HelpRequest) return say(command.help);
    throw error;
  }
}

function say(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

// Who reads what is printed may stop early, as `head` does: that ends a command as SIGPIPE would, unless it listens itself.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (process.stdout.listenerCount('error') > 1) return;
  if (error.code !== 'EPIPE') throw error;
  process.exit(128 + constants.signals.SIGPIPE);
});

main(process.argv.slice(2)).then(
  (status) => { process.exitCode = status; },
  (error: unknown) => {
    const expected = error instanceof UsageError || error instanceof Failure;
    process.stderr.write(`mediant: ${expected ? error.message : ((error as Error)?.stack ?? String(error))}\n`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  },
);
