import { frameElement, implementationOf, parser, windowModule, type Window } from './jsdom';

/**
 * Frames. jsdom makes their windows itself and offers no hook, so `createWindow` is replaced: a frame shares its parent's dispatcher,
 * which tells which environment it belongs to. `srcdoc`, which jsdom does not load, is added.
 */
const furnishers = new WeakMap<object, (window: Window) => void>();
let hooked = false;

/** The `srcdoc` of the frame whose window is being made. */
let pendingSource: string | null = null;

/** Calls `furnish` with every window that a frame under `window` gets from now on, before anything is parsed into it. */
export function furnishFrames(window: Window, furnish: (window: Window) => void): void {
  furnishers.set(window._dispatcher, furnish);
  if (!hooked) {
    hooked = true;
    hookWindows();
    hookSourceDocuments();
  }
}

function hookWindows(): void {
  const { createWindow } = windowModule;
  windowModule.createWindow = (options) => {
    const created = createWindow(options);
    furnishers.get(options.dispatcher)?.(created._globalProxy);
    if (pendingSource !== null) {
      replaceWhenClosed(implementationOf(created.document), pendingSource);
    }
    return created;
  };
}

/** jsdom parses an empty document into a frame without `src` and closes it: there the source is parsed instead. */
function replaceWhenClosed(document: any, source: string): void {
  document.close = () => {
    delete document.close;
    while (document.firstChild !== null) {
      document.removeChild(document.firstChild);
    }
    parser.parseIntoDocument(source, document);
    document.close();
  };
}

function hookSourceDocuments(): void {
  const { prototype } = frameElement.implementation;
  const { _attach, _attrModified } = prototype as { _attach(this: any): void; _attrModified(this: any, name: string, value: unknown, old: unknown): void };
  prototype._attach = function attach(this: any) {
    withSource(this, () => _attach.call(this));
  };
  prototype._attrModified = function attrModified(this: any, name: string, value: unknown, old: unknown) {
    withSource(this, () => _attrModified.call(this, name === 'srcdoc' && this.localName === 'iframe' ? 'src' : name, value, old));
  };
}

function withSource(frame: any, load: () => void): void {
  pendingSource = frame.localName === 'iframe' ? frame.getAttributeNS(null, 'srcdoc') : null;
  // A frame without listeners would get its load event at once, as an empty document does.
  if (pendingSource !== null) {
    frame._eventListeners.srcdoc = [];
  }
  try {
    load();
  } finally {
    pendingSource = null;
    delete frame._eventListeners.srcdoc;
  }
}
