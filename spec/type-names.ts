/** IDL types written as TypeScript. */
import type { Type } from './types';

export interface Names {
  interface(name: string): string;
  /** Dictionaries, enumerations, callbacks. */
  named(name: string): string;
}

/** A type as implementations see it. */
export function implementationType(type: Type, names: Names): string {
  const inner = implementationBase(type, names);
  return type.nullable ? `${inner} | null` : inner;
}

function implementationBase(type: Type, names: Names): string {
  switch (type.kind) {
    case 'any':
      return 'any';
    case 'object':
    case 'eventHandler':
      return 'object';
    case 'number':
      return 'number';
    case 'string':
      return 'string';
    case 'buffer':
      return bufferType(type);
    case 'interface':
      return names.interface(type.name);
    case 'enum':
    case 'dictionary':
    case 'callback':
    case 'callbackInterface':
      return names.named(type.name);
    case 'sequence':
      return `${parenthesized(implementationType(type.element, names))}[]`;
    case 'frozenArray':
      return `readonly ${parenthesized(implementationType(type.element, names))}[]`;
    case 'promise':
      return `Promise<${type.element.kind === 'undefined' ? 'void' : implementationType(type.element, names)}>`;
    case 'record':
      return `Record<string, ${implementationType(type.element, names)}>`;
    case 'union':
      return type.members.map((member) => implementationType(member, names)).join(' | ');
    case 'realm':
    case 'unknown':
      return type.name;
    default:
      return type.kind;
  }
}

/** A buffer, where `[AllowShared]` widens what a view may show. */
export function bufferType(type: Type & { kind: 'buffer' }): string {
  const { name, allowShared } = type;
  if (name === 'ArrayBuffer' || name === 'SharedArrayBuffer') return name;
  return `${name}<${allowShared ? 'ArrayBufferLike' : 'ArrayBuffer'}>`;
}

export function parenthesized(type: string): string {
  return /[|&]|=>|^readonly /.test(type) ? `(${type})` : type;
}
