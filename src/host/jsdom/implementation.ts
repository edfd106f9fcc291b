/**
 * What jsdom keeps behind its objects. Up to version 29 each wrapper carries its implementation under a symbol; from 30 on only a
 * module of jsdom can tell, so the copy that made the object is looked for among the modules that are loaded.
 */
import { createRequire } from 'node:module';
import { join, sep } from 'node:path';

export interface JsdomImplementation {
  isTrusted?: boolean;
  _dispatch?(event: JsdomImplementation): boolean;
  _ownerDocument?: unknown;
}

type ImplementationOf = (wrapper: object) => JsdomImplementation | null | undefined;

const utilities = join('jsdom', 'lib', 'generated', 'idl', 'utils.js');

let symbol: symbol | undefined;
/** One for each copy of jsdom that was met. */
const finders = new Set<ImplementationOf>();
/** Constructors of objects that no copy knew: the search is not repeated for them. */
const strangers = new WeakSet<object>();

/** The implementation behind a wrapper of jsdom; undefined for anybody else's object. */
export function jsdomImplementation(wrapper: object): JsdomImplementation | undefined {
  return bySymbol(wrapper) ?? byFinders(wrapper) ?? bySearch(wrapper);
}

function bySymbol(wrapper: object): JsdomImplementation | undefined {
  if (symbol === undefined || !(symbol in wrapper)) {
    if (strangers.has(wrapper.constructor)) return undefined; // Every event of Node's comes here.
    symbol = Object.getOwnPropertySymbols(wrapper).find(({ description }) => description === 'impl');
  }
  return symbol && (wrapper as Record<symbol, JsdomImplementation>)[symbol];
}

function byFinders(wrapper: object): JsdomImplementation | undefined {
  for (const find of finders) {
    const found = find(wrapper);
    if (found) return found;
  }
  return undefined;
}

function bySearch(wrapper: object): JsdomImplementation | undefined {
  if (strangers.has(wrapper.constructor)) return undefined;
  for (const [path, module] of Object.entries(createRequire(process.execPath).cache)) {
    const { implForWrapper } = (path.endsWith(sep + utilities) ? module?.exports : undefined) ?? {};
    if (typeof implForWrapper === 'function') finders.add(implForWrapper);
  }
  const found = byFinders(wrapper);
  if (!found) strangers.add(wrapper.constructor);
  return found;
}
