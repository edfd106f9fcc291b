import vm from 'node:vm';

/** A failure to fetch, as against one to parse or evaluate. */
export class FetchFailure extends Error {}

type FetchText = (url: string, credentials: string) => Promise<string>;

/**
 * The module map of a worklet global scope (https://html.spec.whatwg.org/#module-map): fetches module scripts and what they
 * import, by URL, each once, and evaluates them in this thread's realm.
 */
export class ModuleMap {
  readonly #fetchText: FetchText;
  readonly #modules = new Map<string, Promise<vm.SourceTextModule>>();
  readonly #linked = new Map<vm.SourceTextModule, Promise<void>>();

  constructor(fetchText: FetchText) {
    this.#fetchText = fetchText;
  }

  /** Fetches a worklet script graph; rejects with a FetchFailure, or with what is wrong with its text. */
  async graph(url: string, credentials: string): Promise<vm.SourceTextModule> {
    const module = await this.#module(url, credentials);
    let linked = this.#linked.get(module);
    if (linked === undefined) {
      linked = module.status === 'unlinked' ? module.link((specifier, referrer) => this.#module(resolve(specifier, referrer.identifier), credentials)) : Promise.resolve();
      this.#linked.set(module, linked);
    }
    await linked;
    return module;
  }

  #module(url: string, credentials: string): Promise<vm.SourceTextModule> {
    let module = this.#modules.get(url);
    if (module === undefined) {
      module = this.#fetchText(url, credentials).then((source) => new vm.SourceTextModule(source, {
        identifier: url,
        initializeImportMeta: (meta) => { meta.url = url; },
        importModuleDynamically: (() => Promise.reject(new TypeError('import() is not available in worklets.'))) as never,
      }));
      this.#modules.set(url, module);
    }
    return module;
  }
}

/** https://html.spec.whatwg.org/#resolve-a-module-specifier, without import maps. */
function resolve(specifier: string, base: string): string {
  if (/^\.{0,2}\//.test(specifier)) return new URL(specifier, base).href;
  try {
    return new URL(specifier).href;
  } catch {
    throw new TypeError(`Failed to resolve module specifier '${specifier}'.`);
  }
}
