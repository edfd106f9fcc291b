/**
 * Chooses by a value's type, as union conversion (https://webidl.spec.whatwg.org/#js-union) and overload resolution
 * (https://webidl.spec.whatwg.org/#js-overloads) do; their orders of questions agree.
 */
import type { Conversions } from './conversions';
import { flattenedMembers, includesNullable, views, type Type } from './types';

export interface Candidate<T> {
  type: Type;
  payload: T;
  /** Overloads: the argument is optional, so undefined selects it. */
  optional?: boolean;
}

export interface Choice<T> {
  tests: { test: string; payload: T }[];
  fallback: T | undefined;
}

type Matcher = (type: Type) => boolean;
const isKind =
  (...kinds: Type['kind'][]): Matcher =>
  (type) =>
    kinds.includes(type.kind);

export function distinguish<T>(candidates: readonly Candidate<T>[], value: string, use: Conversions): Choice<T> {
  const tests: { test: string; payload: T }[] = [];
  const find = (matcher: Matcher) => candidates.find(({ type }) => flattenedMembers(type).some(matcher));
  const add = (candidate: Candidate<T> | undefined, test: string) => {
    if (candidate !== undefined) tests.push({ test, payload: candidate.payload });
  };
  const unique = (kinds: Type['kind']) =>
    candidates.flatMap((candidate) => flattenedMembers(candidate.type).filter(isKind(kinds)).map((type) => ({ candidate, type })));

  const isNothing = `${value} === null || ${value} === undefined`;
  add(candidates.find(({ optional }) => optional === true), `${value} === undefined`);
  add(find(isKind('undefined')), `${value} === undefined`);
  const nullable = candidates.find(({ type }) => includesNullable(type));
  if (nullable !== undefined) add(nullable, isNothing);
  else add(find(isKind('dictionary')), isNothing);

  for (const { candidate, type } of unique('interface')) {
    const implementation = use.implementation((type as { name: string }).name);
    add(candidate, `${use.use('implOf')}(${value}) instanceof ${implementation}`);
  }
  for (const { candidate, type } of unique('realm')) {
    const { name } = type as { name: string };
    add(candidate, `typeof ${name} === 'function' && ${value} instanceof ${name}`); // Not every realm has all of them.
  }
  for (const { candidate, type } of unique('buffer')) add(candidate, bufferTest((type as { name: string }).name, value, use));
  add(find(isKind('callback', 'eventHandler')), `typeof ${value} === 'function'`);
  const iterable = find(isKind('sequence', 'frozenArray'));
  if (iterable !== undefined) add(iterable, `${use.use('isIterable')}(${value})`);
  const object = find(isKind('dictionary', 'record', 'callbackInterface', 'object', 'promise'));
  if (object !== undefined) add(object, `${use.use('isObject')}(${value})`);
  add(find(isKind('boolean')), `typeof ${value} === 'boolean'`);
  add(find(isKind('number')), `typeof ${value} === 'number'`);
  add(find(isKind('bigint')), `typeof ${value} === 'bigint'`);

  const last =
    find(isKind('string', 'enum')) ?? find(isKind('number')) ?? find(isKind('boolean')) ?? find(isKind('bigint')) ?? find(isKind('any'));
  // Tests that only lead where everything else leads.
  while (last !== undefined && tests.length > 0 && tests[tests.length - 1].payload === last.payload) tests.pop();
  return { tests, fallback: last?.payload };
}

function bufferTest(name: string, value: string, use: Conversions): string {
  if (name === 'ArrayBufferView') return `${use.use('isView')}(${value})`;
  if (views.has(name)) return `${use.use('nameOfView')}(${value}) === '${name}'`;
  return `${use.use(`is${name}`)}(${value})`;
}
