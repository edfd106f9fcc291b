/** Writes the class of one interface. */
import type * as idl from 'webidl2';
import type { Conversions } from './conversions';
import { attributeValues, hasAttribute, type InterfaceModel } from './model';
import { argumentStatements, parameterList, signatureOf, type Signature } from './operations';
import { iterationAliases, iterationMembers } from './iteration';
import { resolveType, type Type } from './types';

/** An interface as it will be offered: members that can't be are gone. */
export interface Binding {
  name: string;
  idl: InterfaceModel;
  members: idl.Member[];
  /** The class it extends: another interface of ours, one of the realm, or none. */
  base: string | null;
  /** An event that is generated whole. */
  event: boolean;
  /** Names of members that a class it extends has too. */
  inherited: ReadonlySet<string>;
  /** The statement that leaves the implementation in `impl`, where that is not the brand's. */
  brandCheck?: string;
}

const indent = (lines: readonly string[], by = '  '): string[] => lines.map((line) => (line === '' ? line : by + line));
const quote = (text: string): string => (text.includes("'") ? JSON.stringify(text) : `'${text}'`);

/** Static and regular operations by name, overloads together. */
export function operationsByName(members: readonly idl.Member[], isStatic: boolean): Map<string, idl.OperationMember[]> {
  const operations = new Map<string, idl.OperationMember[]>();
  for (const member of members) {
    if (member.type !== 'operation' || member.name === '' || (member.special === 'static') !== isStatic) continue;
    operations.set(member.name, [...(operations.get(member.name) ?? []), member]);
  }
  return operations;
}

export function writeClass(binding: Binding, use: Conversions): string {
  const { name, base, members } = binding;
  for (const { extAttrs } of [binding.idl, ...members]) {
    if (hasAttribute(extAttrs, 'LegacyUnforgeable')) throw new Error(`${name}: [LegacyUnforgeable] is not supported`);
  }
  const body: string[] = [];
  if (binding.event) body.push(...eventConstructor(binding, use));
  else body.push(...constructor(binding, use));
  for (const member of members) {
    if (member.type === 'attribute') body.push(...attribute(binding, member, use));
    else if (member.type === 'operation' && member.special === 'stringifier' && member.name === '') {
      body.push(...method(binding, use, 'toString', 'toString', [{ parameters: [], result: string }], false));
    } else if (member.type === 'iterable' || member.type === 'maplike' || member.type === 'setlike') {
      body.push(...iterationMembers(binding, member, use));
    }
  }
  for (const isStatic of [false, true]) {
    for (const [operation, overloads] of operationsByName(members, isStatic)) {
      if (operation === 'toJSON' && overloads.some(({ extAttrs }) => hasAttribute(extAttrs, 'Default'))) {
        body.push(...defaultToJSON(binding, use));
      } else {
        const signatures = overloads.map((overload) => signatureOf(use, overload));
        body.push(...method(binding, use, operation, operation, signatures, isStatic));
      }
    }
  }
  const heritage = base === null ? '' : ` extends ${base}`;
  const brand = binding.event ? '' : brandClass(binding, use);
  return `${brand}export class ${name}${heritage} {\n${indent(body).join('\n')}\n}\n${finish(binding, use)}`;
}

const string: Type = { kind: 'string', name: 'DOMString', nullToEmpty: false, nullable: false };

/** A derived class may return an object instead of calling `super`, which TypeScript does not know. */
const noSuper = '// @ts-expect-error TS2377: the object comes from construct()';

function constructor(binding: Binding, use: Conversions): string[] {
  const { name, members, base } = binding;
  const directive = base === null ? [] : [noSuper];
  const overloads = members.filter((member) => member.type === 'constructor').map((member) => signatureOf(use, member));
  if (overloads.length === 0) return [...directive, 'constructor() {', `  throw ${use.use('illegalConstructor')}('${name}');`, '}', ''];
  const implementation = use.implementation(name);
  const ordinary = base === null && indexedOperation(binding) === undefined;
  const statements = argumentStatements(use, overloads, `Failed to construct '${name}'`, (converted) =>
    ordinary
      ? `${use.use('link')}(new ${implementation}(${converted}), ${name}Brand, this);${overloads.length > 1 ? ' return;' : ''}`
      : `return ${use.use('construct')}(new ${implementation}(${converted}), ${name}Brand, new.target) as never;`,
  );
  return [...directive, `constructor(${parameterList(overloads)}) {`, ...indent(statements), '}', ''];
}

