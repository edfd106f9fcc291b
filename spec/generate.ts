/** `npm run generate`: writes src/generated and types/generated from the IDL and from the engine's command list. */
import { mkdirSync, readFileSync, writeFileSync, existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as webidl2 from 'webidl2';
import { parseEnumerations, writeCommands } from './commands';
import { writeDeclarations } from './declarations';
import { generateApi, type GeneratedApi, type Owners } from './generate-api';
import { apis, definitions, idlVersion, realmInterfaces, type Api } from './interfaces';
import { buildModel, partialInterface } from './model';
import type { Scope } from './types';
import { workletExposure, writeWorkletExposure } from './worklet-exposure';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

export interface Sources {
  /** The text of an IDL file by its name. */
  idl(name: string): string;
  apis: readonly Api[];
  definitions: readonly string[];
}

export interface Generated {
  /** Sources for src/generated, by file name. */
  files: Map<string, string>;
  /** Public types for types/generated, by file name. */
  declarations: Map<string, string>;
}

export function generate(sources: Sources): Generated {
  const parse = (name: string) => parseIdl(sources.idl(name));
  const offeredFiles = [...new Set(sources.apis.flatMap(({ specifications }) => specifications))];
  const lent = sources.definitions.filter((name) => !offeredFiles.includes(name));
  const scope: Scope = {
    model: buildModel(offeredFiles.flatMap(parse), lent.flatMap(parse)),
    offered: new Set(sources.apis.flatMap(({ interfaces }) => interfaces)),
    realm: new Set(realmInterfaces),
  };
  const apiOfInterface = new Map(sources.apis.flatMap((api) => api.interfaces.map((name) => [name, api] as const)));
  const owners: Owners = new Map();
  const files = new Map<string, string>();
  const generated = new Map<string, GeneratedApi>();
  for (const api of sources.apis) {
    const partials = Object.keys(api.extensions ?? {}).map((name) => partialInterface(name, api.specifications.flatMap(parse)));
    const result = generateApi(api, scope, owners, apiOfInterface, partials);
    generated.set(api.name, result);
    files.set(`${api.name}.ts`, result.code);
    files.set(`${api.name}-types.ts`, result.types);
  }
  const omitted = [...generated.values()].flatMap((api) => api.omitted);
  files.set('omitted.json', `${JSON.stringify(omitted, null, 2)}\n`);
  const declarations = new Map<string, string>();
  const ownerOf = (name: string) => owners.get(name) ?? apiOfInterface.get(name)?.name;
  for (const api of sources.apis) {
    declarations.set(`${api.name}.d.ts`, writeDeclarations(api, generated.get(api.name)!, scope, ownerOf));
  }
  return { files, declarations };
}

/** As plain data: webidl2's own objects keep their members behind getters. */
function parseIdl(text: string): webidl2.Definition[] {
  return JSON.parse(JSON.stringify(webidl2.parse(text))) as webidl2.Definition[];
}

function webrefFolder(): string {
  return dirname(createRequire(import.meta.url).resolve('@webref/idl/package.json'));
}

function allWebrefIdl(): string[] {
  const names = readdirSync(webrefFolder()).filter((name) => name.endsWith('.idl')).sort();
  return names.map((name) => readFileSync(join(webrefFolder(), name), 'utf8'));
}

/** Reads `@webref/idl`, with the project's patches in place of what they replace. */
export function webrefIdl(name: string): string {
  const folder = webrefFolder();
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  if (version !== idlVersion) throw new Error(`@webref/idl is ${version}, spec/interfaces.ts says ${idlVersion}.`);
  const patches = join(root, 'spec/patches');
  const patch = existsSync(patches) && readdirSync(patches).includes(`${name}.idl`) ? readFileSync(join(patches, `${name}.idl`), 'utf8') : '';
  return readFileSync(join(folder, `${name}.idl`), 'utf8') + patch;
}

function write(folder: string, files: ReadonlyMap<string, string>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of files) {
    const path = join(folder, name);
    // An unchanged file keeps its time, so that builds that watch it stay quiet.
    if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeFileSync(path, text);
  }
}

function main(): void {
  const { files, declarations } = generate({ idl: webrefIdl, apis, definitions });
  const header = readFileSync(join(root, 'native/audio/engine/Commands.h'), 'utf8');
  const notice = '// Written by spec/generate.ts from native/audio/engine/Commands.h.\n\n';
  files.set('worklet-exposure.ts', writeWorkletExposure(workletExposure(allWebrefIdl(), parseIdl)));
  files.set('commands.ts', notice + writeCommands(parseEnumerations(header)));
  write(join(root, 'src/generated'), files);
  write(join(root, 'types/generated'), declarations);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
