/** Generates the interfaces of features.idl and bundles them as the core is: a function of a realm and a host. */
import { readFileSync } from 'node:fs';
import { build, type BuildOptions, type Plugin } from 'esbuild';
import { generate, webrefIdl } from '../../../../spec/generate';
import { definitions, type Api } from '../../../../spec/interfaces';
import { realmNames, realmOf } from '../../../../src/host/realm';

const here = new URL('.', import.meta.url);
export const featuresIdl = readFileSync(new URL('features.idl', here), 'utf8');

export const featureNames = [...featuresIdl.matchAll(/^interface (Feature\w+) /gm)].map(([, name]) => name);

const api: Api = {
  name: 'features',
  specifications: ['features'],
  implementations: 'features',
  interfaces: featureNames,
  extensions: { Place: 'place' },
  events: { FeatureBase: { feature: 'FeatureEvent' } },
};

export const generated = generate({
  idl: (name) => (name === 'features' ? featuresIdl : webrefIdl(name)),
  apis: [api],
  definitions,
});

/** Generated files live in memory; what they import lies beside this file and in src/webidl. */
const imports: Plugin = {
  name: 'features',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.\/webidl$/ }, () => ({ path: new URL('../../../../src/webidl/index.ts', here).pathname }));
    onResolve({ filter: /^\.\.\/features\// }, () => ({ path: new URL('implementations.ts', here).pathname }));
  },
};

/** The text of a function `(realm, host)` that returns what the module exports. */
export async function realmFunction(options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({
    ...options,
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'exported',
    target: 'es2022',
    logLevel: 'error',
  });
  const text = outputFiles![0].text;
  return `(function (realm, host) { "use strict"; const { ${realmNames.join(', ')} } = realm;\n${text}\nreturn exported; })`;
}

export function bundle(): Promise<string> {
  const contents = `${generated.files.get('features.ts')!}\nexport { extend } from '../webidl';\n`;
  return realmFunction({ stdin: { contents, loader: 'ts', resolveDir: here.pathname }, plugins: [imports] });
}

export interface FeatureHost {
  isSecureContext: boolean;
  globalNames?: readonly string[];
  reportException(error: unknown): void;
  dispatchEvent?(target: EventTarget, event: Event): boolean;
}

export type Features = Record<string, any> & { interfaces: { name: string; interface: any; exposed: string[]; secureContext: boolean }[] };

/** The interfaces in Node's own realm. */
export async function features(host: Partial<FeatureHost> = {}): Promise<Features> {
  const make = (0, eval)(await bundle()) as (realm: object, host: FeatureHost) => Features;
  return make(realmOf(globalThis), {
    isSecureContext: true,
    reportException(error) {
      throw error;
    },
    ...host,
  });
}
