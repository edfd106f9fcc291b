import { scriptElement } from './jsdom';
import type { ModuleMap } from './modules';

/**
 * `<script type=module>`, which jsdom leaves out: such a script is fetched at once and runs in the order of deferred scripts
 * (https://html.spec.whatwg.org/#prepare-the-script-element).
 */
const moduleMaps = new WeakMap<object, ModuleMap>();
let hooked = false;

export function enableModuleScripts(document: object, modules: ModuleMap): void {
  moduleMaps.set(document, modules);
  if (!hooked) {
    hooked = true;
    hookScriptElement();
  }
}

function hookScriptElement(): void {
  const { prototype } = scriptElement.implementation;
  const evaluate = prototype._eval as (this: any) => void;
  prototype._eval = function _eval(this: any) {
    const modules = this._ownerDocument._defaultView && moduleMaps.get(this._ownerDocument._defaultView.document);
    if (modules === undefined || this._getTypeString()?.toLowerCase() !== 'module') {
      evaluate.call(this);
      return;
    }
    const source = this.getAttributeNS(null, 'src') as string | null;
    if (!this._alreadyStarted && this._attached && this._canRunScript() && (source !== null || this.text !== '')) {
      this._alreadyStarted = true;
      prepareModule(this, source, modules);
    }
  };
}

function prepareModule(element: any, source: string | null, modules: ModuleMap): void {
  const document = element._ownerDocument;
  const window = document._defaultView;
  const wrapper = [...window.document.scripts].find((script: any) => Object.getOwnPropertySymbols(script).some((key) => script[key] === element));
  const fire = (type: string) => wrapper?.dispatchEvent(new window.Event(type));
  const run = async () => {
    try {
      if (source === null) {
        const line = element.childNodes.item(0)?.sourceCodeLocation?.startLine ?? 1;
        await modules.run(element.text, document.URL, line - 1);
      } else {
        await modules.import(new URL(source, window.document.baseURI).href);
        fire('load');
      }
    } catch (error) {
      fire('error');
      window.reportError(error);
    }
  };
  const queue = document.readyState === 'loading' ? document._deferQueue : document._asyncQueue;
  queue.push(Promise.resolve(), run, null, false, element);
}
