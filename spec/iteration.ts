/** Writes the members that iterable, async iterable, maplike and setlike declarations stand for. */
import type * as idl from 'webidl2';
import { brandCheck, type Binding } from './bindings';
import type { Conversions } from './conversions';
import { argumentStatements, parameterList, signatureOf } from './operations';
import { resolveType } from './types';

export function iterationMembers(binding: Binding, member: idl.IterableMember, use: Conversions): string[] {
  if (member.type === 'maplike' || member.type === 'setlike') return collectionMembers(binding, member, use);
  if (member.async) return asyncIterableMembers(binding, member, use);
  if (member.idlType.length === 1) return []; // taken from Array.prototype
  return pairIterableMembers(binding, use);
}

/** Properties whose value is another's, as `[key, original]`; the keys are written as expressions. */
export function iterationAliases(member: idl.Member): [string, string][] {
  if (member.type === 'setlike') return [['Symbol.iterator', 'values']];
  if (member.type === 'maplike') return [['Symbol.iterator', 'entries']];
  if (member.type !== 'iterable') return [];
  if (member.async) return [['Symbol.asyncIterator', member.idlType.length === 2 ? 'entries' : 'values']];
  return member.idlType.length === 1 ? [] : [['Symbol.iterator', 'entries']];
}

function writeMethod(name: string, parameters: string, lines: readonly string[]): string[] {
  return [`${name}(${parameters}): any {`, ...lines.map((line) => `  ${line}`), '}', ''];
}

function forEachCheck(binding: Binding, use: Conversions): string[] {
  const context = `"Failed to execute 'forEach' on '${binding.name}'"`;
  return [
    `if (arguments.length < 1) throw ${use.use('notEnoughArguments')}(${context}, 1, 0);`,
    `if (typeof callback !== 'function') throw ${use.use('notOfType')}(${context}, 'parameter 1', 'Function');`,
  ];
}

/** https://webidl.spec.whatwg.org/#js-iterable */
function pairIterableMembers(binding: Binding, use: Conversions): string[] {
  const iterate = `iterate${binding.name}`;
  use.helpers.set(iterate, `const ${iterate} = ${use.use('pairIterator')}('${binding.name}');`);
  const kinds = { entries: 'key+value', keys: 'key', values: 'value' };
  return [
    ...Object.entries(kinds).flatMap(([name, kind]) => writeMethod(name, '', [...brandCheck(binding), `return ${iterate}(impl, '${kind}');`])),
    ...writeMethod('forEach', 'callback: any, thisArgument: any = undefined', [
      ...brandCheck(binding),
      ...forEachCheck(binding, use),
      `${use.use('forEachPair')}(impl, this, callback, thisArgument);`,
    ]),
  ];
}

/** https://webidl.spec.whatwg.org/#js-asynchronous-iterable */
function asyncIterableMembers(binding: Binding, member: idl.IterableMember, use: Conversions): string[] {
  const iterate = `iterate${binding.name}`;
  const signature = signatureOf(use, { arguments: member.arguments });
  use.helpers.set(
    iterate,
    `const ${iterate} = ${use.use('asyncIterator')}('${binding.name}', 'asyncIteratorReturn' in ${use.implementation(binding.name)}.prototype);`,
  );
  const kinds = member.idlType.length === 2 ? { entries: 'key+value', keys: 'key', values: 'value' } : { values: 'value' };
  return Object.entries(kinds).flatMap(([name, kind]) => {
    const context = `Failed to execute '${name}' on '${binding.name}'`;
    const statements = argumentStatements(use, [signature], context, (converted) => `return ${iterate}(impl, '${kind}', [${converted}]);`);
    return writeMethod(name, parameterList([signature]), [...brandCheck(binding), ...statements]);
  });
}

/** https://webidl.spec.whatwg.org/#js-maplike and https://webidl.spec.whatwg.org/#js-setlike */
function collectionMembers(binding: Binding, member: idl.IterableMember, use: Conversions): string[] {
  const isMap = member.type === 'maplike';
  const backing = isMap ? 'impl.backingMap' : 'impl.backingSet';
  const collection = isMap ? 'Map' : 'Set';
  const own = new Set(binding.members.flatMap((other) => (other.type === 'operation' ? [other.name] : [])));
  const types = member.idlType.map((type) => resolveType(use.scope, type));
  const lines = ['get size(): any {', ...brandCheck(binding).map((line) => `  ${line}`), `  return ${backing}.script.size;`, '}', ''];
  const add = (name: string, parameters: string, statements: readonly string[]) => {
    if (!own.has(name)) lines.push(...writeMethod(name, parameters, [...brandCheck(binding), ...statements]));
  };
  for (const name of ['entries', 'keys', 'values']) {
    add(name, '', [`return ${collection}.prototype.${name}.call(${backing}.script);`]);
  }
  add('forEach', 'callback: any, thisArgument: any = undefined', [
    ...forEachCheck(binding, use),
    `for (const [key, value] of ${collection}.prototype.entries.call(${backing}.script)) Reflect.apply(callback, thisArgument, [value, key, this]);`,
  ]);
  const converted = (name: string, index: number, variable: string) => {
    const context = `"Failed to execute '${name}' on '${binding.name}'"`;
    const count = name === 'set' ? 2 : 1;
    const statements = index === 0 ? [`if (arguments.length < ${count}) throw ${use.use('notEnoughArguments')}(${context}, ${count}, arguments.length);`] : [];
    const type = types[isMap ? index : 0];
    const implementation = use.fromScript(type, variable, context, `'parameter ${index + 1}'`);
    statements.push(`const ${variable}Value = ${use.toScript(type, implementation)};`);
    return statements;
  };
  // -0 is not a key: https://webidl.spec.whatwg.org/#js-map-get
  if (isMap) add('get', 'key: any', [...converted('get', 0, 'key'), `return ${backing}.script.get(keyValue);`]);
  add('has', 'key: any', [...converted('has', 0, 'key'), `return ${backing}.script.has(keyValue);`]);
  if (member.readonly) return lines;
  if (isMap) {
    add('set', 'key: any, value: any', [...converted('set', 0, 'key'), ...converted('set', 1, 'value'), `${backing}.script.set(keyValue, valueValue);`, 'return this;']);
  } else {
    add('add', 'key: any', [...converted('add', 0, 'key'), `${backing}.script.add(keyValue);`, 'return this;']);
  }
  add('delete', 'key: any', [...converted('delete', 0, 'key'), `return ${backing}.script.delete(keyValue);`]);
  add('clear', '', [`${backing}.script.clear();`]);
  return lines;
}
