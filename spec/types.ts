/** IDL types, resolved: typedefs expanded, every name's kind known, extended attributes moved onto the type they are for. */
import type * as idl from 'webidl2';
import { hasAttribute, type Model } from './model';

export type Type = { nullable: boolean } & (
  | { kind: 'any' | 'undefined' | 'object' | 'symbol' | 'bigint' | 'boolean' }
  | { kind: 'number'; name: string; mode: '' | 'enforceRange' | 'clamp' }
  | { kind: 'string'; name: 'DOMString' | 'USVString' | 'ByteString'; nullToEmpty: boolean }
  | { kind: 'buffer'; name: string; allowShared: boolean; allowResizable: boolean }
  | { kind: 'interface' | 'realm' | 'enum' | 'dictionary' | 'callback' | 'callbackInterface' | 'eventHandler' | 'unknown'; name: string }
  | { kind: 'sequence' | 'frozenArray' | 'promise'; element: Type }
  | { kind: 'record'; key: Type; element: Type }
  | { kind: 'union'; members: Type[] }
);

export interface Scope {
  readonly model: Model;
  /** Names of interfaces with an interface object of ours. */
  readonly offered: ReadonlySet<string>;
  /** Names of interfaces that the realm brings. */
  readonly realm: ReadonlySet<string>;
}

const numbers = new Set([
  'byte', 'octet', 'short', 'unsigned short', 'long', 'unsigned long', 'long long', 'unsigned long long',
  'float', 'unrestricted float', 'double', 'unrestricted double',
]);
const strings = new Set(['DOMString', 'USVString', 'ByteString']);
const simple = new Set(['any', 'undefined', 'object', 'symbol', 'bigint', 'boolean']);
export const views = new Set([
  'Int8Array', 'Int16Array', 'Int32Array', 'Uint8Array', 'Uint16Array', 'Uint32Array', 'Uint8ClampedArray', 'BigInt64Array',
  'BigUint64Array', 'Float16Array', 'Float32Array', 'Float64Array', 'DataView',
]);
const buffers = new Set([...views, 'ArrayBuffer', 'SharedArrayBuffer', 'ArrayBufferView']);
const eventHandlers = new Set(['EventHandler', 'OnErrorEventHandler', 'OnBeforeUnloadEventHandler']);

export function resolveType(
  scope: Scope,
  source: idl.IdlType,
  outer: readonly idl.ExtendedAttribute[] = [],
): Type {
  const extAttrs = [...source.extAttrs, ...outer];
  const { nullable } = source;
  if (source.union) {
    const members = (source.idlType as idl.IdlType[]).map((member) => resolveType(scope, member, applicable(extAttrs)));
    return { kind: 'union', members, nullable };
  }
  if (source.generic !== '') return resolveGeneric(scope, source, extAttrs);
  return resolveName(scope, source.idlType as string, nullable, extAttrs);
}

/** The extended attributes that apply to types, handed on to what a typedef or a union names. */
function applicable(extAttrs: readonly idl.ExtendedAttribute[]): idl.ExtendedAttribute[] {
  const names = ['AllowResizable', 'AllowShared', 'Clamp', 'EnforceRange', 'LegacyNullToEmptyString'];
  return extAttrs.filter(({ name }) => names.includes(name));
}

function resolveGeneric(scope: Scope, source: idl.IdlType, extAttrs: idl.ExtendedAttribute[]): Type {
  const { nullable, generic } = source;
  const parameters = (source.idlType as idl.IdlType[]).map((parameter) => resolveType(scope, parameter, applicable(extAttrs)));
  const element = parameters[parameters.length - 1];
  if (generic === 'sequence') return { kind: 'sequence', element, nullable };
  if (generic === 'FrozenArray') return { kind: 'frozenArray', element, nullable };
  if (generic === 'Promise') return { kind: 'promise', element, nullable };
  if (generic === 'record') return { kind: 'record', key: parameters[0], element, nullable };
  return { kind: 'unknown', name: `${generic}<…>`, nullable };
}

