/** Writes the files of one API. */
import type * as idl from 'webidl2';
import { writeClass, writeExtension, type Binding } from './bindings';
import { Conversions } from './conversions';
import { callbackShape, offeredFields, writeConversions, writeToScript, writeTypes } from './definitions';
import type { Api } from './interfaces';
import { attributeValues, hasAttribute, type InterfaceModel } from './model';
import { partsOf, resolveType, unknownNames, type Scope, type Type } from './types';

/** A member left out, and the types it waits for. */
export interface Omitted {
  interface: string;
  member: string;
  missing: string[];
}

export interface GeneratedApi {
  bindings: Binding[];
  /** Dictionaries, enumerations and callbacks that this API defines. */
  definitions: string[];
  omitted: Omitted[];
  code: string;
  types: string;
}

/** Functions and types that APIs have written so far, by name: the name of the API. */
export type Owners = Map<string, string>;

export function generateApi(
  api: Api,
  scope: Scope,
  owners: Owners,
  apiOfInterface: ReadonlyMap<string, Api>,
  partials: readonly InterfaceModel[] = [],
): GeneratedApi {
  const omitted: Omitted[] = [];
  const bindings = sortByInheritance(api.interfaces.map((name) => bind(name, scope, omitted)));
  const extensions = partials.map((partial) => bindExtension(partial, scope, omitted));
  const use = new Conversions(scope);
  const classes = [...bindings.map((binding) => writeClass(binding, use)), ...extensions.map((binding) => writeExtension(binding, use))];

  const functions = writeFunctions(use, owners);
  const mentioned = [...bindings, ...extensions].flatMap(({ members }) => members.flatMap((member) => typesOfMember(member, scope)));
  const named = mentioned.flatMap((type) => [...partsOf(type)].filter(isNamed).map(({ name }) => name));
  const seeds = [...use.named, ...use.returned, ...named].filter((name) => !owners.has(name));
  const definitions = withNestedTypes(seeds, scope, owners).sort();
  for (const name of [...definitions, ...functions.keys()]) owners.set(name, api.name);

  const code = [
    header(api),
    ...implementationImports(use.implementations, apiOfInterface, api),
    ...baseImports(bindings, api, apiOfInterface),
    ...functionImports(use, api, owners),
    `import type * as types from './${api.name}-types';`,
    `import {\n${[...use.runtime, 'type InterfaceEntry', ...(extensions.length > 0 ? ['type Extension'] : [])].sort().map((name) => `  ${name},\n`).join('')}} from '../webidl';`,
    '',
    ...[...functions.keys()].sort().map((name) => functions.get(name)!),
    ...[...use.helpers.values()].map((helper) => `${helper}\n`),
    ...classes,
    writeList(bindings),
    ...(api.extensions === undefined ? [] : [writeExtensionList(extensions, api.extensions, use)]),
  ].join('\n');
  return { bindings, definitions, omitted, code, types: typesFile(api, definitions, scope, owners, apiOfInterface) };
}

export function header({ specifications }: Pick<Api, 'specifications'>): string {
  return `// Written by spec/generate.ts from the IDL of: ${specifications.join(', ')}.\n/* eslint-disable */\n`;
}

function bind(name: string, scope: Scope, omitted: Omitted[]): Binding {
  const model = scope.model.interfaces.get(name);
  if (model === undefined) throw new Error(`No interface '${name}' in the IDL.`);
  const members = offeredMembers(model, scope, omitted);
  const { inheritance } = model;
  if (inheritance !== null && !scope.offered.has(inheritance) && !scope.realm.has(inheritance)) {
    throw new Error(`${name} inherits from ${inheritance}, which is not offered.`);
  }
  const event = ancestors(model, scope).some((ancestor) => ancestor.name === 'Event');
  return { name, idl: model, members, base: inheritance, event, inherited: inheritedNames(model, scope) };
}

/** A partial interface of an interface that the realm brings. */
function bindExtension(model: InterfaceModel, scope: Scope, omitted: Omitted[]): Binding {
  const { name } = model;
  return { name, idl: model, members: offeredMembers(model, scope, omitted), base: null, event: false, inherited: new Set() };
}

function offeredMembers(model: InterfaceModel, scope: Scope, omitted: Omitted[]): idl.Member[] {
  return model.members.filter((member) => {
    const missing = typesOfMember(member, scope).flatMap(unknownNames);
    if (missing.length === 0) return true;
    omitted.push({ interface: model.name, member: 'name' in member ? member.name : member.type, missing: [...new Set(missing)] });
    return false;
  });
}

function typesOfMember(member: idl.Member, scope: Scope): Type[] {
  if (member.type === 'attribute' || member.type === 'const') return [resolveType(scope, member.idlType, member.extAttrs)];
  if (member.type === 'iterable' || member.type === 'maplike' || member.type === 'setlike') {
    return [...member.idlType.map((type) => resolveType(scope, type)), ...member.arguments.map(({ idlType }) => resolveType(scope, idlType))];
  }
  const parameters = member.arguments.map(({ idlType, extAttrs }) => resolveType(scope, idlType, extAttrs));
  return member.type === 'operation' && member.idlType !== undefined ? [resolveType(scope, member.idlType), ...parameters] : parameters;
}

function ancestors({ inheritance }: InterfaceModel, scope: Scope): InterfaceModel[] {
  if (inheritance === null) return [];
  const parent = scope.model.interfaces.get(inheritance);
  return parent === undefined ? [] : [parent, ...ancestors(parent, scope)];
}

function inheritedNames(model: InterfaceModel, scope: Scope): Set<string> {
  const members = ancestors(model, scope).flatMap((ancestor) => ancestor.members);
  return new Set(members.flatMap((member) => ('name' in member ? [member.name] : [])));
}

