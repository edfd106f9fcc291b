/** Programs that use the public types compile with and without TypeScript's `dom` library. */
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const usage = fileURLToPath(new URL('usage.ts', import.meta.url));

function diagnostics(lib: string[], types: string[]): string[] {
  const program = ts.createProgram([usage], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: lib.map((name) => `lib.${name}.d.ts`),
    types,
    strict: true,
    noEmit: true,
    skipLibCheck: false,
  });
  const own = program.getSourceFiles().filter(({ fileName }) => !fileName.includes('/node_modules/'));
  return own
    .flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)])
    .map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
}

test('with lib.dom', () => {
  assert.equal(diagnostics(['es2022', 'dom', 'dom.iterable'], []), []);
});

test('with the types of Node only', () => {
  assert.equal(diagnostics(['es2022'], ['node']), []);
});

test.run();
