/** Writes the conversions of dictionaries, enumerations and callbacks, and their TypeScript types for implementations. */
import type * as idl from 'webidl2';
import type { Conversions } from './conversions';
import { implementationType, type Names } from './type-names';
import { resolveType, unknownNames, type Scope, type Type } from './types';

/** Members of a dictionary whose types are offered. */
export function offeredFields(scope: Scope, name: string): { field: idl.Field; type: Type }[] {
  return scope.model.dictionaries
    .get(name)!
    .members.map((field) => ({ field, type: resolveType(scope, field.idlType, field.extAttrs) }))
    .filter(({ type }) => unknownNames(type).length === 0);
}

/** The function `to<Name>` of a named definition. */
export function writeConversions(name: string, use: Conversions): string {
  const { model } = use.scope;
  if (model.enums.has(name)) {
    const values = model.enums.get(name)!.map((value) => `'${value}'`);
    return `export const to${name} = ${use.use('enumeration')}<types.${name}>('${name}', [${values.join(', ')}]);\n`;
  }
  if (model.dictionaries.has(name)) return writeDictionary(name, use);
  return writeCallback(name, use);
}

/** https://webidl.spec.whatwg.org/#js-dictionary: from the base dictionary to the derived, members in lexicographical order. */
function writeDictionary(name: string, use: Conversions): string {
  const { inheritance } = use.scope.model.dictionaries.get(name)!;
  const lines = [
    `export function to${name}(value: any, context: string, detail: string, result: any = {}): types.${name} {`,
    `  const source = ${use.use('dictionarySource')}(value, '${name}', context, detail);`,
  ];
  if (inheritance !== null) {
    use.named.add(inheritance);
    lines.push(`  to${inheritance}(value, context, detail, result);`);
  }
  offeredFields(use.scope, name).forEach(({ field, type }, index) => {
    const member = field.name;
    const detail = `"Failed to read the '${member}' property from '${name}': The provided value"`;
    lines.push(index === 0 ? `  let member: any = source.${member};` : `  member = source.${member};`);
    lines.push(`  if (member !== undefined) result.${member} = ${use.fromScript(type, 'member', 'context', detail)};`);
    if (field.default !== null) lines.push(`  else result.${member} = ${use.defaultValue(type, field.default, 'context')};`);
    else if (field.required) lines.push(`  else throw ${use.use('requiredMember')}(context, '${member}', '${name}');`);
  });
  return [...lines, '  return result;', '}', ''].join('\n');
}

/** https://webidl.spec.whatwg.org/#dictionary-to-js, written as `<Name>ToScript`. */
export function writeToScript(name: string, use: Conversions): string {
  const { inheritance } = use.scope.model.dictionaries.get(name)!;
  const lines = [`export function ${name}ToScript(value: types.${name}, result: any = {}): object {`];
  if (inheritance !== null) {
    use.returned.add(inheritance);
    lines.push(`  ${inheritance}ToScript(value, result);`);
  }
  for (const { field, type } of offeredFields(use.scope, name)) {
    const member = field.name;
    lines.push(`  if (value.${member} !== undefined) result.${member} = ${use.toScript(type, `value.${member}`)};`);
  }
  return [...lines, '  return result;', '}', ''].join('\n');
}

function writeCallback(name: string, use: Conversions): string {
  const { result, operation } = callbackShape(use.scope, name);
  const details = [`name: '${name}'`];
  if (operation !== undefined) details.push(`operation: '${operation}'`);
  if (result.kind === 'promise') details.push('promise: true');
  if (result.kind !== 'undefined') {
    const converted = use.fromScript(result, 'value', `"The callback '${name}'"`, `'the return value'`);
    details.push(`result: (value: any) => ${converted}`);
  }
  const convert = operation === undefined ? 'toCallback' : 'toCallbackInterface';
  const parameters = 'value: any, context: string, detail: string';
  return [
    `const ${name}Type = { ${details.join(', ')} };`,
    `export function to${name}(${parameters}): types.${name} {`,
    `  return ${use.use(convert)}(value, ${name}Type, context, detail);`,
    '}',
    '',
  ].join('\n');
}

/** What a callback function, or the one operation of a callback interface, takes and returns. */
export function callbackShape(scope: Scope, name: string): { parameters: idl.Argument[]; result: Type; operation?: string } {
  const callback = scope.model.callbacks.get(name);
  if (callback !== undefined) return { parameters: callback.arguments, result: resolveType(scope, callback.idlType) };
  const operations = scope.model.callbackInterfaces.get(name)!.members.filter((member) => member.type === 'operation');
  if (operations.length !== 1) throw new Error(`${name}: a callback interface has one operation`);
  const [{ arguments: parameters, idlType, name: operation }] = operations;
  return { parameters, result: resolveType(scope, idlType!), operation };
}

/** The types of the named definitions as implementations see them. */
export function writeTypes(names: readonly string[], scope: Scope, writer: Names): string {
  return names.map((name) => writeType(name, scope, writer)).join('\n');
}

function writeType(name: string, scope: Scope, writer: Names): string {
  const { model } = scope;
  if (model.enums.has(name)) {
    return `export type ${name} = ${model.enums.get(name)!.map((value) => `'${value}'`).join(' | ')};\n`;
  }
  if (model.dictionaries.has(name)) {
    const { inheritance } = model.dictionaries.get(name)!;
    const fields = offeredFields(scope, name).map(({ field, type }) => {
      const present = field.required || field.default !== null;
      return `  ${field.name}${present ? '' : '?'}: ${implementationType(type, writer)};`;
    });
    const heritage = inheritance === null ? '' : ` extends ${writer.named(inheritance)}`;
    return `export interface ${name}${heritage} {\n${fields.map((field) => `${field}\n`).join('')}}\n`;
  }
  const { parameters, result } = callbackShape(scope, name);
  const list = parameters.map((parameter) => {
    const type = implementationType(resolveType(scope, parameter.idlType), writer);
    return parameter.variadic ? `...${parameter.name}: ${type}[]` : `${parameter.name}${parameter.optional ? '?' : ''}: ${type}`;
  });
  const returned = result.kind === 'undefined' ? 'void' : implementationType(result, writer);
  return `export type ${name} = (this: any, ${list.join(', ')}) => ${returned};\n`.replace('(this: any, )', '(this: any)');
}
