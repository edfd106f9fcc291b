/** The IDL as one model: partials and mixins applied, every name findable. */
import type * as idl from 'webidl2';

export interface InterfaceModel {
  name: string;
  inheritance: string | null;
  members: idl.Member[];
  extAttrs: idl.ExtendedAttribute[];
}

export interface DictionaryModel {
  name: string;
  inheritance: string | null;
  /** In lexicographical order, as they are read. */
  members: idl.Field[];
}

export type CallbackModel = Extract<idl.Definition, { type: 'callback' }>;

export interface Model {
  interfaces: Map<string, InterfaceModel>;
  dictionaries: Map<string, DictionaryModel>;
  enums: Map<string, readonly string[]>;
  typedefs: Map<string, { idlType: idl.IdlType; extAttrs: idl.ExtendedAttribute[] }>;
  callbacks: Map<string, CallbackModel>;
  callbackInterfaces: Map<string, InterfaceModel>;
}

/** `offered` files bring everything; `definitions` files only what is not partial. */
export function buildModel(offered: readonly idl.Definition[], definitions: readonly idl.Definition[]): Model {
  const model: Model = {
    interfaces: new Map(),
    dictionaries: new Map(),
    enums: new Map(),
    typedefs: new Map(),
    callbacks: new Map(),
    callbackInterfaces: new Map(),
  };
  const mixins = new Map<string, InterfaceModel>();
  const everything = [...definitions, ...offered];
  for (const definition of everything) define(model, mixins, definition);
  for (const definition of offered) extend(model, mixins, definition);
  for (const definition of everything) {
    if (definition.type !== 'includes') continue;
    const mixin = mixins.get(definition.includes);
    if (mixin !== undefined) model.interfaces.get(definition.target)?.members.push(...mixin.members);
  }
  for (const dictionary of model.dictionaries.values()) {
    dictionary.members.sort((a, b) => (a.name < b.name ? -1 : 1));
  }
  return model;
}

function define(model: Model, mixins: Map<string, InterfaceModel>, definition: idl.Definition): void {
  const { type } = definition;
  if (type === 'includes' || ('partial' in definition && definition.partial)) return;
  if (type === 'interface') model.interfaces.set(definition.name, copy(definition));
  else if (type === 'interface mixin') mixins.set(definition.name, copy(definition));
  else if (type === 'callback interface') model.callbackInterfaces.set(definition.name, copy(definition));
  else if (type === 'dictionary') {
    const { name, inheritance, members } = definition;
    model.dictionaries.set(name, { name, inheritance, members: [...members] });
  } else if (type === 'enum') model.enums.set(definition.name, definition.values.map(({ value }) => value));
  else if (type === 'typedef') model.typedefs.set(definition.name, definition);
  else if (type === 'callback') model.callbacks.set(definition.name, definition);
}

function copy({ name, inheritance, members, extAttrs }: idl.Container<idl.Member>): InterfaceModel {
  return { name, inheritance, members: [...members], extAttrs };
}

/** Adds a partial's members. */
function extend(model: Model, mixins: Map<string, InterfaceModel>, definition: idl.Definition): void {
  if (!('partial' in definition) || !definition.partial) return;
  if (definition.type === 'dictionary') {
    model.dictionaries.get(definition.name)?.members.push(...definition.members);
    return;
  }
  const target = definition.type === 'interface' ? model.interfaces : mixins;
  target.get(definition.name)?.members.push(...partialMembers(definition));
}

/** Extended attributes of a partial hold for each of its members. */
function partialMembers({ extAttrs, members }: idl.Container<idl.Member>): idl.Member[] {
  const inherited = extAttrs.filter(({ name }) => name === 'SecureContext' || name === 'Exposed');
  return members.map((member) => ({ ...member, extAttrs: [...member.extAttrs, ...inherited] }));
}

/** What the partial interfaces of that name add up to in these files. */
export function partialInterface(name: string, definitions: readonly idl.Definition[]): InterfaceModel {
  const partials = definitions.filter(
    (definition) => definition.type === 'interface' && definition.name === name && definition.partial,
  ) as idl.Container<idl.Member>[];
  return { name, inheritance: null, members: partials.flatMap(partialMembers), extAttrs: [] };
}

export function hasAttribute(extAttrs: readonly idl.ExtendedAttribute[], name: string): boolean {
  return extAttrs.some((attribute) => attribute.name === name);
}

/** The identifiers on the right-hand side of an extended attribute: `[Exposed=(Window,Worker)]`. */
export function attributeValues(extAttrs: readonly idl.ExtendedAttribute[], name: string): string[] {
  const rhs = extAttrs.find((attribute) => attribute.name === name)?.rhs;
  if (rhs === undefined || rhs === null) return [];
  if (rhs.type === '*') return ['*'];
  return Array.isArray(rhs.value) ? rhs.value.map(({ value }) => value) : [rhs.value];
}
