/** Generated code and public types of every feature compile under `strict` against implementations, in memory. */
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { featureNames, generated } from './features/build';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = `${root}test/unit/webidl/in-memory/`;

const files = new Map<string, string>([
  [`${folder}webidl.ts`, `export * from '../../../../src/webidl';`],
  [`${folder}events.d.ts`, `export * from '../../../../types/events';`],
]);
for (const [name, text] of generated.files) files.set(`${folder}generated/${name}`, text);
for (const [name, text] of generated.declarations) files.set(`${folder}declarations/${name}`, text);
for (const name of [...featureNames, 'Place']) {
  files.set(`${folder}features/${name}.ts`, `export { ${name} } from '../../features/implementations';`);
}

function diagnose(): string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    noImplicitOverride: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ['lib.es2022.d.ts'],
    types: ['node'],
    verbatimModuleSyntax: true,
    isolatedModules: true,
    skipLibCheck: false,
    noEmit: true,
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, directoryExists } = host;
  host.fileExists = (name) => files.has(name) || fileExists.call(host, name);
  host.readFile = (name) => files.get(name) ?? readFile.call(host, name);
  host.directoryExists = (name) => name.startsWith(folder.slice(0, -1)) || directoryExists!.call(host, name);
  const roots = [`${folder}generated/features.ts`, `${folder}declarations/features.d.ts`];
  const ambient = ['src/host/ambient.d.ts', 'src/webidl/webidl-conversions.d.ts'].map((name) => root + name);
  const program = ts.createProgram([...roots, ...ambient], options, host);
  return roots.flatMap((name) => {
    const source = program.getSourceFile(name)!;
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ start, messageText }) =>
        `${name.slice(folder.length)}:${source.getLineAndCharacterOfPosition(start ?? 0).line + 1}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    );
  });
}

test('everything generated compiles', () => {
  assert.ok([...files.values()].some((text) => text.includes('class FeatureOperations')));
  assert.equal(diagnose(), []);
});

test.run();
