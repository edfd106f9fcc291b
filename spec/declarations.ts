/** Writes the public TypeScript declarations of one API. */
import type * as idl from 'webidl2';
import type { Binding } from './bindings';
import { indexedOperation, isIndexedIterable, operationsByName } from './bindings';
import { callbackShape, offeredFields } from './definitions';
import { header, type GeneratedApi } from './generate-api';
import type { Api } from './interfaces';
import { bufferType, parenthesized } from './type-names';
import { resolveType, type Scope, type Type } from './types';

/** Where a type stands: what script may pass is wider than what it gets. */
type Position = 'argument' | 'member' | 'result';

/** What types/events.d.ts declares. */
const platformTypes = [
  'AddEventListenerOptions', 'DOMRectReadOnly', 'ErrorEvent', 'EventListenerOptions', 'EventListenerOrEventListenerObject', 'MessagePort', 'ReadableStream',
];

export function writeDeclarations(api: Api, generated: GeneratedApi, scope: Scope, ownerOf: (name: string) => string | undefined): string {
  const writer = new DeclarationWriter(api, generated, scope);
  const body = [
    ...generated.definitions.map((name) => writer.definition(name)),
    ...generated.bindings.map((binding) => writer.interface(binding)),
  ].join('\n');
  const imports = new Map<string, string[]>();
  for (const name of [...writer.mentioned].sort()) {
    const owner = ownerOf(name);
    if (owner !== undefined && owner !== api.name) imports.set(owner, [...(imports.get(owner) ?? []), name]);
  }
  const lines = [...imports].map(([owner, names]) => `import type { ${names.join(', ')} } from './${owner}.js';\n`);
  if (/EventListenerOptions/.test(body)) {
    lines.push(`import type { ${platformTypes.join(', ')} } from '../events.js';\n`);
  }
  return `${header(api)}${lines.join('')}\n${body}`;
}

class DeclarationWriter {
  readonly mentioned = new Set<string>();

  constructor(
    readonly api: Api,
    readonly generated: GeneratedApi,
    readonly scope: Scope,
  ) {}

  type(type: Type, position: Position): string {
    const base = this.base(type, position);
    return type.nullable && base !== 'any' ? `${parenthesized(base)} | null`.replace(/^\((.* \| .*)\) \| null$/, '$1 | null') : base;
  }

  private base(type: Type, position: Position): string {
    switch (type.kind) {
      case 'any':
        return 'any';
      case 'object':
        return 'any'; // as lib.dom has it: `object` would forbid reading members
      case 'number':
        return 'number';
      case 'string':
        return 'string';
      case 'bigint':
      case 'boolean':
      case 'symbol':
      case 'undefined':
        return type.kind;
      case 'buffer':
        return bufferType(type);
      case 'sequence':
        if (position === 'argument') return `Iterable<${this.type(type.element, position)}>`;
        return `${parenthesized(this.type(type.element, position))}[]`;
      case 'frozenArray':
        if (position === 'argument') return `Iterable<${this.type(type.element, position)}>`;
        return `ReadonlyArray<${this.type(type.element, position)}>`;
      case 'promise': {
        const element = type.element.kind === 'undefined' ? 'void' : this.type(type.element, position);
        return position === 'argument' ? `PromiseLike<${element}> | ${parenthesized(element)}` : `Promise<${element}>`;
      }
      case 'record':
        return `Record<string, ${this.type(type.element, position)}>`;
      case 'union':
        return type.members.map((member) => this.type(member, position)).join(' | ');
      case 'eventHandler':
        return 'unknown';
      default:
        this.mentioned.add(type.name);
        return type.name;
    }
  }

  definition(name: string): string {
    const { model } = this.scope;
    if (model.enums.has(name)) return `export type ${name} = ${model.enums.get(name)!.map((value) => JSON.stringify(value)).join(' | ')};\n`;
    if (model.dictionaries.has(name)) return this.dictionary(name);
    const { parameters, result, operation } = callbackShape(this.scope, name);
    const list = this.parameters(parameters, 'result');
    const returned = result.kind === 'undefined' ? 'void' : this.type(result, 'argument');
    if (operation === undefined) return `export interface ${name} {\n  (${list}): ${returned};\n}\n`;
    return `export type ${name} = ((${list}) => ${returned}) | { ${operation}(${list}): ${returned} };\n`;
  }

