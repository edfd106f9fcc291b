import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this package, wherever in it the running module lies. */
export function packageRoot(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!isPackage(directory)) {
    directory = dirname(directory);
  }
  return directory;
}

function isPackage(directory: string): boolean {
  const file = join(directory, 'package.json');
  return directory === dirname(directory) || (existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).name === 'mediant');
}
