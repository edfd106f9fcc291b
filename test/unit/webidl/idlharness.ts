/** Runs idlharness of a web-platform-tests checkout in a jsdom window. Its files are read from the checkout at run time. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { JSDOM } from 'jsdom';
import { webrefIdl } from '../../../spec/generate';
import { realmOf } from '../../../src/host/realm';

const wpt = process.env.WPT_ROOT ?? join(homedir(), '.cache/mediant/wpt');
const scripts = ['resources/testharness.js', 'resources/webidl2/lib/webidl2.js', 'resources/idlharness.js'];

/** Why idlharness can't run here, or undefined. */
export const absent = scripts.every((script) => existsSync(join(wpt, script)))
  ? undefined
  : `no web-platform-tests checkout in ${wpt}`;

export interface Result {
  name: string;
  status: number;
  message: string | null;
}

export interface Subject {
  /** The text of a function `(realm, host)` that returns `{ interfaces }`. */
  code: string;
  host: object;
  idl: string;
  /** Names of the interfaces to test. */
  interfaces: readonly string[];
  /** Members that are left out: `Interface.member`. */
  omitted: readonly string[];
  /** Expressions of objects, by interface. */
  objects: Readonly<Record<string, readonly string[]>>;
  /** Script whose value is awaited before the objects are looked at; `core` is what the function returned. */
  prepare?: string;
}

export async function idlharness({ code, host, idl, interfaces, omitted, objects, prepare = '' }: Subject): Promise<Result[]> {
  const { window } = new JSDOM('<!doctype html>', { url: 'https://test.example/', runScripts: 'outside-only' });
  // jsdom's own interface objects come from the realm it was loaded in, and idlharness asks the prototype chain for the realm.
  for (const name of ['EventTarget', 'Event', 'DOMException']) Object.setPrototypeOf(window[name], window.eval('Function.prototype'));
  const exported = window.eval(code)(realmOf(window), host);
  // The core itself, or one generated file.
  const core = exported.default ?? exported;
  for (const { name, interface: value, exposed } of core.interfaces) {
    if (!exposed.includes('Window') && !exposed.includes('*')) continue;
    Object.defineProperty(window, name, { value, writable: true, enumerable: false, configurable: true });
  }
  for (const script of scripts) window.eval(readFileSync(join(wpt, script), 'utf8'));
  const results = new Promise<Result[]>((resolve) => window.add_completion_callback(resolve));
  Object.assign(window, {
    subject: { idl, interfaces, omitted, objects, dom: webrefIdl('dom'), html: webrefIdl('html'), webidl: webrefIdl('webidl'), time: webrefIdl('hr-time') },
    core,
  });
  await window.eval(prepare);
  window.eval(`
    setup({ output: false });
    promise_test(async () => {
      const idl = new IdlArray();
      idl.add_untested_idls(subject.dom, { only: ['Event', 'EventInit', 'EventTarget'] });
      idl.add_untested_idls(subject.webidl, { only: ['DOMException'] });
      idl.add_untested_idls(subject.time, { only: ['DOMHighResTimeStamp'] });
      idl.add_untested_idls(subject.html, { only: ['EventHandler', 'EventHandlerNonNull', 'Worklet', 'WorkletOptions', 'MessagePort', 'MessageEventTarget'] });
      const parsed = WebIDL2.parse(subject.idl);
      const defined = new Set(parsed.flatMap(({ partial, name }) => (partial ? [] : name)));
      const known = new Set([...defined, 'DOMException', 'Event', 'EventInit', 'EventTarget']);
      const definitions = parsed.filter(({ type, name, inheritance }) =>
        defined.has(name) && known.has(inheritance ?? name) && (type !== 'interface' || subject.interfaces.includes(name)));
      idl.add_idls(subject.idl, { only: definitions.flatMap(({ name }) => name ?? []) });
      for (const [name, model] of Object.entries(idl.members)) {
        if (model.members) model.members = model.members.filter((member) => !subject.omitted.includes(name + '.' + member.name));
      }
      idl.add_objects(subject.objects);
      idl.test();
    }, 'idlharness');
  `);
  const outcome = Array.from(await results, ({ name, status, message }) => ({ name, status, message }));
  window.close();
  return outcome;
}