  private dictionary(name: string): string {
    const { inheritance } = this.scope.model.dictionaries.get(name)!;
    if (inheritance !== null) this.mentioned.add(inheritance);
    const lines = offeredFields(this.scope, name).map(({ field, type }) => {
      const written = this.api.memberTypes?.[`${name}.${field.name}`] ?? this.type(type, 'member');
      return `  ${field.name}${field.required ? '' : '?'}: ${written};\n`;
    });
    return `export interface ${name}${inheritance === null ? '' : ` extends ${inheritance}`} {\n${lines.join('')}}\n`;
  }

  private parameters(list: readonly idl.Argument[], position: Position): string {
    return list
      .map(({ name, idlType, extAttrs, optional, variadic }) => {
        const type = this.type(resolveType(this.scope, idlType, extAttrs), position);
        return variadic ? `...${name}: ${parenthesized(type)}[]` : `${name}${optional ? '?' : ''}: ${type}`;
      })
      .join(', ');
  }

  interface(binding: Binding): string {
    const { name, members, base } = binding;
    if (base !== null) this.mentioned.add(base);
    const constructors = members.filter((member) => member.type === 'constructor');
    const lines =
      constructors.length === 0
        ? ['protected constructor();']
        : constructors.map((member) => `constructor(${this.parameters(member.arguments, 'argument')});`);
    const getter = indexedOperation(binding);
    if (getter !== undefined) {
      const item = this.type(resolveType(this.scope, getter.idlType!), 'result').replace(/ \| null$/, '');
      lines.push(`readonly [index: number]: ${item};`);
      if (isIndexedIterable(binding)) lines.push(`[Symbol.iterator](): IterableIterator<${item}>;`);
    }
    for (const member of members) {
      if (member.type === 'attribute') lines.push(...this.attribute(binding, member));
      else if (member.type === 'const') {
        const type = this.defaultLiteral(member.value);
        lines.push(`readonly ${member.name}: ${type};`, `static readonly ${member.name}: ${type};`);
      } else if (member.type === 'operation' && member.special === 'stringifier' && member.name === '') lines.push('toString(): string;');
      else if (member.type === 'iterable' || member.type === 'maplike' || member.type === 'setlike') lines.push(...this.iteration(name, member));
    }
    for (const isStatic of [false, true]) {
      for (const [operation, overloads] of operationsByName(members, isStatic)) {
        for (const { idlType, arguments: list } of overloads) {
          const result = resolveType(this.scope, idlType!);
          const returned = result.kind === 'undefined' ? 'void' : this.type(result, 'result');
          lines.push(`${isStatic ? 'static ' : ''}${operation}(${this.parameters(list, 'argument')}): ${returned};`);
        }
      }
    }
    const { map, listeners } = this.listeners(binding);
    lines.push(...listeners);
    const heritage = base === null ? '' : ` extends ${base}`;
    return `${map}export declare class ${name}${heritage} {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`;
  }

  private defaultLiteral(value: idl.DefaultValue): string {
    return value.type === 'number' ? String(Number(value.value)) : value.type === 'boolean' ? String(value.value) : 'number';
  }

  private attribute(binding: Binding, member: idl.AttributeMember): string[] {
    const type = resolveType(this.scope, member.idlType, member.extAttrs);
    const modifiers = `${member.special === 'static' ? 'static ' : ''}${member.readonly ? 'readonly ' : ''}`;
    const written =
      type.kind === 'eventHandler'
        ? `((this: ${binding.name}, ev: ${this.eventOf(binding.name, member.name.slice(2))}) => any) | null`
        : (this.api.memberTypes?.[`${binding.name}.${member.name}`] ?? this.type(type, 'result'));
    const lines = [`${modifiers}${member.name}: ${written};`];
    if (member.special === 'stringifier') lines.push('toString(): string;');
    return lines;
  }

  private eventOf(interfaceName: string, type: string): string {
    const name = this.api.events?.[interfaceName]?.[type] ?? 'Event';
    this.mentioned.add(name);
    return name;
  }

