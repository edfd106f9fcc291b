/** Writes the code that converts values: from script, and to script. */
import type * as idl from 'webidl2';
import { distinguish } from './distinguish';
import { integerRange } from './integers';
import { implementationType } from './type-names';
import { typeName, type Scope, type Type } from './types';

/** What one generated file needs beside its classes. */
export class Conversions {
  /** Names taken from src/webidl. */
  readonly runtime = new Set<string>();
  /** Implementation classes, by interface name. */
  readonly implementations = new Set<string>();
  /** Dictionaries, enumerations and callbacks whose conversions are used: their functions are `to<Name>`. */
  readonly named = new Set<string>();
  /** Dictionaries that implementations return: their functions are `<Name>ToScript`. */
  readonly returned = new Set<string>();
  /** Functions for composed types, by name. */
  readonly helpers = new Map<string, string>();

  constructor(readonly scope: Scope) {}

  use(name: string): string {
    this.runtime.add(name);
    return name;
  }

  implementation(name: string): string {
    this.implementations.add(name);
    return `${name}Impl`;
  }

  /** The TypeScript type that implementations see. */
  type(type: Type): string {
    return implementationType(type, {
      interface: (name) => this.implementation(name),
      named: (name) => `types.${name}`,
    });
  }

  /** An expression that converts the value of expression `value`; `context` and `detail` are expressions too. */
  fromScript(type: Type, value: string, context: string, detail: string): string {
    if (type.kind === 'any') return value;
    if (type.kind === 'boolean' && !type.nullable) return `!!${value}`;
    if (type.kind === 'undefined') return 'undefined';
    // These have no message of their own.
    if (!type.nullable && (type.kind === 'bigint' || type.kind === 'promise')) return `${this.converter(type)}(${value})`;
    if (type.kind === 'interface' && !type.nullable) {
      const implementation = this.implementation(type.name);
      return `${this.use('toInterface')}(${value}, ${implementation}, '${type.name}', ${context}, ${detail})`;
    }
    return `${this.converter(type)}(${value}, ${context}, ${detail})`;
  }

  /** The name of a function `(value, context, detail)` that converts. */
  converter(type: Type): string {
    if (type.nullable) return this.nullable(type);
    switch (type.kind) {
      case 'any':
      case 'undefined':
      case 'object':
      case 'symbol':
      case 'boolean':
        return this.use(`to${typeName(type)}`);
      case 'bigint':
        return this.use('toBigInt');
      case 'string':
        return this.use(`to${typeName(type)}`);
      case 'number':
        return this.number(type);
      case 'enum':
      case 'dictionary':
      case 'callback':
      case 'callbackInterface':
        this.named.add(type.name);
        return `to${type.name}`;
      case 'promise':
        return this.use('toPromise');
      case 'buffer':
        return this.helper(type, (v, c, d) => this.buffer(type, v, c, d));
      case 'interface':
        return this.helper(type, (v, c, d) => this.fromScript(type, v, c, d));
      case 'realm':
        return this.helper(type, (v, c, d) => `${this.use('toForeign')}(${v}, ${type.name}, '${type.name}', ${c}, ${d})`);
      case 'sequence':
        return this.helper(type, (v, c, d) => `${this.use('toSequence')}(${v}, ${this.converter(type.element)}, ${c}, ${d})`);
      case 'frozenArray':
        return this.helper(type, (v, c, d) => `${this.use('toFrozenArray')}(${v}, ${this.converter(type.element)}, ${c}, ${d})`);
      case 'record': {
        const key = this.converter(type.key);
        return this.helper(type, (v, c, d) => `${this.use('toRecord')}(${v}, ${key}, ${this.converter(type.element)}, ${c}, ${d})`);
      }
      case 'union':
        return this.union(type);
      default:
        throw new Error(`no conversion for ${type.kind}${'name' in type ? ` ${type.name}` : ''}`);
    }
  }

  private number(type: Type & { kind: 'number' }): string {
    const name = `to${typeName(type)}`;
    if (['toDouble', 'toUnrestrictedDouble', 'toFloat', 'toUnrestrictedFloat', 'toUnsignedLong', 'toLong'].includes(name)) {
      return this.use(name);
    }
    const [lowest, highest] = integerRange(type.name);
    const mode = type.mode === '' ? '' : `, '${type.mode}'`;
    this.helpers.set(name, `const ${name} = ${this.use('integer')}('${type.name}', ${lowest}, ${highest}${mode});`);
    return name;
  }

  private buffer(type: Type & { kind: 'buffer' }, v: string, c: string, d: string): string {
    const { name, allowShared, allowResizable } = type;
    if (name === 'ArrayBuffer') return `${this.use('checkArrayBuffer')}(${v}, ${allowResizable}, ${c}, ${d})`;
    if (name === 'SharedArrayBuffer') return `${this.use('checkSharedArrayBuffer')}(${v}, ${allowResizable}, ${c}, ${d})`;
    if (name === 'ArrayBufferView') return `${this.use('checkArrayBufferView')}(${v}, ${allowShared}, ${allowResizable}, ${c}, ${d})`;
    return `${this.use('checkView')}(${v}, '${name}', ${allowShared}, ${allowResizable}, ${c}, ${d})`;
  }

