/**
 * Compares the public types with TypeScript's `lib.dom`. Whole types are compared, in both directions, after each side was given
 * the members that only the other has; those members are the list of differences.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));
const ours = `${root}types/generated/`;

export interface Differences {
  /** Members that `lib.dom` has not caught up with, by type. */
  missingInLibDom: Record<string, string[]>;
  /** Members of `lib.dom` that are not offered here, by type. */
  missingHere: Record<string, string[]>;
  /** Types of `lib.dom` that ours does not take, members aside: ours is exact where `lib.dom` is not, or newer. */
  notAssignableToOurs: string[];
}

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  types: [],
  strict: true,
  noEmit: true,
};

const parsed = new Map<string, ts.SourceFile | undefined>();

/** A program of one file that is not on disk. */
function programOf(text: string): { program: ts.Program; source: ts.SourceFile } {
  const path = `${root}test/types/comparison.ts`;
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (name, languageVersion) => {
    if (name === path) return ts.createSourceFile(path, text, languageVersion, true);
    if (!parsed.has(name)) parsed.set(name, getSourceFile.call(host, name, languageVersion));
    return parsed.get(name);
  };
  host.fileExists = (name) => name === path || ts.sys.fileExists(name);
  const program = ts.createProgram([path], options, host);
  return { program, source: program.getSourceFile(path)! };
}

interface Pair {
  name: string;
  ours: ts.Type;
  theirs: ts.Type;
}

/** The types that both sides define: `api`'s exports and the globals of the same name; of a class, its constructor too. */
function pairsOf(checker: ts.TypeChecker, source: ts.SourceFile, names: readonly string[]): Pair[] {
  const aliases = new Map<string, ts.Type>();
  source.forEachChild((node) => {
    if (ts.isTypeAliasDeclaration(node)) aliases.set(node.name.text, checker.getTypeAtLocation(node));
  });
  return [...names, ...names.map((name) => `new_${name}`)].flatMap((name) => {
    const pair = { name, ours: aliases.get(`Ours_${name}`), theirs: aliases.get(`Theirs_${name}`) };
    return pair.ours !== undefined && pair.theirs !== undefined ? [pair as Pair] : [];
  });
}

const declarations = (api: string): string => readFileSync(`${ours}${api}.d.ts`, 'utf8');

/** Classes that script may construct; of the others `lib.dom` says so too, wrongly. */
function constructible(api: string): Set<string> {
  const classes = declarations(api).matchAll(/^export declare class (\w+)[^{]*\{\n {2}constructor\(/gm);
  return new Set([...classes].map(([, name]) => name));
}

function exportedTypes(api: string): string[] {
  const text = declarations(api);
  return [...text.matchAll(/^export (?:declare class|interface|type) (\w+)/gm)].map(([, name]) => name);
}

/** Names of global types, read from `lib.dom` itself. */
function globalTypes(): Set<string> {
  const { program } = programOf('export {};');
  const names = new Set<string>();
  for (const file of program.getSourceFiles()) {
    if (!file.fileName.includes('/lib.dom')) continue;
    file.forEachChild((node) => {
      if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) names.add(node.name.text);
    });
  }
  return names;
}

function textFor(api: string, names: readonly string[], augmentation: string): string {
  const classes = constructible(api);
  const aliases = names.map((name) => {
    const types = `type Ours_${name} = Ours.${name};\ntype Theirs_${name} = globalThis.${name};\n`;
    if (!classes.has(name)) return types;
    return `${types}type Ours_new_${name} = typeof Ours.${name};\ntype Theirs_new_${name} = typeof globalThis.${name};\n`;
  });
  return `import * as Ours from '../../types/generated/${api}';\nexport {};\n${augmentation}${aliases.join('')}`;
}

/** Names of the members of `from` that `of` lacks; a question mark follows those that are optional. */
function missing(from: ts.Type, of: ts.Type): string[] {
  const present = new Set(of.getProperties().map(({ name }) => name));
  return from
    .getProperties()
    .filter(({ name }) => !present.has(name))
    .map(({ name, flags }) => (flags & ts.SymbolFlags.Optional ? `${name}?` : name))
    .sort();
}

const isObject = (type: ts.Type): boolean => type.isClassOrInterface();

/** `notAssignableToLibDom` names types of ours that `lib.dom`'s of the same name do not take. */
export function compare(api: string): Differences & { compared: string[]; notAssignableToLibDom: string[] } {
  const globals = globalTypes();
  const compared = exportedTypes(api).filter((name) => globals.has(name));

  const plain = programOf(textFor(api, compared, ''));
  const missingHere: Record<string, string[]> = {};
  const missingInLibDom: Record<string, string[]> = {};
  for (const pair of pairsOf(plain.program.getTypeChecker(), plain.source, compared)) {
    if (!isObject(pair.ours) || !isObject(pair.theirs)) continue;
    const here = missing(pair.theirs, pair.ours);
    const there = missing(pair.ours, pair.theirs);
    if (here.length > 0) missingHere[pair.name] = here;
    if (there.length > 0) missingInLibDom[pair.name] = there;
  }

  const { program, source } = programOf(textFor(api, compared, augmentations(api, missingHere, missingInLibDom)));
  const checker = program.getTypeChecker();
  const pairs = pairsOf(checker, source, compared);
  const refused = (from: 'ours' | 'theirs', to: 'ours' | 'theirs') =>
    pairs.filter((pair) => !checker.isTypeAssignableTo(pair[from], pair[to])).map(({ name }) => name.replace('new_', 'typeof '));
  return {
    compared,
    missingInLibDom,
    missingHere,
    notAssignableToLibDom: refused('ours', 'theirs'),
    notAssignableToOurs: refused('theirs', 'ours'),
  };
}

/** Gives each side the other's members. */
function augmentations(api: string, here: Record<string, string[]>, there: Record<string, string[]>): string {
  const interfaces = (missing: Record<string, string[]>) =>
    Object.entries(missing)
      .map(([name, members]) => `interface ${name} {\n${members.map((member) => `${member}: any;\n`).join('')}}\n`)
      .join('');
  return `declare module '../../types/generated/${api}' {\n${interfaces(here)}}\ndeclare global {\n${interfaces(there)}}\n`;
}