/** A class comes after the class it extends. */
function sortByInheritance(bindings: readonly Binding[]): Binding[] {
  const byName = new Map(bindings.map((binding) => [binding.name, binding]));
  const sorted = new Set<Binding>();
  const visit = (binding: Binding) => {
    const base = binding.base === null ? undefined : byName.get(binding.base);
    if (base !== undefined) visit(base);
    sorted.add(binding);
  };
  bindings.forEach(visit);
  return [...sorted];
}

/** `names` with the definitions that their own types name, such as those of a callback's parameters. */
function withNestedTypes(names: readonly string[], scope: Scope, owners: Owners): string[] {
  const all = new Set(names);
  for (const name of all) {
    for (const part of typesOfDefinition(name, scope).flatMap((type) => [...partsOf(type)])) {
      if (isNamed(part) && !owners.has(part.name)) all.add(part.name);
    }
    const inheritance = scope.model.dictionaries.get(name)?.inheritance;
    if (typeof inheritance === 'string' && !owners.has(inheritance)) all.add(inheritance);
  }
  return [...all];
}

export function isNamed(type: Type): type is Type & { name: string } {
  return ['enum', 'dictionary', 'callback', 'callbackInterface'].includes(type.kind);
}

export function typesOfDefinition(name: string, scope: Scope): Type[] {
  if (scope.model.enums.has(name)) return [];
  if (scope.model.dictionaries.has(name)) return offeredFields(scope, name).map(({ type }) => type);
  const { parameters, result } = callbackShape(scope, name);
  return [result, ...parameters.map(({ idlType }) => resolveType(scope, idlType))];
}

function implementationImports(names: ReadonlySet<string>, apiOfInterface: ReadonlyMap<string, Api>, api: Api): string[] {
  return [...names].sort().map((name) => {
    const folder = (apiOfInterface.get(name) ?? api).implementations;
    return `import { ${name} as ${name}Impl } from '../${folder}/${name}';`;
  });
}

/** The conversions of named definitions. One may need further ones; they are written until nothing new is asked for. */
function writeFunctions(use: Conversions, owners: Owners): Map<string, string> {
  const functions = new Map<string, string>();
  let before: number;
  do {
    before = functions.size;
    for (const name of use.named) {
      const key = `to${name}`;
      if (!owners.has(key) && !functions.has(key)) functions.set(key, writeConversions(name, use));
    }
    for (const name of use.returned) {
      const key = `${name}ToScript`;
      if (!owners.has(key) && !functions.has(key)) functions.set(key, writeToScript(name, use));
    }
  } while (functions.size > before);
  return functions;
}

/** Interfaces of earlier APIs that interfaces of this one inherit from. */
function baseImports(bindings: readonly Binding[], api: Api, apiOfInterface: ReadonlyMap<string, Api>): string[] {
  const bases = new Set(bindings.flatMap(({ base }) => base ?? []));
  return [...bases].sort().flatMap((base) => {
    const owner = apiOfInterface.get(base);
    return owner === undefined || owner === api ? [] : [`import { ${base}, ${base}Brand } from './${owner.name}';`];
  });
}

function functionImports(use: Conversions, api: Api, owners: Owners): string[] {
  const names = [...[...use.named].map((name) => `to${name}`), ...[...use.returned].map((name) => `${name}ToScript`)];
  return names
    .filter((name) => owners.get(name) !== api.name)
    .sort()
    .map((name) => `import { ${name} } from './${owners.get(name)}';`);
}

function typesFile(api: Api, definitions: readonly string[], scope: Scope, owners: Owners, apiOfInterface: ReadonlyMap<string, Api>): string {
  const interfaces = new Set<string>();
  const foreign = new Set<string>();
  const body = writeTypes(definitions, scope, {
    interface(name) {
      interfaces.add(name);
      return name;
    },
    named(name) {
      if (owners.get(name) !== api.name) foreign.add(name);
      return name;
    },
  });
  const imports = [
    ...[...interfaces].sort().map((name) => `import type { ${name} } from '../${apiOfInterface.get(name)!.implementations}/${name}';`),
    ...[...foreign].sort().map((name) => `import type { ${name} } from './${owners.get(name)}-types';`),
  ];
  return `${header(api)}${imports.map((line) => `${line}\n`).join('')}\n${body}`;
}

function writeList(bindings: readonly Binding[]): string {
  const rows = bindings.map(({ name, idl: { extAttrs } }) => {
    const exposed = attributeValues(extAttrs, 'Exposed').map((global) => `'${global}'`).join(', ');
    const secureContext = hasAttribute(extAttrs, 'SecureContext');
    return `  { name: '${name}', interface: ${name}, exposed: [${exposed}], secureContext: ${secureContext} },`;
  });
  return `/** What an installer defines on a global object. */\nexport const interfaces: readonly InterfaceEntry[] = [\n${rows.join('\n')}\n];\n`;
}

function writeExtensionList(extensions: readonly Binding[], properties: Readonly<Record<string, string>>, use: Conversions): string {
  const rows = extensions.map(({ name, members }) => {
    const secure = members.flatMap((member) => ('name' in member && hasAttribute(member.extAttrs, 'SecureContext') ? [`'${member.name}'`] : []));
    const implementation = use.implementation(name);
    return `  { name: '${name}', property: '${properties[name]}', members: ${name}Members, secureContext: [${secure.join(', ')}], create: () => new ${implementation}() },`;
  });
  return `\n/** What an installer adds to objects that the realm brings. */\nexport const extensions: readonly Extension[] = [\n${rows.join('\n')}\n];\n`;
}