/** An event's constructor (https://dom.spec.whatwg.org/#inner-event-creation-steps) and the fields its attributes read. */
function eventConstructor(binding: Binding, use: Conversions): string[] {
  const { name, members } = binding;
  const constructors = members.filter((member) => member.type === 'constructor');
  if (constructors.length !== 1) throw new Error(`${name}: an event that is generated whole has one constructor`);
  const [signature] = constructors.map((member) => signatureOf(use, member));
  const [, init] = signature.parameters;
  const fields = eventAttributes(binding);
  const required = init.optional ? 1 : 2;
  return [
    ...fields.map((field) => `#${field.name}: ${use.type(resolveType(use.scope, field.idlType))};`),
    '',
    `constructor(type: any, eventInitDict: any${init.optional ? ' = undefined' : ''}) {`,
    `  const context = "Failed to construct '${name}'";`,
    `  if (arguments.length < ${required}) throw ${use.use('notEnoughArguments')}(context, ${required}, arguments.length);`,
    `  const typeString = ${use.use('toDOMString')}(type, context, 'parameter 1');`,
    `  const init = ${use.fromScript(init.type, 'eventInitDict', 'context', `'parameter 2'`)};`,
    `  super(typeString, ${binding.base === 'Event' ? 'init' : 'eventInitDict'});`,
    ...fields.map((field) => `  this.#${field.name} = ${initialValue(use, field, init.type)};`),
    '}',
    '',
  ];
}

/** What the init dictionary says, or what stands for nothing; an array that it can't set is empty. */
function initialValue(use: Conversions, { name, idlType }: idl.AttributeMember, init: Type): string {
  const type = resolveType(use.scope, idlType);
  const isSettable = init.kind === 'dictionary' && use.scope.model.dictionaries.get(init.name)!.members.some((member) => member.name === name);
  if (!isSettable && type.kind === 'frozenArray') return '[]';
  const absent = type.nullable ? 'null' : absentValues.get(type.kind);
  return `init.${name}${absent === undefined ? '!' : ` ?? ${absent}`}`;
}

/** What an attribute says whose member the init dictionary need not have. https://dom.spec.whatwg.org/#inner-event-creation-steps */
const absentValues: ReadonlyMap<Type['kind'], string> = new Map([['string', "''"], ['number', '0'], ['boolean', 'false']]);

function eventAttributes({ members }: Binding): idl.AttributeMember[] {
  return members.filter((member) => member.type === 'attribute');
}

/** The brand check: a statement that leaves the implementation in `impl`. */
export function brandCheck(binding: Binding): string[] {
  return [binding.brandCheck ?? `const impl = ${binding.name}Brand.of(this);`];
}

/** The members that partial interfaces add to an interface of the realm, as a class whose prototype has them. */
export function writeExtension({ name, ...binding }: Binding, use: Conversions): string {
  const brandCheck = `const impl = ${use.use('extensionOf')}<${use.implementation(name)}>(this, ${name}Members);`;
  const checked = { ...binding, name, brandCheck };
  const body = binding.members.flatMap((member) => (member.type === 'attribute' ? attribute(checked, member, use) : []));
  for (const [operation, overloads] of operationsByName(binding.members, false)) {
    body.push(...method(checked, use, operation, operation, overloads.map((overload) => signatureOf(use, overload)), false));
  }
  return `class ${name}Members {\n${indent(body).join('\n')}\n}\n`;
}

/** The class that stamps wrappers of the interface and reads the implementation back. */
function brandClass(binding: Binding, use: Conversions): string {
  const { name, base } = binding;
  const parent = base === null || use.scope.realm.has(base) ? use.use('Brand') : `${base}Brand`;
  const implementation = use.implementation(name);
  const lines = [
    `export class ${name}Brand extends ${parent} {`,
    `  #impl: ${implementation};`,
    '',
    `  constructor(wrapper: object, impl: ${implementation}) {`,
    '    super(wrapper, impl);',
    '    this.#impl = impl;',
    '  }',
    '',
    `  static ${parent === 'Brand' ? '' : 'override '}of(value: unknown): ${implementation} {`,
    '    try {',
    `      return (value as ${name}Brand).#impl;`,
    '    } catch {',
    `      throw ${use.use('illegalInvocation')}();`,
    '    }',
    '  }',
    ...indexedGetter(binding, use),
    '}',
    '',
  ];
  return `${lines.join('\n')}\n`;
}

/** The operation that supports indexed properties. */
export function indexedOperation({ members, name }: Binding): idl.OperationMember | undefined {
  const special = members.filter((member) => member.type === 'operation' && ['getter', 'setter', 'deleter'].includes(member.special));
  const [getter] = special as idl.OperationMember[];
  if (getter === undefined) return undefined;
  const index = getter.arguments[0].idlType.idlType;
  if (special.length > 1 || index !== 'unsigned long') throw new Error(`${name}: named properties and indexed setters are not supported`);
  return getter;
}

