import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = { chromium: ['chromium', 'chromium-browser', 'google-chrome'], firefox: ['firefox', 'firefox-esr'] };

/** The first of a browser's names on the PATH. */
export function browserPath(browser: keyof typeof names): string | undefined {
  for (const name of names[browser]) {
    for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
      const path = join(directory, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not there.
      }
    }
  }
  return undefined;
}
