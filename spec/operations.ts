/** Writes parameters, argument conversions and overload resolution of operations and constructors. */
import type * as idl from 'webidl2';
import type { Conversions } from './conversions';
import { distinguish } from './distinguish';
import { resolveType, type Type } from './types';

export interface Parameter {
  name: string;
  type: Type;
  optional: boolean;
  variadic: boolean;
  default: idl.DefaultValue | null;
}

/** One overload. */
export interface Signature {
  parameters: Parameter[];
  result: Type;
}

export function signatureOf(use: Conversions, member: { arguments: idl.Argument[]; idlType?: idl.IdlType }): Signature {
  const parameters = member.arguments.map((argument) => ({
    name: argument.name,
    type: resolveType(use.scope, argument.idlType, argument.extAttrs),
    optional: argument.optional,
    variadic: argument.variadic,
    default: argument.default,
  }));
  const result: Type =
    member.idlType === undefined ? { kind: 'undefined', nullable: false } : resolveType(use.scope, member.idlType);
  return { parameters, result };
}

export function requiredCount({ parameters }: Signature): number {
  return parameters.filter(({ optional, variadic }) => !optional && !variadic).length;
}

/** JavaScript parameters: required ones plain, optional ones with an initializer so that `length` is right. */
export function parameterList(overloads: readonly Signature[]): string {
  const required = Math.min(...overloads.map(requiredCount));
  const count = Math.max(...overloads.map(({ parameters }) => parameters.filter(({ variadic }) => !variadic).length));
  const longest = overloads.find(({ parameters }) => parameters.filter(({ variadic }) => !variadic).length === count)!;
  const list = longest.parameters
    .filter(({ variadic }) => !variadic)
    .map((_parameter, index) => `${argumentName(overloads, index)}: any${index < required ? '' : ' = undefined'}`);
  if (overloads.some(({ parameters }) => parameters.some(({ variadic }) => variadic))) list.push('...rest: any[]');
  return list.join(', ');
}

const reserved = new Set([
  'arguments', 'await', 'break', 'case', 'catch', 'class', 'const', 'context', 'continue', 'debugger', 'default', 'delete', 'do',
  'else', 'enum', 'eval', 'export', 'extends', 'false', 'finally', 'for', 'function', 'host', 'if', 'impl', 'import', 'in',
  'instanceof', 'interface', 'let', 'new', 'null', 'overload', 'package', 'private', 'protected', 'public', 'rest', 'return', 'static',
  'super', 'switch', 'this', 'throw', 'true', 'try', 'types', 'typeof', 'undefined', 'var', 'void', 'while', 'with', 'yield',
]);

/** An argument's name where all overloads agree and it is free to use. */
function argumentName(overloads: readonly Signature[], index: number): string {
  const names = new Set(overloads.flatMap(({ parameters }) => (parameters[index] === undefined ? [] : [parameters[index].name])));
  const [name] = names;
  const safe = reserved.has(name) || /^to[A-Z]/.test(name) || /^[A-Z]/.test(name);
  return names.size === 1 && !safe ? name : `argument${index + 1}`;
}

/**
 * Statements that convert the arguments, with `context` for their messages, and then run `call(converted arguments)`, which writes the statement to end with.
 * https://webidl.spec.whatwg.org/#dfn-overload-resolution-algorithm
 */
export function argumentStatements(
  use: Conversions,
  overloads: readonly Signature[],
  failure: string,
  call: (converted: string, signature: Signature) => string,
): string[] {
  const lines = convertingStatements(use, overloads, call);
  if (!lines.some((line) => /\bcontext\b/.test(line))) return lines;
  return [`const context = ${JSON.stringify(failure)};`, ...lines];
}

function convertingStatements(
  use: Conversions,
  overloads: readonly Signature[],
  call: (converted: string, signature: Signature) => string,
): string[] {
  const context = 'context';
  const lines: string[] = [];
  const required = Math.min(...overloads.map(requiredCount));
  if (required > 0) {
    lines.push(`if (arguments.length < ${required}) throw ${use.use('notEnoughArguments')}(${context}, ${required}, arguments.length);`);
  }
  if (overloads.length === 1) {
    const [signature] = overloads;
    lines.push(...callStatements(use, overloads, signature, context, call));
    return lines;
  }
  lines.push(...selection(use, overloads, context));
  lines.push('switch (overload) {');
  overloads.forEach((signature, index) => {
    const statements = callStatements(use, overloads, signature, context, call);
    const label = index === overloads.length - 1 ? 'default' : `case ${index}`;
    lines.push(`  ${label}: {`, ...statements.map((line) => `    ${line}`), '  }');
  });
  lines.push('}');
  return lines;
}

