import vm from 'node:vm';
import type { ModuleSource } from '../../Host';
import { dictionary, exec, LanguageTypeError } from './intrinsics';

/** A failure to fetch, as against one to parse or evaluate. */
export class FetchFailure extends Error {}

type FetchSource = (url: string, credentials: string) => Promise<ModuleSource>;

const pathPattern = /^\.{0,2}\//;
const AbsoluteURL = URL;

/**
 * The module map of a worklet global scope (https://html.spec.whatwg.org/#module-map): fetches module scripts and what they
 * import, by URL, each once, and evaluates them in this thread's realm.
 */
export class ModuleMap {
  readonly #fetchSource: FetchSource;
  readonly #modules = dictionary<Promise<vm.SourceTextModule>>();
  readonly #linked = dictionary<Promise<void>>();

  constructor(fetchSource: FetchSource) {
    this.#fetchSource = fetchSource;
  }

  /** Fetches a worklet script graph; rejects with a FetchFailure, or with what is wrong with its text. */
  async graph(url: string, credentials: string): Promise<vm.SourceTextModule> {
    const module = await this.#module(url, credentials);
    await (this.#linked[url] ??= this.#link(module, credentials));
    return module;
  }

  async #link(module: vm.SourceTextModule, credentials: string): Promise<void> {
    // Else it is part of a graph that was linked before.
    if (module.status !== 'unlinked') return;
    await module.link((specifier, referrer) => this.#module(resolve(specifier, referrer.identifier), credentials));
  }

  #module(url: string, credentials: string): Promise<vm.SourceTextModule> {
    return (this.#modules[url] ??= this.#load(url, credentials));
  }

  async #load(url: string, credentials: string): Promise<vm.SourceTextModule> {
    const source = await this.#fetchSource(url, credentials);
    return new vm.SourceTextModule(source.text, {
      identifier: source.url,
      // https://html.spec.whatwg.org/#hostgetimportmetaproperties
      initializeImportMeta(meta) {
        meta.url = source.url;
        meta.resolve = (specifier) => resolve(`${specifier}`, source.url);
      },
      importModuleDynamically: refuseImport as never,
    });
  }
}

/** https://html.spec.whatwg.org/#hostloadimportedmodule, step 3 */
async function refuseImport(): Promise<never> {
  throw new LanguageTypeError('import() is not available in worklets.');
}

/** https://html.spec.whatwg.org/#resolve-a-module-specifier, without import maps. */
function resolve(specifier: string, base: string): string {
  if (exec(pathPattern, specifier) !== null) return new AbsoluteURL(specifier, base).href;
  try {
    return new AbsoluteURL(specifier).href;
  } catch {
    throw new LanguageTypeError(`Failed to resolve module specifier '${specifier}'.`);
  }
}
