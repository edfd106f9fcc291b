import vm from 'node:vm';

/** A module of `vm.SourceTextModule`, which exists under `--experimental-vm-modules` alone. */
type Module = vm.SourceTextModule;

/**
 * The module map of a scope (https://html.spec.whatwg.org/#module-map): fetches, links and evaluates module scripts over the scope's
 * network, by URL.
 */
export class ModuleMap {
  readonly #fetchText: (url: string) => Promise<string>;
  readonly #context: vm.Context | undefined;
  readonly #modules = new Map<string, Promise<Module>>();

  /** `context` is the realm that modules run in, this thread's own when absent. */
  constructor(fetchText: (url: string) => Promise<string>, context?: vm.Context) {
    this.#fetchText = fetchText;
    this.#context = context;
  }

  /** Fetches the module of a URL and all it imports, and evaluates them. */
  async import(url: string): Promise<object> {
    return this.#evaluate(await this.#module(url));
  }

  /** Evaluates the text of an inline module script. */
  async run(source: string, url: string, lineOffset = 0): Promise<object> {
    return this.#evaluate(this.#compile(source, url, lineOffset));
  }

  async #evaluate(module: Module): Promise<object> {
    if (module.status === 'unlinked') {
      await module.link((specifier, referrer) => this.#module(resolveSpecifier(specifier, referrer.identifier)));
    }
    await module.evaluate();
    return module.namespace;
  }

  #module(url: string): Promise<Module> {
    const known = this.#modules.get(url);
    if (known !== undefined) {
      return known;
    }
    const module = this.#fetchText(url).then((source) => this.#compile(source, url, 0));
    this.#modules.set(url, module);
    return module;
  }

  #compile(source: string, identifier: string, lineOffset: number): Module {
    if (vm.SourceTextModule === undefined) {
      throw new Error('Module scripts need a process started with --experimental-vm-modules.');
    }
    return new vm.SourceTextModule(source, {
      identifier,
      lineOffset,
      ...(this.#context === undefined ? {} : { context: this.#context }),
      initializeImportMeta: (meta) => { meta.url = identifier; },
      importModuleDynamically: (async (specifier: string) => {
        const module = await this.#module(resolveSpecifier(specifier, identifier));
        await this.#evaluate(module);
        return module;
      }) as never,
    });
  }
}

/** https://html.spec.whatwg.org/#resolve-a-module-specifier, without import maps. */
function resolveSpecifier(specifier: string, base: string): string {
  if (!/^(?:\.{0,2}\/|[a-z][a-z+.-]*:)/i.test(specifier)) {
    throw new TypeError(`Failed to resolve module specifier '${specifier}'.`);
  }
  return new URL(specifier, base).href;
}
