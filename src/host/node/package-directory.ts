/** Where the files of this package are, which may be bundled into something else. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Some bundlers leave `import.meta.url` empty. */
export function moduleURL(): string {
  return import.meta.url || pathToFileURL(join(process.cwd(), 'index.js')).href;
}

/** Where package.json of this package is, be this module a source, part of dist/ or bundled into something else. */
export function packageDirectory(): string {
  const start = dirname(fileURLToPath(moduleURL()));
  for (let directory = start; ; directory = dirname(directory)) {
    if (isOurPackage(join(directory, 'package.json'))) return directory;
    if (dirname(directory) === directory) break;
  }
  try {
    return dirname(createRequire(moduleURL()).resolve('mediant/package.json'));
  } catch {
    return start;
  }
}

function isOurPackage(path: string): boolean {
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as { name?: string }).name === 'mediant';
  } catch {
    return false;
  }
}