function resolveName(scope: Scope, name: string, nullable: boolean, extAttrs: idl.ExtendedAttribute[]): Type {
  const { model } = scope;
  if (simple.has(name)) return { kind: name as 'any', nullable: nullable && name !== 'any' };
  if (numbers.has(name)) {
    const mode = hasAttribute(extAttrs, 'EnforceRange') ? 'enforceRange' : hasAttribute(extAttrs, 'Clamp') ? 'clamp' : '';
    return { kind: 'number', name, mode, nullable };
  }
  if (strings.has(name)) {
    return { kind: 'string', name: name as 'DOMString', nullToEmpty: hasAttribute(extAttrs, 'LegacyNullToEmptyString'), nullable };
  }
  if (buffers.has(name)) {
    const allowShared = hasAttribute(extAttrs, 'AllowShared');
    return { kind: 'buffer', name, allowShared, allowResizable: hasAttribute(extAttrs, 'AllowResizable'), nullable };
  }
  if (eventHandlers.has(name)) return { kind: 'eventHandler', name, nullable: false };
  const typedef = model.typedefs.get(name);
  if (typedef !== undefined) {
    const type = resolveType(scope, typedef.idlType, [...typedef.extAttrs, ...applicable(extAttrs)]);
    return nullable ? { ...type, nullable: true } : type;
  }
  if (scope.offered.has(name)) return { kind: 'interface', name, nullable };
  if (scope.realm.has(name)) return { kind: 'realm', name, nullable };
  if (model.enums.has(name)) return { kind: 'enum', name, nullable };
  if (model.dictionaries.has(name)) return { kind: 'dictionary', name, nullable };
  if (model.callbacks.has(name)) return { kind: 'callback', name, nullable };
  if (model.callbackInterfaces.has(name)) return { kind: 'callbackInterface', name, nullable };
  return { kind: 'unknown', name, nullable };
}

/** The types a type is made of, itself included. */
export function* partsOf(type: Type): Generator<Type> {
  yield type;
  if ('element' in type) yield* partsOf(type.element);
  if (type.kind === 'record') yield* partsOf(type.key);
  if (type.kind === 'union') for (const member of type.members) yield* partsOf(member);
}

/** Names in `type` that nothing defines here; a member with one is left out. Dictionaries are looked into by their own members. */
export function unknownNames(type: Type): string[] {
  return [...partsOf(type)].flatMap((part) => (part.kind === 'unknown' ? [part.name] : []));
}

/** https://webidl.spec.whatwg.org/#dfn-flattened-union-member-types */
export function flattenedMembers(type: Type): Type[] {
  return type.kind === 'union' ? type.members.flatMap(flattenedMembers) : [{ ...type, nullable: false }];
}

/** https://webidl.spec.whatwg.org/#dfn-includes-a-nullable-type */
export function includesNullable(type: Type): boolean {
  return type.nullable || (type.kind === 'union' && type.members.some(includesNullable));
}

/** A name for a type that is unique and can be part of an identifier. */
export function typeName(type: Type): string {
  const name = baseName(type);
  return type.nullable ? `${name}OrNull` : name;
}

function baseName(type: Type): string {
  switch (type.kind) {
    case 'number':
      return pascal(type.name) + (type.mode === 'enforceRange' ? 'Enforced' : type.mode === 'clamp' ? 'Clamped' : '');
    case 'string':
      return type.nullToEmpty ? 'StringNullEmpty' : type.name;
    case 'buffer':
      return (type.allowShared ? 'Shared' : '') + (type.allowResizable ? 'Resizable' : '') + type.name;
    case 'sequence':
    case 'frozenArray':
    case 'promise':
      return `${pascal(type.kind)}Of${typeName(type.element)}`;
    case 'record':
      return `RecordOf${typeName(type.key)}And${typeName(type.element)}`;
    case 'union':
      return type.members.map(typeName).join('Or');
    default:
      return 'name' in type ? type.name : pascal(type.kind);
  }
}

export function pascal(words: string): string {
  return words.replace(/(^|[ -])(\w)/g, (_match, _space, letter: string) => letter.toUpperCase());
}
