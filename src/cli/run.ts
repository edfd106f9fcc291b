import { stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { pathOf } from './ByteSource';
import { HelpRequest, UsageError } from './Command';
import type { Command } from './Command';

const help = `Usage: mediant run SCRIPT|PAGE [ARGUMENT…]

Runs a JavaScript module with the media platform on its globals, or an HTML page (a file or an http URL) in a window of jsdom with the
media platform installed. What a page logs is forwarded; an uncaught error makes the exit status 1.

SCRIPT finds its arguments in process.argv. A page needs jsdom: npm install jsdom.`;

const pageExtensions = ['.html', '.htm', '.xhtml'];

async function run(argv: readonly string[]): Promise<number> {
  if (argv[0] === '--help' || argv[0] === '-h') throw new HelpRequest();
  const [source, ...rest] = argv[0] === '--' ? argv.slice(1) : argv;
  if (source === undefined) throw new UsageError('no script or page given');
  if (source.startsWith('-')) throw new UsageError(`unknown option ${source}`);
  const url = await locate(source);
  if (isPage(url)) {
    if (rest.length) throw new UsageError(`a page takes no arguments, not '${rest[0]}'`);
    const { runPage } = await import('./run-page');
    return runPage(url);
  }
  if (url.protocol !== 'file:') throw new UsageError(`a script must be a file, not ${source}`);
  return runScript(url, rest);
}

async function locate(source: string): Promise<URL> {
  if (/^https?:/.test(source)) {
    if (!URL.canParse(source)) throw new UsageError(`not a URL: ${source}`);
    return new URL(source);
  }
  const status = await stat(pathOf(source)).catch(() => {
    throw new UsageError(`no such file: ${source}`);
  });
  if (status.isDirectory()) throw new UsageError(`not a file: ${source}`);
  return source.startsWith('file:') ? new URL(source) : pathToFileURL(resolve(source));
}

function isPage(url: URL): boolean {
  return url.protocol !== 'file:' || pageExtensions.includes(extname(url.pathname).toLowerCase());
}

/** With which Node ends such a script, too. */
const unsettledStatus = 13;

/** An exception that the script throws goes to Node, whose report shows the script's own lines. */
async function runScript(url: URL, argv: readonly string[]): Promise<number> {
  const { install } = await import('../entry/instance');
  install();
  process.argv = [process.argv[0], fileURLToPath(url), ...argv];
  setImmediate(() => {
    const unsettled = (): void => {
      process.stderr.write('mediant: a top-level await of the script never came to an end\n');
      process.exitCode = unsettledStatus;
    };
    process.once('beforeExit', unsettled);
    void import(url.href).finally(() => process.off('beforeExit', unsettled));
  });
  return 0;
}

export const command: Command = { help, run };
