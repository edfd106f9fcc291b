import { Linter } from 'eslint';
import { realmOnly } from './realm-only.mjs';

/** Complaints about free names in the text of a bundle, one a line with the source line below it; empty when there are none. */
export function checkFreeNames(code) {
  const messages = new Linter().verify(code, {
    plugins: { mediant: { rules: { 'realm-only': realmOnly } } },
    linterOptions: { noInlineConfig: true },
    languageOptions: { ecmaVersion: 2022, sourceType: 'module', globals: {} },
    rules: { 'mediant/realm-only': 'error' },
  });
  const lines = code.split('\n');
  return messages
    .filter(({ severity }) => severity === 2)
    .map(({ line, message }) => `  ${message}\n    ${lines[line - 1]?.trim()}`)
    .join('\n');
}
