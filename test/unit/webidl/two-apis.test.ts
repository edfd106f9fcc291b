/** An API uses what an earlier one offers: interfaces, dictionaries, enumerations, events. */
import { build } from 'esbuild';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { generate, webrefIdl } from '../../../spec/generate';
import { definitions } from '../../../spec/interfaces';

const idl: Record<string, string> = {
  first: `
    enum Kind { "plain", "fancy" };
    dictionary Options { Kind kind = "plain"; };
    [Exposed=Window] interface Base : EventTarget { constructor(optional Options options = {}); readonly attribute Kind kind; };
    dictionary BaseEventInit : EventInit { required Base base; };
    [Exposed=Window] interface BaseEvent : Event { constructor(DOMString type, BaseEventInit init); readonly attribute Base base; };`,
  second: `
    dictionary MoreOptions : Options { long count = 2; };
    [Exposed=Window] interface Derived : Base {
      constructor(Base parent, optional MoreOptions options = {});
      readonly attribute Base parent;
      MoreOptions options();
      undefined announce();
    };
    dictionary DerivedEventInit : BaseEventInit { long count = 0; };
    [Exposed=Window] interface DerivedEvent : BaseEvent { constructor(DOMString type, DerivedEventInit init); readonly attribute long count; };
    partial interface Base { Base same(); };`,
};

const implementations: Record<string, string> = {
  '../first/Base': `
    import { EventTargetObject } from '../webidl';
    export class Base extends EventTargetObject {
      constructor(options) { super(); this.kind = options.kind; }
      same() { return this; }
    }`,
  '../second/Derived': `
    import { Base } from '../first/Base';
    export class Derived extends Base {
      constructor(parent, options) { super(options); this.parent = parent; this.given = options; }
      options() { return this.given; }
      announce() { this.fire('derived', { base: this.parent, count: 5 }, 'DerivedEvent'); }
    }`,
};

const { files, declarations } = generate({
  idl: (name) => idl[name] ?? webrefIdl(name),
  apis: [
    { name: 'first', specifications: ['first'], implementations: 'first', interfaces: ['Base', 'BaseEvent'] },
    { name: 'second', specifications: ['second'], implementations: 'second', interfaces: ['Derived', 'DerivedEvent'] },
  ],
  definitions,
});

async function evaluate(): Promise<any> {
  const webidl = new URL('../../../src/webidl/index.ts', import.meta.url).pathname;
  const { outputFiles } = await build({
    stdin: { contents: `export * from './first'; export * from './second';`, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'exported',
    target: 'es2022',
    plugins: [
      {
        name: 'memory',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^\.\.\/webidl$/ }, () => ({ path: webidl }));
          onResolve({ filter: /^(\.\/|\.\.\/)(first|second)/ }, ({ path }) => ({ path, namespace: 'memory' }));
          onLoad({ filter: /.*/, namespace: 'memory' }, ({ path }) => ({
            contents: implementations[path] ?? files.get(`${path.slice(2)}.ts`)!,
            loader: 'ts',
            resolveDir: '/',
          }));
        },
      },
    ],
  });
  return new Function('host', `${outputFiles[0].text}\nreturn exported;`)({ isSecureContext: true });
}

const { Base, Derived, BaseEvent, DerivedEvent } = await evaluate();

test('interfaces inherit across APIs', () => {
  const derived = new Derived(new Base({ kind: 'fancy' }), { count: '7' });
  assert.instance(derived, Base);
  assert.is(derived.kind, 'plain');
  assert.is(derived.parent.kind, 'fancy');
  assert.equal(derived.options(), { kind: 'plain', count: 7 });
  assert.is(derived.same(), derived);
  assert.throws(() => new Derived({}), TypeError);
  assert.throws(() => new Derived(new Base(), { kind: 'none' }), TypeError);
});

test('events inherit across APIs', () => {
  const base = new Base();
  const derived = new Derived(base);
  const events: any[] = [];
  derived.addEventListener('derived', (event: unknown) => events.push(event));
  derived.announce();
  assert.instance(events[0], DerivedEvent);
  assert.instance(events[0], BaseEvent);
  assert.is(events[0].base, base);
  assert.is(events[0].count, 5);
});

test('public types import from each other', () => {
  assert.match(declarations.get('second.d.ts')!, /^import type \{ Base, BaseEvent, BaseEventInit, Options \} from '\.\/first\.js';$/m);
});

test.run();