function callStatements(
  use: Conversions,
  overloads: readonly Signature[],
  signature: Signature,
  context: string,
  call: (converted: string, signature: Signature) => string,
): string[] {
  const converted: string[] = [];
  const lines: string[] = [];
  signature.parameters.forEach((parameter, index) => {
    const detail = `'parameter ${index + 1}'`;
    if (parameter.variadic) {
      const target = `rest${index}`;
      lines.push(`const ${target} = rest.map((value: any) => ${use.fromScript(parameter.type, 'value', context, detail)});`);
      converted.push(`...${target}`);
      return;
    }
    const name = argumentName(overloads, index);
    const expression = argumentExpression(use, parameter, name, context, detail);
    if (expression === name) {
      converted.push(name);
      return;
    }
    lines.push(`const converted${index + 1} = ${expression};`);
    converted.push(`converted${index + 1}`);
  });
  lines.push(call(converted.join(', '), signature));
  return lines;
}

function argumentExpression(use: Conversions, parameter: Parameter, name: string, context: string, detail: string): string {
  const { type } = parameter;
  const converted = use.fromScript(type, name, context, detail);
  if (!parameter.optional) return converted;
  const value = parameter.default;
  if (value !== null && value.type === 'dictionary' && (type.kind === 'dictionary' || type.kind === 'union')) return converted;
  const absent = value === null ? 'undefined' : use.defaultValue(type, value, context);
  if (absent === 'undefined' && converted === name) return name;
  return `${name} === undefined ? ${absent} : ${converted}`;
}

/** Writes the statements that set `overload` to the index of the overload that the arguments select. */
function selection(use: Conversions, overloads: readonly Signature[], context: string): string[] {
  const longest = Math.max(...overloads.map(({ parameters }) => parameters.length));
  const shortest = Math.min(...overloads.map(requiredCount));
  const lines = ['let overload: number;', `switch (Math.min(arguments.length, ${longest})) {`];
  let previous: string | undefined;
  for (let count = shortest; count <= longest; count++) {
    const statements = selectionFor(use, overloads, count, context).map((line) => `    ${line}`);
    const text = statements.join('\n');
    // Argument counts that choose alike share one case.
    if (text === previous) lines.splice(lines.length - statements.length, statements.length);
    previous = text;
    lines.push(count === longest ? '  default:' : `  case ${count}:`, ...statements);
  }
  lines.push('}');
  return lines;
}

/** The body of the case for `count` arguments. */
function selectionFor(use: Conversions, overloads: readonly Signature[], count: number, context: string): string[] {
  const entries = overloads.map((signature, index) => ({ signature, index })).filter(({ signature }) => accepts(signature, count));
  if (entries.length === 0) return [`throw ${use.use('noOverload')}(${context});`];
  if (entries.length === 1) return [`overload = ${entries[0].index};`, 'break;'];
  const position = distinguishingIndex(entries.map(({ signature }) => signature), count);
  const candidates = entries.map(({ signature, index }) => {
    const parameter = parameterAt(signature, position);
    return { type: parameter.type, payload: index, optional: parameter.optional };
  });
  const { tests, fallback } = distinguish(candidates, argumentName(overloads, position), use);
  const last = fallback === undefined ? `throw ${use.use('noOverload')}(${context});` : `overload = ${fallback};`;
  const branches = tests.map(({ test, payload }) => `if (${test}) overload = ${payload};`);
  return [...[...branches, last].map((branch, index) => (index === 0 ? branch : `else ${branch}`)), 'break;'];
}

function parameterAt({ parameters }: Signature, index: number): Parameter {
  return parameters[Math.min(index, parameters.length - 1)];
}

/** Whether the effective overload set has an entry of `signature` for `count` arguments. */
function accepts(signature: Signature, count: number): boolean {
  const { parameters } = signature;
  const variadic = parameters.length > 0 && parameters[parameters.length - 1].variadic;
  return count >= requiredCount(signature) && (variadic || count <= parameters.length);
}

/** https://webidl.spec.whatwg.org/#dfn-distinguishing-argument-index */
function distinguishingIndex(signatures: readonly Signature[], count: number): number {
  for (let index = 0; index < count; index++) {
    const types = signatures.map((signature) => JSON.stringify(parameterAt(signature, index).type));
    if (new Set(types).size > 1) return index;
  }
  throw new Error(`overloads that nothing distinguishes: ${JSON.stringify(signatures)}`);
}
