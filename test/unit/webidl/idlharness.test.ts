/** idlharness of web-platform-tests, in a jsdom window, over features.idl. The checkout is read at run time. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { JSDOM } from 'jsdom';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { webrefIdl } from '../../../spec/generate';
import { realmOf } from '../../../src/host/realm';
import { bundle, featuresIdl, type Features } from './features/build';

const wpt = process.env.WPT_ROOT ?? join(homedir(), '.cache/mediant/wpt');
const scripts = ['resources/testharness.js', 'resources/webidl2/lib/webidl2.js', 'resources/idlharness.js'];
const present = scripts.every((script) => existsSync(join(wpt, script)));

interface Result {
  name: string;
  status: number;
  message: string | null;
}

/** The objects handed to idlharness, as expressions. */
const objects: Record<string, string[]> = {
  FeatureBase: ['new FeatureBase()'],
  FeatureChild: ['new FeatureChild(new FeatureBase(), { name: "child" })'],
  FeaturePrivate: ['FeaturePrivate.create(1)'],
  FeatureAttributes: ['new FeatureAttributes()'],
  FeatureNamed: ['new FeatureNamed("name")'],
  FeatureText: ['new FeatureText()'],
  FeatureOperations: ['new FeatureOperations()'],
  FeatureJSON: ['new FeatureJSON()'],
  FeatureMap: ['new FeatureMap()'],
  FeatureReadonlyMap: ['new FeatureReadonlyMap()'],
  FeatureSet: ['new FeatureSet()'],
  FeaturePairs: ['new FeaturePairs()'],
  FeatureAsync: ['new FeatureAsync(2)'],
  FeatureEvent: ['new FeatureEvent("x", { source: new FeatureBase() })'],
  FeatureSecure: ['new FeatureSecure()'],
};

async function run(): Promise<Result[]> {
  const code = await bundle();
  const { window } = new JSDOM('<!doctype html>', { url: 'https://test.example/', runScripts: 'outside-only' });
  // jsdom's own interface objects come from the realm it was loaded in, and idlharness asks the prototype chain for the realm.
  for (const name of ['EventTarget', 'Event']) Object.setPrototypeOf(window[name], window.eval('Function.prototype'));
  const make = window.eval(code) as (realm: object, host: object) => Features;
  const { interfaces } = make(realmOf(window), {
    isSecureContext: true,
    reportException: (error: unknown) => {
      throw error;
    },
  });
  for (const { name, interface: value, exposed } of interfaces) {
    if (!exposed.includes('Window') && !exposed.includes('*')) continue;
    Object.defineProperty(window, name, { value, writable: true, enumerable: false, configurable: true });
  }
  for (const script of scripts) window.eval(readFileSync(join(wpt, script), 'utf8'));
  const results = new Promise<Result[]>((resolve) => {
    window.add_completion_callback((tests: Result[]) => resolve(tests));
  });
  window.idlTexts = { dom: webrefIdl('dom'), html: webrefIdl('html'), features: withoutOmitted(featuresIdl) };
  window.idlObjects = objects;
  window.eval(`
    setup({ output: false });
    promise_test(async () => {
      const idl = new IdlArray();
      idl.add_untested_idls(idlTexts.dom, { only: ['Event', 'EventInit', 'EventTarget'] });
      idl.add_untested_idls(idlTexts.html, { only: ['EventHandler', 'EventHandlerNonNull'] });
      idl.add_idls(idlTexts.features);
      idl.add_objects(idlObjects);
      idl.test();
    }, 'idlharness');
  `);
  const outcome = Array.from(await results, ({ name, status, message }) => ({ name, status, message }));
  window.close();
  return outcome;
}

/** The member that the generator leaves out would be a failure, rightly; and idlharness knows no bigint. */
function withoutOmitted(idl: string): string {
  return idl.replace(/^.*(FeatureMissing|bigint).*$\n/gm, '');
}

if (present) {
  test('idlharness passes for every feature', async () => {
    const results = await run();
    const failed = results.filter(({ status }) => status !== 0);
    console.log(`idlharness: ${results.length - failed.length} passed, ${failed.length} failed`);
    assert.equal(failed.map(({ name, message }) => `${name}: ${message}`), []);
    assert.ok(results.length > 300, `${results.length} results`);
  });
} else {
  console.log(`idlharness is skipped: no web-platform-tests checkout in ${wpt}`);
}

test.run();