/** https://webidl.spec.whatwg.org/#js-iterators: indexed properties with a `length` can be iterated, and nothing else goes with it. */
export function isIndexedIterable(binding: Binding): boolean {
  const hasLength = binding.members.some((member) => member.type === 'attribute' && member.name === 'length');
  return hasLength && indexedOperation(binding) !== undefined && !binding.members.some(({ type }) => type === 'iterable');
}

function indexedGetter(binding: Binding, use: Conversions): string[] {
  const getter = indexedOperation(binding);
  if (getter === undefined) return [];
  const item = use.toScript(resolveType(use.scope, getter.idlType!), `impl.${getter.name || 'item'}(index)`);
  return ['', `  static readonly indexed = (impl: ${use.implementation(binding.name)}, index: number): unknown => ${item};`];
}

/** Statements of something that returns a promise never throw. */
export function rejecting(statements: readonly string[], asPromise: boolean): string[] {
  if (!asPromise) return [...statements];
  return ['try {', ...indent(statements), '} catch (error) {', '  return Promise.reject(error);', '}'];
}

function attribute(binding: Binding, member: idl.AttributeMember, use: Conversions): string[] {
  const { name } = member;
  const type = resolveType(use.scope, member.idlType, member.extAttrs);
  const isStatic = member.special === 'static';
  const modifiers = `${isStatic ? 'static ' : ''}${binding.inherited.has(name) ? 'override ' : ''}`;
  const lines: string[] = [];
  if (binding.event) {
    const check = `if (!(#${name} in this)) throw ${use.use('illegalInvocation')}();`;
    return [`${modifiers}get ${name}(): any {`, `  ${check}`, `  return ${use.toScript(type, `this.#${name}`)};`, '}', ''];
  }
  const target = isStatic ? use.implementation(binding.name) : 'impl';
  const check = isStatic ? [] : brandCheck(binding);
  const read =
    type.kind === 'eventHandler' ? `${use.use('getEventHandler')}(impl, '${eventType(name)}')` : use.toScript(type, `${target}.${name}`);
  const getter = rejecting([...check, `return ${read};`], type.kind === 'promise');
  lines.push(`${modifiers}get ${name}(): any {`, ...indent(getter), '}', '');
  const setter = setterStatements(binding, member, type, target, use);
  if (setter !== undefined) lines.push(`${modifiers}set ${name}(value: any) {`, ...indent([...check, ...setter]), '}', '');
  if (member.special === 'stringifier') {
    lines.push('toString(): string {', ...indent([...check, `return impl.${name};`]), '}', '');
  }
  return lines;
}

function eventType(attributeName: string): string {
  return attributeName.slice(2);
}

/** https://webidl.spec.whatwg.org/#dfn-attribute-setter, after the brand check; undefined for a read-only attribute. */
function setterStatements(
  binding: Binding,
  member: idl.AttributeMember,
  type: Type,
  target: string,
  use: Conversions,
): string[] | undefined {
  const { name, extAttrs } = member;
  const [forwards] = attributeValues(extAttrs, 'PutForwards');
  if (hasAttribute(extAttrs, 'Replaceable')) {
    const descriptor = '{ value, writable: true, enumerable: true, configurable: true }';
    return [`Object.defineProperty(this, '${name}', ${descriptor});`];
  }
  if (forwards !== undefined) {
    const context = quote(`Failed to set the '${name}' property on '${binding.name}'`);
    return [
      `const forwarded = (this as any).${name};`,
      `if (!${use.use('isObject')}(forwarded)) throw ${use.use('typeError')}(${context}, 'The value', 'is not an object');`,
      `Reflect.set(forwarded, '${forwards}', value);`,
    ];
  }
  if (hasAttribute(extAttrs, 'LegacyLenientSetter')) return [];
  if (member.readonly) return undefined;
  if (type.kind === 'eventHandler') return [`${use.use('setEventHandler')}(impl, '${eventType(name)}', value);`];
  const context = quote(`Failed to set the '${name}' property on '${binding.name}'`);
  if (type.kind === 'enum' && !type.nullable) {
    // An invalid enumeration value is ignored: step 4.6 of the attribute setter.
    use.named.add(type.name);
    return [
      `const string = ${use.use('toDOMString')}(value, ${context}, 'The provided value');`,
      `if (to${type.name}.has(string)) ${target}.${name} = string as types.${type.name};`,
    ];
  }
  return [`${target}.${name} = ${use.fromScript(type, 'value', context, `'The provided value'`)};`];
}

/** A method: `property` as script sees it, `operation` on the implementation. */
function method(
  binding: Binding,
  use: Conversions,
  property: string,
  operation: string,
  overloads: readonly Signature[],
  isStatic: boolean,
): string[] {
  const asPromise = overloads[0].result.kind === 'promise';
  const target = isStatic ? use.implementation(binding.name) : 'impl';
  const context = `Failed to execute '${property}' on '${binding.name}'`;
  const statements = argumentStatements(use, overloads, context, (converted, { result }) => {
    const call = `${target}.${operation}(${converted})`;
    if (result.kind === 'undefined') return overloads.length > 1 ? `${call};\nreturn;` : `${call};`;
    return `return ${use.toScript(result, call)};`;
  }).flatMap((line) => splitLines(line));
  const check = isStatic ? [] : brandCheck(binding);
  const modifiers = `${isStatic ? 'static ' : ''}${binding.inherited.has(property) && property !== 'toString' ? 'override ' : ''}`;
  return [
    `${modifiers}${property}(${parameterList(overloads)}): any {`,
    ...indent(rejecting([...check, ...statements], asPromise)),
    '}',
    '',
  ];
}

/** A line with line breaks in it, each part indented like the first. */
function splitLines(line: string): string[] {
  const space = /^ */.exec(line)![0];
  return line.split('\n').map((part, index) => (index === 0 ? part : space + part));
}

/** https://webidl.spec.whatwg.org/#es-default-tojson */
function defaultToJSON(binding: Binding, use: Conversions): string[] {
  const attributes = binding.members.filter((member) => member.type === 'attribute');
  const names = attributes
    .filter((member) => member.special !== 'static' && isJSON(resolveType(use.scope, member.idlType), use))
    .map(({ name }) => name);
  const inherits = binding.inherited.has('toJSON');
  return [
    `${inherits ? 'override ' : ''}toJSON(): any {`,
    ...indent(brandCheck(binding)),
    `  const result: Record<string, unknown> = ${inherits ? 'super.toJSON()' : '{}'};`,
    ...names.map((name) => `  result.${name} = ${use.toScript(typeOf(attributes, name, use), `impl.${name}`)};`),
    '  return result;',
    '}',
    '',
  ];
}

function typeOf(attributes: readonly idl.AttributeMember[], name: string, use: Conversions): Type {
  return resolveType(use.scope, attributes.find((attribute) => attribute.name === name)!.idlType);
}

/** https://webidl.spec.whatwg.org/#dfn-json-types */
function isJSON(type: Type, use: Conversions): boolean {
  switch (type.kind) {
    case 'number':
    case 'boolean':
    case 'string':
    case 'enum':
    case 'object':
      return true;
    case 'sequence':
    case 'frozenArray':
    case 'record':
      return isJSON(type.element, use);
    case 'union':
      return type.members.every((member) => isJSON(member, use));
    case 'dictionary':
      return use.scope.model.dictionaries.get(type.name)!.members.every(({ idlType }) => isJSON(resolveType(use.scope, idlType), use));
    case 'interface':
      return use.scope.model.interfaces
        .get(type.name)!
        .members.some((member) => member.type === 'operation' && member.name === 'toJSON');
    default:
      return false;
  }
}

/** The call that gives the class what its syntax can't. */
function finish(binding: Binding, use: Conversions): string {
  const { name, members } = binding;
  const details: string[] = [];
  if (binding.event) details.push('event: true');
  else details.push(`implementation: ${use.implementation(name)}`, `brand: ${name}Brand`);
  const constants = members.filter((member) => member.type === 'const');
  if (constants.length > 0) {
    const values = constants.map(({ name: constant, idlType, value }) => {
      return `${constant}: ${use.defaultValue(resolveType(use.scope, idlType), value, `''`)}`;
    });
    details.push(`constants: { ${values.join(', ')} }`);
  }
  const secure = members.filter((member) => 'name' in member && hasAttribute(member.extAttrs, 'SecureContext'));
  const secureNames = [...new Set(secure.map((member) => (member as { name: string }).name))];
  if (secureNames.length > 0) details.push(`secureContext: [${secureNames.map(quote).join(', ')}]`);
  const exposed = members.flatMap((member) => {
    const globals = 'name' in member ? attributeValues(member.extAttrs, 'Exposed') : [];
    return globals.length === 0 || globals[0] === '*' ? [] : [`${(member as { name: string }).name}: [${globals.map(quote).join(', ')}]`];
  });
  if (exposed.length > 0) details.push(`exposed: { ${exposed.join(', ')} }`);
  if (members.some((member) => member.type === 'iterable' && !member.async && member.idlType.length === 1)) details.push('valueIterable: true');
  else if (isIndexedIterable(binding)) details.push('indexedIterable: true');
  const aliases = members.flatMap((member) => iterationAliases(member)).map(([alias, original]) => `[${alias}, '${original}']`);
  if (aliases.length > 0) details.push(`aliases: [${aliases.join(', ')}]`);
  return `${use.use('finishInterface')}(${name}, '${name}', { ${details.join(', ')} });\n`;
}