  private helper(type: Type, write: (v: string, c: string, d: string) => string): string {
    const name = `to${typeName(type)}`;
    if (!this.helpers.has(name)) {
      this.helpers.set(name, ''); // keeps its place before what it needs
      const body = write('value', 'context', 'detail');
      const parameters = 'value: any, context: string, detail: string';
      this.helpers.set(name, `function ${name}(${parameters}): ${this.type(type)} {\n  return ${body};\n}`);
    }
    return name;
  }

  private nullable(type: Type): string {
    const inner: Type = { ...type, nullable: false };
    // A nullable dictionary or a union with one takes null as that dictionary's default.
    return this.helper(type, (v, c, d) => `${v} === null || ${v} === undefined ? null : ${this.fromScript(inner, v, c, d)}`);
  }

  /** https://webidl.spec.whatwg.org/#js-union */
  private union(type: Type & { kind: 'union' }): string {
    const name = `to${typeName(type)}`;
    if (this.helpers.has(name)) return name;
    this.helpers.set(name, '');
    const lines: string[] = [];
    const candidates = flatten(type).map((member) => ({ type: member, payload: member }));
    const { tests, fallback } = distinguish(candidates, 'value', this);
    for (const { test, payload } of tests) {
      lines.push(`  if (${test}) return ${this.fromScript(payload, 'value', 'context', 'detail')};`);
    }
    if (fallback === undefined) lines.push(`  throw ${this.use('typeError')}(context, detail, 'is of none of the types allowed');`);
    else lines.push(`  return ${this.fromScript(fallback, 'value', 'context', 'detail')};`);
    const parameters = 'value: any, context: string, detail: string';
    this.helpers.set(name, `function ${name}(${parameters}): ${this.type(type)} {\n${lines.join('\n')}\n}`);
    return name;
  }

  /** An expression for an IDL default value. */
  defaultValue(type: Type, value: idl.DefaultValue, context: string): string {
    switch (value.type) {
      case 'string':
        return JSON.stringify(value.value);
      case 'number':
        // A float's default is the nearest single-precision value.
        return type.kind === 'number' && type.name.endsWith('float') ? String(Math.fround(Number(value.value))) : String(Number(value.value));
      case 'boolean':
        return String(value.value);
      case 'null':
        return 'null';
      case 'undefined':
        return 'undefined';
      case 'Infinity':
        return value.negative ? '-Infinity' : 'Infinity';
      case 'NaN':
        return 'NaN';
      case 'sequence':
        return '[]';
      case 'dictionary':
        return this.fromScript(type, 'undefined', context, `''`);
    }
  }

  /** An expression for the script-visible form of what an implementation returned. */
  toScript(type: Type, value: string): string {
    const writer = this.scriptWriter(type);
    return writer === undefined ? value : writer(value);
  }

  /** Undefined where the value passes as it is. */
  private scriptWriter(type: Type): ((value: string) => string) | undefined {
    const inner = this.nonNullWriter(type);
    if (inner === undefined || !type.nullable) return inner;
    const name = `${typeName(type)}ToScript`;
    if (!this.helpers.has(name)) {
      const parameter = `value: ${this.type(type)}`;
      this.helpers.set(name, `function ${name}(${parameter}): unknown {\n  return value === null ? null : ${inner('value')};\n}`);
    }
    return (value) => `${name}(${value})`;
  }

  private nonNullWriter(type: Type): ((value: string) => string) | undefined {
    switch (type.kind) {
      case 'interface':
        return (value) => `${this.use('wrapperOf')}(${value})`;
      case 'dictionary':
        this.returned.add(type.name);
        return (value) => `${type.name}ToScript(${value})`;
      case 'callback':
      case 'callbackInterface':
        return (value) => `${this.use('callbackToScript')}(${value})`;
      case 'sequence':
        return (value) => `${this.use('sequenceToScript')}(${value}, ${this.elementWriter(type.element)})`;
      case 'frozenArray':
        return (value) => `${this.use('frozenArrayToScript')}(${value}, ${this.elementWriter(type.element)})`;
      case 'record':
        return (value) => `${this.use('recordToScript')}(${value}, ${this.elementWriter(type.element)})`;
      case 'promise': {
        if (type.element.kind !== 'undefined' && this.scriptWriter(type.element) === undefined) return undefined;
        if (type.element.kind === 'undefined') return undefined;
        return (value) => `${this.use('promiseToScript')}(${value}, ${this.elementWriter(type.element)})`;
      }
      case 'union': {
        if (type.members.every((member) => this.scriptWriter(member) === undefined)) return undefined;
        return (value) => `${this.use('toScript')}(${value})`;
      }
      default:
        return undefined;
    }
  }

  private elementWriter(type: Type): string {
    const writer = this.scriptWriter(type);
    return writer === undefined ? '(value) => value' : `(value) => ${writer('value')}`;
  }
}

/** Union members with nullability kept on the level where it stands. */
function flatten(type: Type): Type[] {
  return type.kind === 'union' ? type.members.flatMap((member) => flatten(member)) : [type];
}