  /** The map from event types to events, and `addEventListener` typed by it. */
  private listeners(binding: Binding): { map: string; listeners: string[] } {
    const { name, members } = binding;
    const handlers = members.filter(
      (member) => member.type === 'attribute' && resolveType(this.scope, member.idlType).kind === 'eventHandler',
    ) as idl.AttributeMember[];
    const baseMap = this.eventMapOf(binding.base);
    const mapName = handlers.length > 0 ? `${name}EventMap` : baseMap;
    if (mapName === undefined) return { map: '', listeners: [] };
    const rows = handlers.map((handler) => `  ${JSON.stringify(handler.name.slice(2))}: ${this.eventOf(name, handler.name.slice(2))};\n`);
    const heritage = baseMap === undefined ? '' : ` extends ${baseMap}`;
    const map = handlers.length > 0 ? `export interface ${mapName}${heritage} {\n${rows.join('')}}\n\n` : '';
    const listeners = ['add', 'remove'].flatMap((verb) => {
      const options = verb === 'add' ? 'boolean | AddEventListenerOptions' : 'boolean | EventListenerOptions';
      return [
        `${verb}EventListener<K extends keyof ${mapName}>(type: K, listener: (this: ${name}, ev: ${mapName}[K]) => any, options?: ${options}): void;`,
        `${verb}EventListener(type: string, listener: EventListenerOrEventListenerObject, options?: ${options}): void;`,
      ];
    });
    return { map, listeners };
  }

  private eventMapOf(name: string | null): string | undefined {
    if (name === null) return undefined;
    const model = this.scope.model.interfaces.get(name);
    if (model === undefined || !this.scope.offered.has(name)) return undefined;
    const has = model.members.some((member) => member.type === 'attribute' && resolveType(this.scope, member.idlType).kind === 'eventHandler');
    return has ? `${name}EventMap` : this.eventMapOf(model.inheritance);
  }

  private iteration(name: string, member: idl.IterableMember): string[] {
    const types = member.idlType.map((type) => this.type(resolveType(this.scope, type), 'result'));
    const value = types[types.length - 1];
    const key = types[0];
    const pair = types.length === 2 ? `[${key}, ${value}]` : value;
    if (member.async) {
      const parameters = this.parameters(member.arguments, 'argument');
      const methods = types.length === 2 ? { entries: pair, keys: key, values: value } : { values: value };
      return [
        ...Object.entries(methods).map(([method, type]) => `${method}(${parameters}): AsyncIterableIterator<${type}>;`),
        `[Symbol.asyncIterator](${parameters}): AsyncIterableIterator<${pair}>;`,
      ];
    }
    if (member.type === 'iterable' && types.length === 1) {
      return [
        `entries(): IterableIterator<[number, ${value}]>;`,
        'keys(): IterableIterator<number>;',
        `values(): IterableIterator<${value}>;`,
        `forEach(callbackfn: (value: ${value}, key: number, parent: ${name}) => void, thisArg?: any): void;`,
        `[Symbol.iterator](): IterableIterator<${value}>;`,
      ];
    }
    const entry = member.type === 'setlike' ? `[${value}, ${value}]` : pair;
    const lines = [
      `entries(): IterableIterator<${entry}>;`,
      `keys(): IterableIterator<${key}>;`,
      `values(): IterableIterator<${value}>;`,
      `forEach(callbackfn: (value: ${value}, key: ${key}, parent: ${name}) => void, thisArg?: any): void;`,
      `[Symbol.iterator](): IterableIterator<${member.type === 'setlike' ? value : pair}>;`,
    ];
    if (member.type === 'iterable') return lines;
    lines.push('readonly size: number;', `has(${member.type === 'maplike' ? 'key' : 'value'}: ${key}): boolean;`);
    if (member.type === 'maplike') lines.push(`get(key: ${key}): ${value} | undefined;`);
    if (member.readonly) return lines;
    lines.push('clear(): void;', `delete(key: ${key}): boolean;`);
    lines.push(member.type === 'maplike' ? `set(key: ${key}, value: ${value}): this;` : `add(value: ${value}): this;`);
    return lines;
  }
}
